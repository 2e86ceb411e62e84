"""What became of a part, in one line: does everything hold, and if not, what is missing."""

from __future__ import annotations

from symderiv.records import SolvedPart

__all__ = ["faults", "holds", "outcome"]

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
