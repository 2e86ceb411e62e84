"""``symderiv verify``: written derivations, checked again without solver or rules."""

from __future__ import annotations

from collections.abc import Sequence

import click

from symderiv.cli.inputs import Progress
from symderiv.cli.solving import NOT_ALL, OK, summary
from symderiv.writing.outcome import holds

__all__ = ["verify_files"]


def verify_files(files: Sequence[str]) -> int:
    """Verify each file and print what holds; 1 if a line is refuted or undecided or an expected form is not met."""
    from symderiv.verification import verify_solution
    from symderiv.writing.json_out import read_solutions

    code = OK
    for file in files:
        for written in read_solutions(file):
            with Progress(len(written.parts)) as progress:
                solution = verify_solution(written, on_progress=lambda part: progress(part.part.id, done=1))
            click.echo(summary(f"{solution.problem.name}: {solution.problem.title}", solution.parts))
            if not all(holds(part) for part in solution.parts):
                code = NOT_ALL
    return code
