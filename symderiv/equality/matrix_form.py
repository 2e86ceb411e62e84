"""A normal form of matrix expressions: sums of words in the matrices, with numbers as coefficients.

Products are distributed and flattened, transposes pushed to the letters, identities dropped. U^T U of a matrix with
orthonormal columns is I, U U^T too if it is square, and so is a product that is declared to be I. Where a word passes
an axis of length 1 it falls apart: what stands between two such axes is a number, x^T A x, and moves to the
coefficient. A number and its transpose are the same; a trace is the same for every rotation of its word. The laws are
those of Petersen & Pedersen, *The Matrix Cookbook* (2012), section 1; a word is a tuple of (letter, is it transposed?).

``numbers(term)`` rebuilds a scalar term with every trace and every bilinear form in normal form; norms are the business
of ``symderiv.equality.norms``, which is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from symderiv.language.context import Context
from symderiv.language.inverse_pairs import identity_words
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    ONE,
    ZERO,
    Add,
    Apply,
    Derivative,
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Mul,
    Norm,
    Number,
    OneEntry,
    Relation,
    Supremum,
    Term,
    TopVector,
    Trace,
    Transpose,
)

__all__ = ["Form", "Letter", "NoForm", "Word", "Words", "flat_product", "flat_sum"]

Letter = tuple[Term, bool]
Word = tuple[Letter, ...]
Words = dict[Word, Term]
MOST_WORDS = 200


class NoForm(Exception):
    """The expression has no normal form of this kind."""


class Form:
    """Normal forms under the declarations; ``norm`` gives the normal form of a norm."""

    def __init__(self, context: Context, norm: Callable[[Form, Term], Term] | None = None):
        self.context, self.norm = context, norm
        self.identities: tuple[Word, ...] | None = None

    # ---- matrices

    def words(self, m: Term) -> Words:
        """The words of a matrix expression with their coefficients, none of which is 0."""
        if isinstance(m, MatrixName):
            definition = self.context.definition_of(m)
            return self.words(definition.body) if definition is not None else {((m, False),): ONE}
        if isinstance(m, MatrixIdentity):
            return {(): ONE}
        if isinstance(m, MatrixZero):
            return {}
        if isinstance(m, Transpose):
            return self.collect([(reverse(w), c) for w, c in self.words(m.args[0]).items()])
        if isinstance(m, MatrixSum):
            return self.collect([pair for a in m.args for pair in self.words(a).items()])
        if isinstance(m, MatrixProduct):
            return self.product(m)
        if isinstance(m, TopVector):
            if not self.holds(Relation(">=", shape(m)[0], ONE)):
                raise NoForm("a singular vector of a matrix that may have no columns")
            return {((TopVector(self.matrix(m.args[0])), False),): ONE}
        if isinstance(m, Hadamard):
            parts = sorted((self.matrix(a) for a in m.args), key=repr)
            return {((Hadamard(*parts), False),): ONE}
        if isinstance(m, Elementwise):
            return self.elementwise(m)
        raise NoForm(f"no normal form of {type(m).__name__}")

    def product(self, m: MatrixProduct) -> Words:
        out: list[tuple[Word, Term]] = [((), ONE)]
        for a in m.args:
            if not is_matrix(a):
                c = self.numbers(a)
                out = [(w, flat_product(d, c)) for w, d in out]
                continue
            right = self.words(a)
            if len(out) * len(right) > MOST_WORDS:
                raise NoForm("too many words")
            out = [(w + v, flat_product(c, d)) for w, c in out for v, d in right.items()]
        return self.collect(out, shape(m))

    def elementwise(self, m: Elementwise) -> Words:
        """sign and |.| are multiplicative: sign(c a b^T) = sign(c) sign(a) sign(b)^T."""
        words = self.words(m.args[0])
        if m.data in ("sign", "Abs") and len(words) == 1:
            ((word, c),) = words.items()
            left, right = self.halves(word) if word else ((), ())
            letters = tuple(self.applied(m.data, half) for half in (left, right) if half)
            return self.collect([(letters, self.of_scalar(m.data, c))])
        return {((Elementwise(m.data, self.matrix(m.args[0])), False),): ONE}

    def of_scalar(self, function: str, c: Term) -> Term:
        if isinstance(c, Number):
            return Number(abs(c.value)) if function == "Abs" else Number((c.value > 0) - (c.value < 0))
        if function == "sign" and self.holds(Relation(">", c, ZERO)):
            return ONE
        return Apply(function, c)

    def holds(self, condition: Term) -> bool:
        """Is the condition on numbers known to hold?"""
        from symderiv.equality.decision import holds
        from symderiv.equality.matrices import Kernels

        kernels = Kernels(self.context)
        try:
            condition = kernels.abstract(condition)
        except NoForm:
            return False
        return holds(condition, kernels.context(assumptions=False), seconds=0.5) is True

    def applied(self, function: str, word: Word) -> Letter:
        if len(word) == 1:
            letter, transposed = word[0]
            same = isinstance(letter, Elementwise) and letter.data == function
            return (letter if same else Elementwise(function, letter)), transposed
        other = reverse(word)
        if repr(other) < repr(word):
            return Elementwise(function, self.from_word(other)), True
        return Elementwise(function, self.from_word(word)), False

    def collect(self, pairs: list[tuple[Word, Term]], size: tuple[Term, Term] | None = None) -> Words:
        """Like words together, each reduced; words whose coefficient is the number 0 are dropped."""
        out: dict[Word, list[Term]] = {}
        for word, c in pairs:
            reduced, factor = self.reduce(word)
            out.setdefault(reduced, []).append(flat_product(c, factor))
        words = {w: flat_sum(cs) for w, cs in out.items()}
        return {w: c for w, c in words.items() if c != ZERO}

    def reduce(self, word: Word) -> tuple[Word, Term]:
        """The word without U^T U, and the numbers that stood in it."""
        before: Word | None = None
        while word != before:
            before, stack = word, list[Letter]()
            for letter in word:
                if stack and self.is_identity(stack[-1], letter):
                    stack.pop()
                else:
                    stack.append(letter)
            word = self.without_identities(tuple(stack))
        if not word:
            return (), ONE
        narrow = [n for n, size in enumerate(_sizes(word)) if size == ONE]
        if len(narrow) < 2:
            return word, ONE
        factor: Term = ONE
        for start, end in pairwise(narrow):
            factor = flat_product(factor, self.form_value(word[start:end]))
        return word[: narrow[0]] + word[narrow[-1] :], factor

    def is_identity(self, left: Letter, right: Letter) -> bool:
        """U^T U, and Q Q^T for a square Q."""
        (m, transposed), (other, turned) = left, right
        return m == other and transposed != turned and self.keeps_lengths((other, turned))

    def keeps_lengths(self, letter: Letter) -> bool:
        """Has x the length of the letter times x? U with orthonormal columns, also its transpose if it is square."""
        m, transposed = letter
        return self.is_orthonormal(m) and (not transposed or shape(m)[0] == shape(m)[1])

    def without_identities(self, word: Word) -> Word:
        """The word without the products that are declared to be the identity."""
        if self.identities is None:
            self.identities = tuple(identity_words(self.context))
        for known in self.identities:
            for n in range(len(word) - len(known) + 1):
                if word[n : n + len(known)] == known:
                    return self.without_identities(word[:n] + word[n + len(known) :])
        return word

    def halves(self, word: Word) -> tuple[Word, Word]:
        """The word as a column times a row where it passes an axis of length 1, else (word, ())."""
        for n, size in enumerate(_sizes(word)):
            if size == ONE and 0 < n < len(word):
                return word[:n], word[n:]
        return word, ()

    def is_orthonormal(self, letter: Term) -> bool:
        if isinstance(letter, TopVector):
            return True
        array = self.context.arrays.get(letter.name) if isinstance(letter, MatrixName) else None
        return array is not None and array.law == "orthonormal"

    def form_value(self, word: Word) -> Term:
        """The number that a word of shape 1 x 1 is."""
        if not word:
            return ONE
        return OneEntry(self.from_word(min(word, reverse(word), key=repr)))

    # ---- back to terms

    def from_word(self, word: Word, c: Term = ONE) -> Term:
        """The word as a matrix expression; an empty word has no shape and is not a term."""
        letters = [Transpose(m) if transposed else m for m, transposed in word]
        scalars = [] if c == ONE else [c]
        return MatrixProduct(*scalars, *letters) if len(letters) + len(scalars) > 1 else letters[0]

    def matrix(self, m: Term) -> Term:
        """The matrix expression in normal form."""
        rows, columns = shape(m)
        terms: list[Term] = []
        for word, c in sorted(self.words(m).items(), key=lambda p: repr(p[0])):
            if not word:
                identity = MatrixIdentity(rows)
                terms.append(identity if c == ONE else MatrixProduct(c, identity))
            else:
                terms.append(self.from_word(word, c))
        if not terms:
            return MatrixZero(rows, columns)
        return terms[0] if len(terms) == 1 else MatrixSum(*terms)

    # ---- numbers

    def numbers(self, t: Term) -> Term:
        """The scalar term with traces, bilinear forms and norms in normal form."""
        if isinstance(t, Trace):
            return self.trace(t.args[0])
        if isinstance(t, OneEntry):
            return flat_sum(
                [c if not w else flat_product(c, self.form_value(w)) for w, c in self.words(t.args[0]).items()]
            )
        if isinstance(t, Apply) and t.function == "Abs" and isinstance(t.args[0], OneEntry) and self.norm is not None:
            letters = t.args[0].args[0].args
            if letters and isinstance(letters[-1], TopVector):
                return self.norm(self, Norm("l2", t.args[0].args[0]))  # the size of a number is its length
        if isinstance(t, (Norm, Supremum)):
            if self.norm is None:
                raise NoForm("a norm")
            return self.norm(self, t)
        if not t.args:
            definition = self.context.definition_of(t)
            return self.numbers(definition.body) if definition is not None and definition.kind == "scalar" else t
        if isinstance(t, Derivative):
            raise NoForm("a derivative")
        if is_matrix(t):
            raise NoForm("a matrix where a number is needed")
        return t.with_args(tuple([self.numbers(a) for a in t.args]))

    def trace(self, m: Term) -> Term:
        """The trace of a matrix expression."""
        size = shape(m)[0]
        return flat_sum([flat_product(c, self.trace_of_word(w, size)) for w, c in self.words(m).items()])

    def trace_of_word(self, word: Word, size: Term) -> Term:
        while len(word) > 1 and self.is_identity(word[-1], word[0]):
            size = _sizes(word)[1]  # tr(U A U^T) = tr(A U^T U)
            word = word[1:-1]
        if not word:
            return size
        sizes = _sizes(word)
        for n, s in enumerate(sizes[:-1]):
            if s == ONE:
                _, factor = self.reduce(word[n:] + word[:n])
                return factor
        for n in range(len(word)):
            rest = self.without_identities(word[n:] + word[:n])
            if len(rest) < len(word):
                return self.trace_of_word(rest, sizes[n])
        turned = [w[n:] + w[:n] for w in (word, reverse(word)) for n in range(len(word))]
        return Trace(self.from_word(min(turned, key=repr)))


def reverse(word: Word) -> Word:
    """The word of the transpose."""
    return tuple((m, not transposed) for m, transposed in reversed(word))


def _sizes(word: Word) -> list[Term]:
    """The sizes of the axes that the word passes, both ends included."""
    first, transposed = word[0]
    out = [shape(first)[1 if transposed else 0]]
    for m, t in word:
        out.append(shape(m)[0 if t else 1])
    return out


def flat_product(left: Term, right: Term) -> Term:
    """A product with its numbers together in front."""
    factors = [f for side in (left, right) for f in (side.args if isinstance(side, Mul) else (side,))]
    value = Fraction(1)
    rest: list[Term] = []
    for f in factors:
        if isinstance(f, Number):
            value *= f.value
        else:
            rest.append(f)
    if value == 0:
        return ZERO
    if not rest:
        return Number(value)
    out = rest if value == 1 else [Number(value), *rest]
    return out[0] if len(out) == 1 else Mul(*out)


def flat_sum(terms: list[Term]) -> Term:
    """A sum in which equal summands are counted, so that A - A is 0."""
    counted: dict[Term, Fraction] = {}
    for t in (s for whole in terms for s in (whole.args if isinstance(whole, Add) else (whole,))):
        value, rest = Fraction(1), t
        if isinstance(t, Number):
            value, rest = t.value, ONE
        elif isinstance(t, Mul) and isinstance(t.args[0], Number):
            value, rest = t.args[0].value, Mul(*t.args[1:]) if len(t.args) > 2 else t.args[1]
        counted[rest] = counted.get(rest, Fraction(0)) + value
    parts = [flat_product(Number(v), t) for t, v in counted.items() if v]
    return ZERO if not parts else parts[0] if len(parts) == 1 else Add(*parts)
