"""The words around the formulas, the same in every format."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.terms import And, Number, Property, Relation, Symbol, Term
from symderiv.records import Verdict
from symderiv.writing.document import QuestionPage, describe_word

__all__ = ["MARKS", "answer_label", "asking", "condition_text", "rule_name", "verdict_sentence"]

MARKS = {"proved": "■", "checked": "□", "undecided": "?", "refuted": "×"}
"""The marks where they are characters."""


_ASKING = {"count": "Count", "table": "Work out", "closed form": "Give in closed form"}


def rule_name(name: str) -> str:
    """``quotient_rule`` and ``quotient rule`` as "Quotient rule"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def condition_text(text: str) -> str:
    """The condition of a rule, written in ASCII, with the signs of mathematics."""
    return text.replace("!=", "≠").replace("<=", "≤").replace(">=", "≥")


def asking(q: QuestionPage) -> list[tuple[str, list[tuple[Term, ...]]]]:
    """What is asked, as words and the formulas after them, each formula by its sides: Find x, such that a = b."""
    question = q.question
    if question.kind == "show" and question.goal is not None:
        return [("Show that", [(question.subject, question.goal)])]
    if question.kind == "find" and question.goal is not None:
        unknowns: list[tuple[Term, ...]] = [(x.unknown,) for x in q.questions if x.unknown is not None]
        return [("Find", unknowns), ("such that", [(question.subject, question.goal)])]
    if question.kind == "evaluate":
        ends = [(Number(low), Symbol(name), Number(high)) for name, low, high in question.axes]
        spans: list[tuple[Term, ...]] = [(And(Relation("<=", a, i), Relation("<=", i, b)),) for a, i, b in ends]
        return [("Evaluate", [(question.subject,)]), ("for", spans)]
    if question.kind == "feasibility":
        return [("Is there a solution of", [(c,) for c in question.subject.args])]
    if question.kind == "bound" and question.goal is not None and question.unknown is not None:
        condition = Relation("<=", question.subject, question.goal)
        return [("Find the largest", [(question.unknown,)]), ("with", [(condition,)])]
    if question.kind == "when":
        return [("When is", [(question.subject,)])]
    if question.kind == "growth" and question.goal is not None:
        return [("Compare the growth of", [(question.subject,)]), ("with", [(question.goal,)])]
    if isinstance(question.subject, Relation):
        return [("Rewrite", [(question.subject,)])]
    return [(_ASKING.get(question.kind, "Derive"), [(question.subject,)])]


def answer_label(q: QuestionPage, several: bool) -> str:
    """The caption of the box."""
    if not q.answered:
        return "Reached so far"
    return "Shown" if q.question.kind == "show" else "Answer"


def verdict_sentence(q: QuestionPage, spell: Callable[[str], str] = str) -> str:
    """How sure the answer is: the end against the start, and against the hand-checked form if there is one.

    ``spell`` sets an equation between a name and its value.
    """
    parts = [_count(q), f"first line = last line: {_word(q.end_to_end, q)}"]
    if q.expected is not None:
        parts.append(f"expected form: {_word(q.expected, q)}")
    return "; ".join(parts) + "." + _differences(q.end_to_end) + _counterexample(q.end_to_end, spell) + _spare(q)


def _word(verdict: Verdict, q: QuestionPage) -> str:
    """The evidence in a few words; why the derivation stopped is said above."""
    return verdict.word if verdict.reason and verdict.reason in q.stop_reason else describe_word(verdict)


def _count(q: QuestionPage) -> str:
    """How the lines of the derivation stand: "6 lines proved"."""
    words: dict[str, int] = {}
    for chain in q.chains:
        for line in chain.lines:
            words[line.evidence.word] = words.get(line.evidence.word, 0) + 1
    if not words:
        same = q.question.kind == "show" and q.question.subject == q.question.goal
        return "both sides are the same as they stand" if same else "no line to derive"
    return ", ".join(f"{n} line{'s' if n != 1 else ''} {w}" for w, n in words.items())


def _differences(verdict: Verdict) -> str:
    return " Compared where both sides are defined." if verdict.domain_differences else ""


def _spare(q: QuestionPage) -> str:
    """What was declared and is not needed: Not needed: that x has a normal law."""
    words = [_property(p) for p in q.end_to_end.unneeded if isinstance(p, Property)]
    return f" Not needed: {'; '.join(words)}." if words else ""


def _property(p: Property) -> str:
    names = [str(a.data) for a in p.args]
    if len(names) > 1:
        return f"that {', '.join(names[:-1])} and {names[-1]} are independent"
    if p.word in ("independent", "uncorrelated"):
        return f"that the entries of {names[0]} are {p.word}"
    return f"that {names[0]} has a {LAW_WORDS.get(p.word, p.word)} law"


LAW_WORDS = {"gaussian": "normal"}


def _counterexample(verdict: Verdict, spell: Callable[[str], str]) -> str:
    """Where a claim fails that holds under a condition only: the point with both sides."""
    w = verdict.witness
    if verdict.word != "proved" or w is None:
        return ""
    at = ", ".join(spell(f"{name} = {value}") for name, value in w.values.items())
    return f" Not always: at {at} the sides are {w.left} and {w.right}."
