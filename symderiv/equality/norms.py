"""Norms of matrix expressions in normal form, suprema over vectors of a given length, and bounds between norms.

    |c A| = |c| |A|                              every norm
    |v|_2 = sqrt(v^T v), |A|_F = sqrt(tr A^T A)  by definition; |v|_RMS = |v|_2/sqrt(rows)
    |A|_2 = sup |A x|_2 over |x|_2 = 1           attained at the top right singular vector, so |A v_1(A)|_2 = |A|_2
    |a b^T|_2 = |a b^T|_F = |a|_2 |b|_2          since |a b^T x| = |a| |b^T x| and Cauchy-Schwarz is sharp at x = b/|b|
    |U A|_2 = |A|_2 = |A V^T|_2                  for orthonormal columns: |U x|^2 = x^T U^T U x = |x|^2; |A^T|_2 = |A|_2
    |I|_2 = 1                                    for at least one row

Bounds, each an equality for some matrices: |A B|_2 <= |A|_2 |B|_2 (also with a vector for B), |A|_2 <= |A|_F,
|A B|_F <= |A|_2 |B|_F, |A + B| <= |A| + |B|, and Cauchy-Schwarz |u^T v| <= |u| |v|.

Source: Golub & Van Loan, *Matrix Computations*, 4th ed., sections 2.2-2.4; Horn & Johnson, *Matrix Analysis*, 5.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.equality.matrix_form import Form, NoForm, Word, flat_product, flat_sum, reverse
from symderiv.language.context import Context, Range, unfold_all
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    ZERO,
    Apply,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    Mul,
    Norm,
    Number,
    OneEntry,
    Power,
    Relation,
    Supremum,
    Term,
    TopVector,
    Trace,
    Transpose,
    free_names,
    walk,
)

__all__ = ["in_norms", "norm_of", "upper_bounds"]


def in_norms(term: Term, context: Context, *, expanded: bool = True) -> Term:
    """The scalar term with its norms in normal form; raises NoForm where it has none.

    With ``expanded`` the l2 and Frobenius norms are roots of traces and bilinear forms, else they stay norms.
    """
    return Form(context, _Norms(expanded)).numbers(term)


def norm_of(form: Form, t: Term) -> Term:
    """The normal form of a norm among the coefficients of a matrix expression."""
    return _Norms(True)(form, t)


class _Norms:
    def __init__(self, expanded: bool):
        self.expanded = expanded

    def __call__(self, form: Form, t: Term) -> Term:
        if isinstance(t, Supremum):
            value = supremum_value(t, form.context)
            return form.numbers(value)
        assert isinstance(t, Norm)
        m = t.args[0]
        rows, columns = shape(m)
        if (stretch := self.stretched(form, t)) is not None:
            return stretch
        words = form.words(m)
        if t.data == "rms":
            return flat_product(self.norm(form, "l2", words, m), Power(rows, -HALF))
        kind = "l2" if t.data == "spectral" and ONE in (rows, columns) else t.data
        return self.norm(form, kind, words, m)

    def stretched(self, form: Form, t: Norm) -> Term | None:
        """|c A v_1(A)|_2 = |c| |A|_2, before the normal form takes a rank-one A apart."""
        m = t.args[0]
        if not (isinstance(m, MatrixProduct) and isinstance(m.args[-1], TopVector) and t.data in ("l2", "rms")):
            return None
        top = m.args[-1].args[0]
        scalars = [a for a in m.args if not is_matrix(a)]
        matrices = [a for a in m.args[:-1] if is_matrix(a)]
        if not matrices or form.words(_total_product(matrices)) != form.words(top):
            return None
        form.words(m.args[-1])  # the vector exists
        out = form.numbers(Norm("spectral", top))
        for c in scalars:
            out = flat_product(Apply("Abs", form.numbers(c)), out)
        return flat_product(out, Power(shape(m)[0], -HALF)) if t.data == "rms" else out

    def norm(self, form: Form, kind: str, words: dict[Word, Term], m: Term) -> Term:
        if not words:
            return ZERO
        if len(words) == 1:
            ((word, c),) = words.items()
            size: Term = ONE
            for f in _factors(c):
                size = flat_product(size, Number(abs(f.value)) if isinstance(f, Number) else Apply("Abs", f))
            return flat_product(size, self.of_word(form, kind, word, shape(m)))
        if kind != "spectral":
            return self.length(form, form.matrix(m), kind)
        content = next(iter(c for _, c in sorted(words.items(), key=lambda p: repr(p[0]))))
        if isinstance(content, Number) and abs(content.value) != 1:
            rest = MatrixProduct(Number(1 / content.value), m)
            return flat_product(Number(abs(content.value)), self.norm(form, kind, form.words(rest), rest))
        # Neither the sign nor the transpose changes the norm: the first in a fixed order stands for all four.
        return Norm(kind, min((form.matrix(s) for s in _variants(m)), key=repr))

    def of_word(self, form: Form, kind: str, word: Word, size: tuple[Term, Term]) -> Term:
        if kind == "spectral":
            while word and form.keeps_lengths(word[0]):
                size = (shape(word[0][0])[1], size[1])
                word = word[1:]
            while word and form.keeps_lengths(reverse(word[-1:])[0]):
                size = (size[0], shape(word[-1][0])[1])
                word = word[:-1]
        if not word:
            if kind != "spectral":
                return Power(size[0], HALF)
            if all(form.holds(Relation(">=", length, ONE)) for length in size):
                return ONE
            raise NoForm("the identity of a size that may be 0")
        left, right = form.halves(word)
        if right:
            return flat_product(
                self.of_word(form, "l2", left, _ends(left)), self.of_word(form, "l2", right, _ends(right))
            )
        if ONE in _ends(word):
            return self.of_vector(form, word)
        if kind == "spectral":
            return Norm(kind, form.from_word(min(word, reverse(word), key=repr)))
        return self.length(form, form.from_word(word), kind)

    def of_vector(self, form: Form, word: Word) -> Term:
        """The length of a column or row."""
        if _ends(word)[1] != ONE:
            word = reverse(word)
        last, transposed = word[-1]
        if isinstance(last, TopVector) and not transposed:
            if len(word) == 1:
                return ONE
            if form.matrix(last.args[0]) == form.from_word(word[:-1]):
                return form.numbers(Norm("spectral", last.args[0]))
        while len(word) > 1 and form.keeps_lengths(word[0]):
            word = word[1:]
        return self.length(form, form.from_word(word), "l2")

    def length(self, form: Form, m: Term, kind: str) -> Term:
        if not self.expanded:
            return Norm("l2" if shape(m)[1] == ONE else "frobenius", m)
        gram = MatrixProduct(Transpose(m), m)
        return Power(form.numbers(OneEntry(gram) if shape(gram) == (ONE, ONE) else Trace(gram)), HALF)


def _total_product(factors: list[Term]) -> Term:
    return factors[0] if len(factors) == 1 else MatrixProduct(*factors)


def _ends(word: Word) -> tuple[Term, Term]:
    first, last = word[0], word[-1]
    return shape(first[0])[1 if first[1] else 0], shape(last[0])[0 if last[1] else 1]


def _variants(m: Term) -> Iterator[Term]:
    for one in (m, Transpose(m)):
        yield one
        yield MatrixProduct(MINUS_ONE, one)


# ---- suprema


def supremum_value(t: Supremum, context: Context) -> Term:
    """The supremum of c |A x| over the x of a given length as c |A|_2 times the length.

    The condition is |x| = r, or x != 0 for a body that does not change when x is scaled, such as |A x|/|x|. Raises
    NoForm for anything else. Source: the definition of the norm that a vector norm induces, Horn & Johnson 5.6.1.
    """
    variable, condition = t.variable, t.condition
    assert isinstance(variable, MatrixName) and isinstance(condition, Relation)
    if not _is_unrestricted(variable, context):
        raise NoForm("a supremum over vectors that are restricted otherwise")
    form = Form(context, _Norms(False))
    body = form.numbers(t.body)
    length = Norm("l2", variable)
    if condition.op == "=":
        radius = _radius(form, condition, length)
        if not form.holds(Relation(">=", radius, ZERO)):
            raise NoForm("a length that may be negative")
    elif condition.op in ("!=", ">") and condition.right == ZERO:
        _radius(form, condition, length)
        radius = ONE
        if _degree(body, variable, length) != 0:
            raise NoForm("a quotient that changes when the vector is scaled")
    else:
        raise NoForm("a condition that is no length of the vector")
    if not form.holds(Relation(">=", variable.args[0], ONE)) or variable.args[1] != ONE:
        raise NoForm("a supremum over vectors that may have no entries")
    out: list[Term] = []
    found = 0
    for f in _factors(body):
        base, exponent = (f.args[0], f.args[1]) if isinstance(f, Power) else (f, ONE)
        if variable.name not in free_names(f):
            out.append(f)
            if not form.holds(Relation(">=", f, ZERO)):
                raise NoForm("a factor of unknown sign before the norm")
        elif base == length:
            out.append(Power(radius, exponent))
        elif _is_length(base) and isinstance(exponent, Number) and exponent.value > 0:
            matrix = _without(form, base.args[0] if isinstance(base, Norm) else base.args[0].args[0], variable)
            out.append(Power(flat_product(radius, Norm("spectral", matrix)), exponent))
            found += 1
        else:
            raise NoForm("a body that is no product of norms")
    if found > 1:
        raise NoForm("a product of two norms of the vector")
    return Mul(*out) if len(out) > 1 else out[0]


def _is_unrestricted(variable: MatrixName, context: Context) -> bool:
    """Do the declarations leave the vector every direction? A largest stretch over x >= 0 is no singular value."""
    array = context.arrays.get(variable.name)
    if array is not None and (array.entries != Range() or array.law != "free" or array.values is not None):
        return False
    return not any(variable.name in free_names(unfold_all(a, context)) for a in context.assumptions)


def _is_length(base: Term) -> bool:
    """Is it the length of a vector, or the size |a^T x| of a number?"""
    if isinstance(base, Apply) and base.function == "Abs":
        return isinstance(base.args[0], OneEntry)
    return isinstance(base, Norm) and base.data == "l2"


def _radius(form: Form, condition: Relation, length: Term) -> Term:
    """r of a condition that says |x|_2 = r."""
    left, out = form.numbers(condition.left), form.numbers(condition.right)
    factors = _factors(left)
    others = [f for f in factors if f != length]
    if len(others) != len(factors) - 1 or any(
        free_names(f) & free_names(length) - _sizes(length) for f in (*others, out)
    ):
        raise NoForm("a condition that is no length of the vector")
    for f in others:
        out = flat_product(out, Power(f, MINUS_ONE))
        if not form.holds(Relation(">", f, ZERO)):
            raise NoForm("a length that is scaled by what may be 0")
    return out


def _factors(t: Term) -> tuple[Term, ...]:
    """The factors, also those in products inside the product and in whole powers of one."""
    if isinstance(t, Mul):
        return tuple(f for a in t.args for f in _factors(a))
    if (
        isinstance(t, Power)
        and isinstance(t.base, Mul)
        and isinstance(t.exponent, Number)
        and t.exponent.value.denominator == 1
    ):
        return tuple(Power(f, t.exponent) for f in _factors(t.base))
    return (t,)


def _sizes(term: Term) -> frozenset[str]:
    return frozenset(n for t in walk(term) if isinstance(t, MatrixName) for a in t.args for n in free_names(a))


def _degree(body: Term, variable: MatrixName, length: Term) -> int:
    """How the body scales with the vector; raises NoForm where that is not seen."""
    degree = 0
    for f in _factors(body):
        base, exponent = (f.args[0], f.args[1]) if isinstance(f, Power) else (f, ONE)
        if variable.name in free_names(f):
            if not (_is_length(base) and isinstance(exponent, Number) and exponent.value.denominator == 1):
                raise NoForm("a body that is no product of norms")
            degree += int(exponent.value)
    return degree


def _without(form: Form, vector: Term, variable: MatrixName) -> Term:
    """A of the vector A x, as a term; raises NoForm if the vector is not linear in x."""
    if shape(vector) == (ONE, ONE):
        vector = _with_last(form, vector, variable)
    terms = []
    for word, c in _words(form, vector):
        if not word or word[-1] != (variable, False) or variable.name in free_names(c):
            raise NoForm("a vector that is not linear in the variable")
        rest = word[:-1]
        if any(m == variable or variable.name in free_names(m) for m, _ in rest):
            raise NoForm("a vector that is not linear in the variable")
        terms.append((rest, c))
    if any(not rest for rest, _ in terms):
        from symderiv.language.terms import MatrixIdentity

        identity = MatrixIdentity(variable.args[0])
        return _total([MatrixProduct(c, form.from_word(r) if r else identity) for r, c in terms])
    return _total([form.from_word(r, c) for r, c in terms])


def _with_last(form: Form, number: Term, variable: MatrixName) -> Term:
    """The number x^T a as a^T x."""
    letters = number.args if isinstance(number, MatrixProduct) else (number,)
    return number if letters[-1] == variable else form.from_word(reverse(tuple(map(_letter, letters))))


def _letter(m: Term) -> tuple[Term, bool]:
    return (m.args[0], True) if isinstance(m, Transpose) else (m, False)


def _words(form: Form, vector: Term) -> list[tuple[Word, Term]]:
    """The words of a vector; those of a number, which the normal form takes apart, as it is written."""
    if shape(vector) == (ONE, ONE):
        return [(tuple(map(_letter, vector.args if isinstance(vector, MatrixProduct) else (vector,))), ONE)]
    return list(form.words(vector).items())


def _total(terms: list[Term]) -> Term:
    return terms[0] if len(terms) == 1 else MatrixSum(*terms)


# ---- bounds


def upper_bounds(atom: Term, context: Context) -> Iterator[Term]:
    """Numbers that the norm, or the size of a bilinear form, does not exceed."""
    form = Form(context, _Norms(False))
    if isinstance(atom, Apply) and atom.function == "Abs" and isinstance(atom.args[0], OneEntry):
        product = atom.args[0].args[0]
        letters = product.args if isinstance(product, MatrixProduct) else (product,)
        for n in range(1, len(letters)):
            yield flat_product(
                form.numbers(Norm("frobenius", _part(letters[:n]))), form.numbers(Norm("l2", _part(letters[n:])))
            )
        return
    if not isinstance(atom, Norm):
        return
    m = atom.args[0]
    if isinstance(m, MatrixSum):
        yield flat_sum([form.numbers(Norm(atom.data, a)) for a in m.args])
    letters = m.args if isinstance(m, MatrixProduct) else (m,)
    outer = "spectral" if atom.data in ("spectral", "l2") else "frobenius"
    for n in range(1, len(letters)):
        left, right = _part(letters[:n]), _part(letters[n:])
        yield flat_product(form.numbers(Norm("spectral", left)), form.numbers(Norm(atom.data, right)))
        if outer == "frobenius":
            yield flat_product(form.numbers(Norm("frobenius", left)), form.numbers(Norm("spectral", right)))
    if atom.data == "spectral":
        yield form.numbers(Norm("frobenius", m))


def _part(letters: tuple[Term, ...]) -> Term:
    return letters[0] if len(letters) == 1 else MatrixProduct(*letters)
