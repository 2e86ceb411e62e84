"""The command ``symderiv``: exit codes and messages. The commands themselves are in ``symderiv.cli.commands``.

Whatever a user can get wrong ends with one sentence on standard error, culprit first and hint last, and exit code 2.
A fault of our own ends with code 70 and where to report it; ``SYMDERIV_DEBUG=1`` shows the traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "run"]

UNUSABLE, INTERNAL, INTERRUPTED = 2, 70, 130
REPORT = "please report it with the command you typed; SYMDERIV_DEBUG=1 shows more"


def main() -> NoReturn:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line with these arguments and return the exit code; raises nothing."""
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _say("interrupted; files that are finished are whole")
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads our output has seen enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("SYMDERIV_DEBUG"):
            sys.excepthook(*sys.exc_info())
        text = " ".join(str(error).split())[:200]
        _say(f"internal error: {type(error).__name__}: {text}; {REPORT}")
        return INTERNAL


def _invoke(arguments: list[str]) -> int:
    import click

    from symderiv.cli.commands import app
    from symderiv.errors import SymderivError

    try:
        # Not app.main(), which answers a closed pipe and Ctrl-C in its own way.
        with app.make_context("symderiv", arguments) as context:
            return app.invoke(context) or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        _say(_usage_message(error))
    except SymderivError as error:
        _say(str(error))
    except OSError as error:
        if isinstance(error, BrokenPipeError) or not error.filename:
            raise
        _say(f"{error.filename}: {error.strerror or error}; check the path and its permissions")
    return UNUSABLE


def _usage_message(error: object) -> str:
    """Click's complaint as one sentence with a hint."""
    import click

    from symderiv.errors import suggest

    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "symderiv"
    see = f"'{command} -h' shows how it is used"
    if isinstance(error, click.NoSuchOption):
        known = [o for p in context.command.params for o in p.opts] if context is not None else []
        return f"{error.option_name} is no option of {command}; {suggest(error.option_name, known)}"
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param is not None else "an argument"
        return f"{name} is missing; {see}"
    if isinstance(error, click.ClickException):
        message = error.format_message().rstrip(".")
        return message if ";" in message else f"{message[:1].lower()}{message[1:]}; {see}"
    return str(error)


def _say(message: str) -> None:
    try:
        print(f"symderiv: {message}", file=sys.stderr)
    except OSError:
        pass  # standard error is closed; the exit code remains
