"""Maximum or average pooling: which entries of a window the gradient reaches."""

from sympy import KroneckerDelta, Rational, Sum

from symderiv import declare

p = declare(
    "Maximum or average pooling",
    r"A $2\times2$ window is replaced by its maximum or by its average.",
)
i, j = p.index("i j", 1, 2, meaning="row and column in the window")
a, b = p.index("a b", 1, 2, meaning="place of the largest entry, which is unique")

choice = p.part(
    "A7d", "Which pooling to choose", alias="choice",
    text="What speaks for maximum pooling and what for average pooling, forwards and backwards? Which fraction of a window"
    " does the gradient reach?",
    answer_text=r"Maximum pooling keeps the strongest response of a window, wherever in the window it stands, and sends the"
    r" gradient to that entry alone: good for sparse, local features such as edges, but three of four entries learn"
    r" nothing. Average pooling keeps the mean of all responses and sends a quarter of the gradient to every entry:"
    r" smoother, and better where the presence of a pattern counts more than its peak, but it blurs. Global average pooling"
    r" at the end of a network summarises the whole image with few parameters.",
    remarks=[
        r"Maximum pooling is not invariant to every shift: the peak of $(1,0,0,0)$ may move by one place and the pooled"
        r" signal stays $(1,0)$; moved once more it becomes $(0,1)$.",
    ],
)  # fmt: skip
choice.derive(
    "max_nonzero_fraction",
    Sum(KroneckerDelta(i, a) * KroneckerDelta(j, b), (i, 1, 2), (j, 1, 2)) / 4,
    expected=Rational(1, 4),
)
choice.derive("avg_nonzero_fraction", Sum(1, (i, 1, 2), (j, 1, 2)) / 4, expected=1)
