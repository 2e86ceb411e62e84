"""What became of a part: does everything hold, and if not, what is missing, in one line or at length."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.terms import Term
from symderiv.language.text import to_text
from symderiv.records import Derivation, SolvedPart, Step, Verdict

__all__ = ["explain_derivation", "faults", "holds", "outcome"]

MET = ("proved", "checked")


def holds(part: SolvedPart) -> bool:
    """Derived to the end, every line proved or checked, every expected form met."""
    counts = part.counts()
    return not part.stop_reason and part.expected_met and not (counts["refuted"] or counts["undecided"])


def faults(part: SolvedPart) -> list[str]:
    """Why the part does not hold: where it stopped, and which expected forms are not met."""
    found = [part.stop_reason] if part.stop_reason else []
    found += [
        f"{d.question.name}: expected form {d.expected.word if d.expected is not None else 'not compared'}"
        for d in part.derivations
        if d.expected is None or d.expected.word not in MET
    ]
    return found


def outcome(part: SolvedPart) -> str:
    """The evidence of a part and what is missing: ``7 proved; dg: expected form refuted``."""
    if not part.derivations:
        return "text"
    counts = ", ".join(f"{n} {word}" for word, n in part.counts().items() if n) or "no line"
    return "; ".join([counts, *faults(part)])


def explain_derivation(derivation: Derivation, *, least: str = "checked") -> list[str]:
    """What is wrong with a derivation, one paragraph for each fault; empty if it holds.

    ``least`` is the evidence that every line needs, "checked" or "proved".
    """
    enough = MET if least == "checked" else ("proved",)
    q, d = derivation.question, derivation
    out = []
    if d.stop_reason:
        out.append(_paragraph(f"the derivation stops here: {d.stop_reason}", asked=q.subject, reached=d.result))
    for label, step in _steps(d.steps):
        if step.evidence is None or step.evidence.word not in enough:
            head = f"line {label} is {_word(step.evidence)}: {step.rule}"
            out.append(_paragraph(head, step.evidence, before=step.before, after=step.after))
    if not d.stop_reason and (d.end_to_end is None or d.end_to_end.word not in enough):
        head = f"first and last line: {_word(d.end_to_end)}"
        out.append(_paragraph(head, d.end_to_end, first=q.subject, last=d.result))
    if d.expected is None or d.expected.word not in enough:
        head = f"the answer and the expected form: {_word(d.expected)}"
        out.append(_paragraph(head, d.expected, derived=d.result, expected=q.expected))
    return out


def _steps(steps: tuple[Step, ...], before: str = "") -> Iterator[tuple[str, Step]]:
    for n, step in enumerate(steps, 1):
        yield f"{before}{n}", step
        yield from _steps(step.substeps, f"{before}{n}.")


def _word(verdict: Verdict | None) -> str:
    return "not compared" if verdict is None else verdict.word


def _paragraph(head: str, verdict: Verdict | None = None, **terms: Term) -> str:
    """A fault with the terms it is about, and where they differ if that is known."""
    width = max(map(len, terms)) + 1
    lines = [head, *(f"  {name + ':':<{width}} {to_text(term)}" for name, term in terms.items())]
    if verdict is not None and verdict.witness is not None:
        w = verdict.witness
        at = ", ".join(f"{name} = {value}" for name, value in w.values.items()) or "every point"
        lines.append(f"  at {at}: {w.left} against {w.right}")
    elif verdict is not None and verdict.reason:
        lines.append(f"  {verdict.reason}")
    return "\n".join(lines)
