"""``symderiv verify``: written derivations, checked again without solver or rules."""

from __future__ import annotations

from collections.abc import Sequence

import click

from symderiv.cli.inputs import Progress
from symderiv.cli.solving import NOT_ALL, OK, holds, summary

__all__ = ["verify_files"]


def verify_files(files: Sequence[str]) -> int:
    """Verify each file and print what holds; 1 if a line is refuted or undecided or an expected form is not met."""
    from symderiv.verification import verify_solution
    from symderiv.writing.json_out import read_solution

    code = OK
    for file in files:
        progress = Progress(file)
        try:
            progress("verifying every line")
            solution = verify_solution(read_solution(file))
        finally:
            progress()
        click.echo(summary(solution))
        if not all(holds(part) for part in solution.parts):
            code = NOT_ALL
    return code
