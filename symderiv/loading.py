"""From a file to a problem: the only place that executes a problem file.

A problem file is trusted like any Python that one runs; a student's answer never comes here.
"""

from __future__ import annotations

import contextlib
import re
import sys
import traceback
import types
from pathlib import Path

from symderiv.errors import DeclarationError
from symderiv.records import Problem

__all__ = ["find_problems", "load"]

_BEGIN = 'begin with p = declare("its title")'
_SKIP = ("__", ".", "test_", "conftest")


def load(path: str | Path) -> Problem:
    """The problem that the file declares.

    Raises DeclarationError, one sentence with file and line, for whatever its author can mend: a file that does not
    exist or declares no problem, an error in its Python, a name that is not declared, an index outside its range.
    """
    file = Path(path)
    source = _read(file)
    code = _compile(source, file)
    from symderiv.language.declarations import collect
    from symderiv.language.notation import verbatim

    with collect() as made, verbatim():
        _execute(code, source, file)
        if not made:
            raise DeclarationError(f"this file declares no problem; {_BEGIN}", path=str(file))
        return made[0].problem(file.stem, str(file))


def find_problems(path: str | Path) -> list[Path]:
    """The problem files at ``path``: the file itself, or every file of a folder and below that calls ``declare``."""
    place = Path(path)
    if place.is_dir():
        found = sorted(
            f for f in place.rglob("*.py") if not any(part.startswith(_SKIP) for part in f.relative_to(place).parts)
        )
        return [f for f in found if _declares(f)]
    if not place.exists():
        raise DeclarationError("no such file or folder; check the path", path=str(path))
    return [place]


def _declares(file: Path) -> bool:
    return re.search(rb"\bdeclare\s*\(", file.read_bytes()) is not None


def _read(file: Path) -> str:
    if file.is_dir():
        raise DeclarationError("this is a folder; name one problem file in it", path=str(file))
    if not file.exists():
        raise DeclarationError("no such file; check the path", path=str(file))
    try:
        data = file.read_bytes()
        source = data.decode("utf-8-sig")
    except OSError as error:
        raise DeclarationError(
            f"this file can't be read ({error.strerror}); check its permissions", path=str(file)
        ) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DeclarationError("a byte here is not UTF-8; save the file as UTF-8", path=str(file), line=line) from None
    if not source.strip():
        raise DeclarationError(f"this file is empty; {_BEGIN}", path=str(file))
    return source


def _compile(source: str, file: Path) -> types.CodeType:
    try:
        return compile(source, str(file), "exec")
    except SyntaxError as error:
        raise DeclarationError(
            f"Python can't read this ({error.msg}); mend the line", path=str(file), line=error.lineno or 1
        ) from None
    except ValueError as error:
        raise DeclarationError(f"Python can't read this ({error}); this is no text file", path=str(file)) from None


def _execute(code: types.CodeType, source: str, file: Path) -> None:
    """Run the file as a module of its own; modules that it imports from its folder are forgotten afterwards."""
    module = types.ModuleType(f"problem_{file.stem}")
    module.__file__ = str(file)
    folder = str(file.resolve().parent)
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        # What a file prints is not part of an answer that goes to standard output.
        with contextlib.redirect_stdout(sys.stderr):
            exec(code, module.__dict__)  # a problem file is the program of the person who loads it
    except DeclarationError as error:
        if error.path is not None:
            raise
        raise DeclarationError(error.message, path=str(file), line=_line_of(error, str(file))) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        line = _line_of(error, str(file))
        raise DeclarationError(_explain(error, source, line, module.__dict__), path=str(file), line=line) from error
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None) or ""
            if origin.startswith(folder + "/") and "site-packages" not in origin:
                del sys.modules[name]


def _line_of(error: BaseException, path: str) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else None


def _explain(error: BaseException, source: str, line: int | None, names: dict[str, object]) -> str:
    """One sentence about an exception in a problem file, with a hint for the usual ones."""
    from symderiv.language.explanations import explain

    text = source.splitlines()[line - 1] if line and line <= len(source.splitlines()) else ""
    return explain(error, text, names)
