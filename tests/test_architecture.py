"""What DESIGN fixes about the shape of the code, read off the source: layers, lengths, calls that have no place."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symderiv

PACKAGE = Path(symderiv.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(m.relative_to(PACKAGE)) for m in MODULES]

GROUND = {"errors", "records", "language"}
LAYERS = {
    "errors": set(),
    "records": GROUND,
    "language": GROUND,
    "loading": GROUND,
    "sets": GROUND | {"loading"},
    # The judges know neither the rules nor the solver: independence is the point.
    "equality": GROUND,
    "verification": GROUND | {"equality"},
    "answers": GROUND | {"equality"},
    "rules": GROUND | {"equality"},
    "solver": GROUND | {"equality", "rules"},
    "writing": GROUND | {"sets", "equality", "rules", "solver", "verification", "answers"},
}
TOP = {"__init__", "__main__", "pipeline", "jobs", "cache", "cli", "pytest_plugin"}
"""These sit above all layers: the public names, the pipeline with its workers and cache, the command line, pytest."""

HEAVY = ("sympy", "flint", "islpy", "z3", "jinja2", "rich", "click", "lark", "latex2sympy2")
FORBIDDEN = {"eval", "exec", "sympify", "parse_expr", "simplify", "piecewise_fold"}
FORBIDDEN_METHODS = {"equals", "doit", "simplify"}
REASON = re.compile(r"#\s*(?!noqa|type:)\w+\s\w+")


def parse(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), filename=str(module))


def layer(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of every import in the module, those inside functions and under TYPE_CHECKING too."""
    found: list[tuple[int, str]] = []
    package = ["symderiv", *module.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(parse(module)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            # ``from symderiv import rules`` imports a layer as well.
            names = [f"{name}.{a.name}" for a in node.names] if name == "symderiv" else [name]
            found += [(node.lineno, n) for n in names]
    return found


def test_the_package_was_found():
    assert {"errors", "records", "language"} <= {layer(m) for m in MODULES}
    assert all(layer(m) in LAYERS.keys() | TOP for m in MODULES), "a new top-level module needs its place in LAYERS"


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_layers(module):
    here = layer(module)
    if here in TOP:
        return
    allowed = LAYERS[here] | {here}
    wrong = [
        f"line {line} imports {name}"
        for line, name in imports(module)
        if name.split(".")[0] == "symderiv" and (name.split(".") + ["__init__"])[1] not in allowed
    ]
    assert not wrong, f"{here} may import {', '.join(sorted(allowed))}"


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_jinja_stands_only_in_writing(module):
    if layer(module) != "writing":
        assert not [name for _, name in imports(module) if name.split(".")[0] == "jinja2"]


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_no_module_passes_400_lines(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


def forbidden_calls(source: str) -> list[str]:
    """Calls that are unsafe on text or no verdict on terms, unless a comment on the line gives the reason."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        f = node.func
        name = f.id if isinstance(f, ast.Name) and f.id in FORBIDDEN else None
        if isinstance(f, ast.Attribute) and f.attr in FORBIDDEN_METHODS | FORBIDDEN:
            name = f".{f.attr}"
        if name and not REASON.search(lines[node.lineno - 1]):
            found.append(f"line {node.lineno}: {name}")
    return found


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_no_forbidden_call(module):
    assert not forbidden_calls(module.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("eval('1')", 1),
        ("sympy.sympify(text)", 1),
        ("a.equals(b)", 1),
        ("f(x).doit()", 1),
        ("exec(code, space)  # a problem file is the author's own program", 0),
        ("exec(code, space)  # noqa: S102", 1),
        ("decide(a, b)", 0),
    ],
)
def test_the_search_for_forbidden_calls_finds_them(source, count):
    assert len(forbidden_calls(source)) == count


def test_import_symderiv_is_light():
    code = f"import sys, symderiv; print([m for m in {HEAVY!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
