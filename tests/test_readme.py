"""The README holds: its blocks run in the order in which a reader meets them, and print what it shows.

``console`` blocks are commands (``$ symderiv …``, ``$ pytest …``) with their output; ``...`` stands for any text. A
``python`` or ``toml`` block whose first line is a comment with a file name is saved under that name; a ``python`` block
with prompts runs as a doctest.
``sh`` blocks set a machine up and are compared with ``.ci/run`` instead. ``python tests/test_readme.py`` puts into the
README what the commands print now; read the difference before you keep it.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from processes import environment
from test_pytest_plugin import PLUGIN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+\.(?:py|toml))\n")
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands(block: str) -> list[tuple[str, str]]:
    """(command, output shown) for each ``$`` line; a backslash continues a command."""
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n?)*)", block, re.MULTILINE)
    return [(command.replace("\\\n", " "), output) for command, output in found]


def run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    assert words[0] in ("symderiv", "pytest"), f"only symderiv and pytest are run here, not {words[0]!r}"
    plugins = [*PLUGIN, "-p", "no:cacheprovider"] if words[0] == "pytest" else []
    done = subprocess.run(
        [sys.executable, "-m", words[0], *plugins, *words[1:]],
        cwd=folder,
        env=environment(COLUMNS="100" if words[0] == "symderiv" else "80", PYTHONIOENCODING="utf-8"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout + done.stderr


def matches(shown: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(shown.rstrip() + "\n", printed.rstrip() + "\n", OPTIONS)


def test_the_tour(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "problems", tmp_path / "problems", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    ran = 0
    for language, text in BLOCKS:
        if language == "console":
            for command, shown in commands(text):
                printed = run(command, tmp_path)
                assert matches(shown, printed), f"$ {command}\n--- shown\n{shown}\n--- printed\n{printed}"
                ran += 1
        elif language in ("python", "toml") and (name := NAMED.match(text)):
            (tmp_path / name.group(1)).write_text(text, encoding="utf-8")
        elif language == "python":
            test = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
            assert test.examples, f"a python block has neither a file name nor a prompt:\n{text}"
            runner = doctest.DocTestRunner(optionflags=OPTIONS)
            said: list[str] = []
            runner.run(test, out=said.append)
            assert not runner.failures, "".join(said)
            ran += 1
    assert ran >= 6, "the tour is gone"


def test_the_command_that_passes_the_tests_is_the_one_of_ci():
    command = next(line for line in (ROOT / ".ci/run").read_text().splitlines() if "pytest" in line)
    assert command in [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]


def test_links_to_files_of_the_repository_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    missing = [t for t in targets if not (ROOT / t).exists()]
    assert targets
    assert not missing


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("$ a b\nout\nmore\n$ c\n", [("a b", "out\nmore\n"), ("c", "")]),
        ("$ a \\\n  b\nout\n", [("a    b", "out\n")]),
    ],
)
def test_how_blocks_are_cut(block, found):
    assert commands(block) == found


def shown_anew(folder: Path) -> str:
    """The README with the output that its commands have now."""
    shutil.copytree(ROOT / "problems", folder / "problems", ignore=shutil.ignore_patterns("__pycache__"))

    def renew(block: re.Match[str]) -> str:
        language, text = block.groups()
        if language in ("python", "toml") and (name := NAMED.match(text)):
            (folder / name.group(1)).write_text(text, encoding="utf-8")
        if language != "console":
            return block.group()
        lines = []
        pieces = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n?)*)", text, re.MULTILINE)
        for command, shown in pieces:
            printed = run(command.replace("\\\n", " "), folder).rstrip()
            kept = shown.rstrip() if matches(shown, printed) else printed
            lines += [f"$ {command}", *(line.rstrip() for line in kept.splitlines())]
        return "```console\n" + "\n".join(lines) + "\n```"

    return re.sub(r"^```(\w+)\n(.*?)^```$", renew, README, flags=re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        (ROOT / "README.md").write_text(shown_anew(Path(place)), encoding="utf-8")
