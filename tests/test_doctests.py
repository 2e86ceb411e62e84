"""Examples in docstrings hold, in every module that has some."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import symderiv

PACKAGE = Path(symderiv.__file__).parent


def name_of(module: Path) -> str:
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


WITH_EXAMPLES = sorted(name_of(m) for m in PACKAGE.rglob("*.py") if ">>>" in m.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name, capsys):
    result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted, "prompts outside of docstrings are not run"
    assert not result.failed, capsys.readouterr().out


def test_the_public_module_and_the_declarations_have_examples():
    assert {"symderiv", "symderiv.language.declarations"} <= set(WITH_EXAMPLES)
