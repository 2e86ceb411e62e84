"""The commands and their options. Each loads its work when it is called, so that the others cost nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

import symderiv
from symderiv.errors import suggest
from symderiv.writing import FORMATS, VARIANTS

if TYPE_CHECKING:
    from symderiv.writing.document import Detail

__all__ = ["app"]

DETAILS = ("brief", "normal", "full")
_HELP = {"help_option_names": ["-h", "--help"]}


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


class _Commands(click.Group):
    """A group that answers an unknown command with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"{args[0]!r} is no command; {suggest(args[0], self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of a session, not of the alphabet


class _AnswerCommand(click.Command):
    """A command whose arguments may begin with a minus sign: ``-y*log(g)`` is an answer and no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {o: p.nargs for p in self.params if isinstance(p, click.Option) and not p.is_flag for o in p.opts}
        options: list[str] = []
        others: list[str] = []
        rest = iter(args)
        for token in rest:
            if token == "--":
                others.extend(rest)
            elif token in takes_value:
                options += [token, *([value] if (value := next(rest, None)) is not None else [])]
            elif token == "-h" or re.fullmatch(r"--[a-z][a-z-]+(=.*)?", token, re.DOTALL):
                options.append(token)
            else:
                others.append(token)
        return super().parse_args(ctx, [*options, "--", *others])


def _formats(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(word.strip().lower() for word in value.split(",") if word.strip()))
    for word in chosen:
        if word not in FORMATS:
            raise click.UsageError(f"{word!r} is no format; {suggest(word, FORMATS)}", ctx)
    if not chosen:
        raise click.UsageError(f"--format names no format; {suggest('', FORMATS)}", ctx)
    return chosen


def _variants(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(word.strip().lower() for word in value.split(",") if word.strip()))
    known = (*VARIANTS, "all")
    for word in chosen or ("",):
        if word not in known:
            raise click.UsageError(f"{word!r} is no variant; {suggest(word, known)}", ctx)
    return VARIANTS if "all" in chosen else chosen


def _detail(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if value not in DETAILS:
        raise click.UsageError(f"{value!r} is no level of detail; {suggest(value, DETAILS)}", ctx)
    return value


@click.group(
    cls=_Commands, context_settings=_HELP, no_args_is_help=False, invoke_without_command=True,
    epilog=_examples(
        "symderiv solve problems/softmax.py",
        "symderiv list problems",
        'symderiv check problems/softmax.py jacobian "S_i*(KroneckerDelta(i, j) - S_j)"',
    ),
)  # fmt: skip
@click.version_option(symderiv.__version__, message="symderiv %(version)s")
@click.pass_context
def app(ctx: click.Context) -> None:
    """Derive the closed forms of machine-learning homework step by step, with every line checked."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@app.command(
    context_settings=_HELP,
    short_help="Derive, verify and typeset the parts of problems.",
    epilog=_examples(
        "symderiv solve problems/softmax.py",
        "symderiv solve problems --format tex,html",
        "symderiv solve problems/softmax.py --part jacobian --detail full",
        "symderiv solve problems/homework1.toml --variant all",
    ),
)
@click.argument("problem", nargs=-1, required=True)
@click.option("--part", "parts", multiple=True, metavar="ID", help="Only this part, by id or alias; may be repeated.")
@click.option("--out", default="out", show_default=True, metavar="FOLDER", help="Where the files go.")
@click.option("--format", "formats", default="tex,pdf,json", show_default=True, metavar="LIST", callback=_formats,
              help="Any of tex, pdf, html, json, md, with commas.")  # fmt: skip
@click.option("--detail", default="normal", show_default=True, metavar="LEVEL", callback=_detail,
              help="brief, normal or full.")  # fmt: skip
@click.option("--variant", "variants", default="full", show_default=True, metavar="LIST", callback=_variants,
              help="Of a set: full, hints, handout (without solutions), or all.")  # fmt: skip
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes; all processors if left out."
)
@click.option("--no-cache", "cached", is_flag=True, default=True, flag_value=False,
              help="Solve again what was solved before.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Write the files and show only a summary.")
def solve(problem: tuple[str, ...], parts: tuple[str, ...], out: str, formats: tuple[str, ...], detail: Detail,
          variants: tuple[str, ...], jobs: int | None, cached: bool, quiet: bool) -> int:  # fmt: skip
    """Derive, verify and typeset the parts of PROBLEM, a file, a folder of files, or a set (.toml).

    Exit code: 0 every part derived, every line proved or checked and every expected form met; 1 something was not;
    2 the input cannot be used; 3 the files are written, but there is no TeX for the PDF.
    """
    from symderiv.cli.solving import Wishes, solve_all

    return solve_all(problem, parts, Wishes(Path(out), formats, detail, quiet, jobs, cached, variants))


@app.command(
    cls=_AnswerCommand, context_settings=_HELP, short_help="Compare an answer with the reference answer.",
    epilog=_examples(
        'symderiv check problems/losses.py C1.4 "g - y"',
        'symderiv check problems/softmax.py jacobian "S_i*(1 - S_j)" --json',
        'symderiv check problems/softmax.py jacobian "S_i*(1 - S_j)" --reveal',
        "echo 'g - y' | symderiv check problems C1.4 -",
    ),
)  # fmt: skip
@click.argument("problem")
@click.argument("part", metavar="PART[.NAME]")
@click.argument("answer")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.option("--seconds", type=click.FloatRange(min=0.1, max=3600), default=10.0, show_default=True,
              help="How long the judging may take.")  # fmt: skip
@click.option("--reveal", is_flag=True, help="Show where the slip is and the reference answer, if it is not proved.")
def check(problem: str, part: str, answer: str, as_json: bool, seconds: float, reveal: bool) -> int:
    """Compare ANSWER with the reference answer of a part; - reads it from standard input.

    Exit code: 0 proved equal; 1 refuted; 3 undecided, also where the answer only restates the question; 2 the answer
    cannot be read or there is no such part.
    """
    from symderiv.cli.checking import check_answer

    return check_answer(problem, part, answer, as_json, seconds, reveal)


@app.command(
    "list",
    context_settings=_HELP,
    short_help="List problems and their parts.",
    epilog=_examples("symderiv list problems", "symderiv list problems --json"),
)
@click.argument("problem")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_parts(problem: str, as_json: bool) -> int:
    """List the problems of a file or folder with their parts and the names of their answers."""
    from symderiv.cli.listing import list_problems

    return list_problems(problem, as_json)


@app.command(
    context_settings=_HELP,
    short_help="Print the catalogue of rules.",
    epilog=_examples("symderiv rules", "symderiv rules --json"),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rules(as_json: bool) -> int:
    """Print the catalogue of rules with their laws, conditions and sources."""
    from symderiv.cli.listing import list_rules

    return list_rules(as_json)


@app.command(
    context_settings=_HELP,
    short_help="Check a written derivation again.",
    epilog=_examples("symderiv verify out/softmax.json"),
)
@click.argument("file", nargs=-1, required=True)
def verify(file: tuple[str, ...]) -> int:
    """Check a written derivation again from the file alone, without solver or rules.

    Exit code: 0 every line proved or checked and every expected form met; 1 something was not; 2 the file cannot be
    used.
    """
    from symderiv.cli.verifying import verify_files

    return verify_files(file)
