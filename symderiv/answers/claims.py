"""What a statement says beside its closed form: a bound on the unknown, a tail such as ``>= 0``, a decimal after ``≈``.

|alpha| <= 1/(|c| d)      the largest |alpha|, where the part asks for a bound
dL/da = g(1 - g) >= 0     the answer g(1 - g), and a claim of its own
y = 127/128 ≈ 0.992       the answer 127/128; the decimal has to be this number rounded
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symderiv.answers.reading import Reading, Side
from symderiv.errors import AnswerError
from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import ONE, And, Apply, Condition, Iverson, Number, Relation, Term, free_names
from symderiv.language.text import to_text
from symderiv.records import Question

__all__ = ["judged_claims", "settled"]

_SMALLER = ("<", "<=")
_LARGER = (">", ">=")


@dataclass(frozen=True, slots=True)
class _Links:
    """``terms[0] ops[0] terms[1] ops[1] …`` as one condition says it."""

    ops: tuple[str, ...]
    terms: tuple[Term, ...]


def settled(reading: Reading, question: Question, context: Context) -> Reading:
    """The reading with its closed form as the sides, where relations stand around it; unchanged where none do."""
    if isinstance(question.expected, Condition):
        return reading
    if question.kind == "bound" and len(reading.sides) > 1 and _size_of(question.unknown) == reading.sides[0].term:
        return replace(reading, sides=reading.sides[1:])  # alpha = …, the largest choice
    last = reading.sides[-1]
    links, others = _links(last.term)
    if links is None:
        return reading
    if question.kind == "bound" and question.unknown is not None and len(reading.sides) == 1 and not others:
        found = _bound(reading, links, question.unknown, context)
        if found is not None:
            return found
        if any(free_names(t) & free_names(question.unknown) for t in links.terms):
            asked = to_text(question.unknown)
            raise AnswerError(f"the part asks how large {asked} may be; write {asked} <= …", position=last.start)
    equal = next((n for n, op in enumerate(links.ops) if op != "="), len(links.ops))
    named = bool(reading.label) or len(reading.sides) > 1
    if any(op == "!=" for op in links.ops) or not (named or equal) or (others and not equal):
        return reading
    forms = [Side(t, last.start, last.end) for t in links.terms[: equal + 1]]
    tail = [Relation(op, a, b) for op, a, b in list(zip(links.ops, links.terms, links.terms[1:], strict=False))[equal:]]
    claims = tuple(Side(t, last.start, last.end) for t in (*tail, *others))
    return replace(reading, sides=(*reading.sides[:-1], *forms), claims=(*reading.claims, *claims))


def _links(term: Term) -> tuple[_Links | None, tuple[Term, ...]]:
    """The relations that the term chains, and what it says beside them; None for a number and for other conditions."""
    parts = term.args if isinstance(term, And) else (term,)
    relations: list[Relation] = []
    for p in parts:
        if not isinstance(p, Relation) or (relations and relations[-1].right != p.left):
            break
        relations.append(p)
    if not relations:
        return None, ()
    links = _Links(tuple(r.op for r in relations), (relations[0].left, *(r.right for r in relations)))
    return links, parts[len(relations) :]


def _bound(reading: Reading, links: _Links, unknown: Term, context: Context) -> Reading | None:
    """The number in ``unknown <= number``, whichever side the unknown stands on."""
    ops, terms = links.ops, links.terms
    if _means(terms[-1], unknown, context):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        ops, terms = tuple(turned.get(op, op) for op in reversed(ops)), tuple(reversed(terms))
    if not _means(terms[0], unknown, context) or any(op != "=" for op in ops[1:]):
        return None
    last = reading.sides[-1]
    if ops[0] in _LARGER:
        raise AnswerError("this bounds it from below; the part asks how large it may be", position=last.start)
    if ops[0] not in _SMALLER:
        return None
    notes = ("the bound itself is allowed: <= instead of <",) if ops[0] == "<" else ()
    sides = tuple(Side(t, last.start, last.end) for t in terms[1:])
    label = reading.source[last.start : last.end]
    return replace(reading, sides=sides, label=reading.label or label, notes=(*reading.notes, *notes))


def _size_of(unknown: Term | None) -> Term | None:
    """alpha where |alpha| is asked for."""
    return unknown.args[0] if isinstance(unknown, Apply) and unknown.function == "Abs" else None


def _means(term: Term, unknown: Term, context: Context) -> bool:
    return term == unknown or unfold_all(term, context) == unfold_all(unknown, context)


# ---------------------------------------------------------------- verdicts


def judged_claims(reading: Reading, question: Question, context: Context, seconds: float) -> tuple[str, ...]:
    """Remarks on the claims that do not hold or are open, and on the rounded number."""
    from symderiv.equality import decide
    from symderiv.language.terms import substitute

    remarks: list[str] = list(reading.notes)
    for claim in reading.claims:
        term = substitute(claim.term, dict(question.given))
        word = decide(Iverson(term), ONE, context, seconds=seconds).word
        if word == "refuted":
            remarks.append(f"{_shown(claim.term)} does not hold everywhere")
        elif word != "proved":
            remarks.append(f"whether {_shown(claim.term)} holds was not settled")
    if reading.rounded is not None:
        remarks += _rounding(reading, question, context, seconds)
    return tuple(remarks)


def _shown(term: Term) -> str:
    return f"{to_text(term.left)} {term.op} {to_text(term.right)}" if isinstance(term, Relation) else to_text(term)


def _rounding(reading: Reading, question: Question, context: Context, seconds: float) -> Sequence[str]:
    from symderiv.equality import decide
    from symderiv.language.terms import substitute

    assert reading.rounded is not None
    text = reading.source[reading.rounded.start : reading.rounded.end]
    exact = substitute(reading.answer, dict(question.given))
    if free_names(exact):
        return (f"{text} was not compared: the exact form is no single number",)
    digits = len(text.partition(".")[2])
    near = Relation("<=", Apply("Abs", exact - reading.rounded.term), Number(Fraction(1, 10**digits)))
    word = decide(Iverson(near), ONE, context, seconds=seconds).word
    return (f"{text} is not this number rounded",) if word == "refuted" else ()
