from __future__ import annotations

import json

import pytest


def test_list(run, demo):
    assert run("list", demo) == (
        0,
        "demo: A demonstration\n"
        "  D1 (jacobian)  Jacobian of softmax  [J_ij]\n"
        "  D2             Two answers  [dg, dL]\n"
        "  D2.dg          An id with a dot  [d2g]\n",
        "",
    )


def test_list_as_json(run, demo):
    code, out, err = run("list", demo, "--json")
    assert (code, err) == (0, "")
    [record] = json.loads(out)
    assert record["problem"] == "demo"
    assert record["path"] == str(demo)
    assert record["parts"][0] == {
        "id": "D1", "alias": "jacobian", "title": "Jacobian of softmax", "kind": "derive", "answers": ["J_ij"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.py", None, "missing.py: no such file or folder; check the path"),
        ("empty.py", "", 'empty.py: this file is empty; begin with p = declare("its title")'),
        ("other.py", "x = 1\n", 'other.py: this file declares no problem; begin with p = declare("its title")'),
        ("syntax.py", "x = (\n", "syntax.py:1: Python can't read this ('(' was never closed); mend the line"),
    ],
)
def test_a_file_that_cannot_be_used(run, tmp_path, monkeypatch, name, content, message):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_text(content)
    for command in (["list", name], ["solve", name], ["check", name, "D1", "x"]):
        assert run(*command) == (2, "", f"symderiv: {message}\n")


def test_a_folder_without_problems(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    message = "symderiv: sub: no problem file in this folder; a problem file calls declare(...)\n"
    assert run("list", "sub") == (2, "", message)


def test_one_bad_file_in_a_folder_does_not_hide_the_others(run, demo, tmp_path):
    (tmp_path / "bad.py").write_text("from symderiv import declare\ndeclare(\n")
    (tmp_path / "good.py").write_text(demo.read_text(encoding="utf-8"), encoding="utf-8")
    code, out, err = run("list", tmp_path)
    assert code == 2
    assert out.startswith("good: A demonstration\n")
    assert err.startswith(f"symderiv: {tmp_path}/bad.py:2: Python can't read this")


def test_rules(run):
    from symderiv.rules import CATALOGUE

    code, out, err = run("rules", "--json")
    records = json.loads(out)
    assert (code, err) == (0, "")
    assert [r["name"] for r in records] == [r.name for r in CATALOGUE]
    assert set(records[0]) == {"name", "topic", "law", "condition", "source", "level", "examples"}
    code, out, _ = run("rules")
    assert code == 0
    assert all(rule.name in out and rule.source in out for rule in CATALOGUE)
