"""One sentence for what goes wrong in a problem file's own Python or inside SymPy, with a hint how to write it."""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Mapping

from symderiv.errors import did_you_mean, suggest

__all__ = ["explain"]

_EAGER = (
    r"\b(simplify|expand|factor|cancel|together|apart|collect|solve\w*|summation|product|det|inv|doit|limit|series"
    r"|integrate|refine|trigsimp|powsimp|rewrite|evalf|nsimplify|equals)\b"
)


def explain(error: BaseException, line: str, names: Mapping[str, object]) -> str:
    """What happened, in the words of the author, for an exception raised while ``line`` ran among ``names``."""
    if isinstance(error, SystemExit):
        return "the file leaves Python with sys.exit(); a problem file only declares"
    if isinstance(error, NameError) and error.name:
        return f"the name {error.name!r} is not defined; {_name_hint(error.name, names)}"
    if isinstance(error, AttributeError) and (text := _no_method(error)):
        return text
    if found := re.search(r"unexpected keyword argument '(\w+)'", str(error)):
        return _no_option(found.group(1))
    if isinstance(error, ImportError):
        return f"{_first(error)}; check the import"
    if (
        isinstance(error, TypeError)
        and re.search(r"\b(range|math\.|np\.|numpy\.)", line)
        and (hint := _numbers_only(error, line))
    ):
        return hint
    if isinstance(error, TypeError) and "truth value of Relational" in str(error):
        if python := re.search(r"(?<![\w.])(max|min)\(", line):
            name = python.group(1)
            return f"Python's {name} compares numbers; write {name.capitalize()}(...) of SymPy"
        return (
            "a condition is used as a Python truth value; write (0 < x) & (x < 1) or And(...), and Piecewise for a case"
        )
    if _inside_sympy(error) and (eager := re.search(_EAGER, line)):
        return (
            f"SymPy's {eager.group(1)} does not work here, since formulas are kept as written; "
            "write the result, or put it in 'with sympy.evaluate(True):'"
        )
    if isinstance(error, ZeroDivisionError):
        return "a number is divided by zero; mend the formula"
    if "specify dummy variables" in str(error) or "requires values for lower and upper bounds" in str(error):
        return "a sum has no range; write Sum(body, (k, 1, K))"
    if "Invalid limits given" in str(error):
        return f"{_first(error)}; a range is written (k, 1, K)"
    if "'Indexed' object is not subscriptable" in str(error):
        return "an entry is indexed twice; write all its indices together, x[n, k]"
    if (array := re.search(r"derivative wrt (\w+)$", _first(error))) and array.group(1) in _arrays(names):
        return f"{array.group(1)} is an array without its indices; differentiate by an entry, {array.group(1)}[j]"
    if "derivative wrt" in str(error):
        return f"{_first(error)}; name it first with p.symbol"
    if _inside_sympy(error):
        return (
            f"{_first(error)} ({type(error).__name__}); if SymPy is to compute here, write 'with sympy.evaluate(True):'"
        )
    return f"{_first(error)} ({type(error).__name__}); mend the line"


def _numbers_only(error: TypeError, line: str) -> str:
    """For functions that take numbers where there are symbols."""
    text = str(error)
    if "cannot be interpreted as an integer" in text and "range(" in line:
        return "range() takes numbers; write a sum over symbols as Sum(body, (k, 1, K))"
    if "loop of ufunc" in text or "to float" in text:
        library = re.search(r"\b(np|numpy|math)\.(\w+)", line)
        return f"{library.group(0)} takes numbers; write {library.group(2)} of SymPy" if library else ""
    return ""


def _arrays(names: Mapping[str, object]) -> set[str]:
    """The names of the declared arrays."""
    from symderiv.language.heads import DeclaredArray

    return {n for n, value in names.items() if isinstance(value, DeclaredArray)}


def _name_hint(name: str, names: Mapping[str, object]) -> str:
    if hint := did_you_mean(name, [n for n in names if not n.startswith("__")]):
        return hint
    import sympy

    import symderiv.language as ours

    for module, known in (("sympy", sympy.__all__), ("symderiv", ours.__all__)):
        if name in known:
            return f"add from {module} import {name}"
    # SymPy has so many names that a short one resembles some of them by chance.
    if len(name) > 3 and (hint := did_you_mean(name, [*sympy.__all__, *ours.__all__])):
        return hint
    return f'declare it: {name} = p.symbol("{name}", "its meaning")'


def _no_method(error: AttributeError) -> str:
    from symderiv.language.declarations import Declaration
    from symderiv.language.parts import PartDeclaration

    for kind, what in ((Declaration, "a declaration"), (PartDeclaration, "a part")):
        if isinstance(error.obj, kind):
            return f"{what} has no method {error.name!r}; {suggest(error.name or '', _methods(kind))}"
    return ""


def _no_option(name: str) -> str:
    from symderiv.language.declarations import Declaration
    from symderiv.language.parts import PartDeclaration

    callables = [getattr(kind, m) for kind in (Declaration, PartDeclaration) for m in _methods(kind)]
    options = {o for f in (*callables, PartDeclaration) for o in inspect.signature(f).parameters} - {"self", "options"}
    return f"there is no option {name!r} here; {did_you_mean(name, options) or 'see the methods of declare()'}"


def _methods(kind: type) -> list[str]:
    hidden = {"term", "condition", "scrutinise", "finish", "problem"}
    return [n for n, m in vars(kind).items() if callable(m) and not n.startswith("_") and n not in hidden]


def _first(error: BaseException) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text if len(text) < 200 else text[:197] + "..."


def _inside_sympy(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return any(f"{os.sep}sympy{os.sep}" in frame.filename for frame in frames)
