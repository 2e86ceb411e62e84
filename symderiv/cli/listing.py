"""``symderiv list`` and ``symderiv rules``."""

from __future__ import annotations

import json
from typing import Any

import click

from symderiv.cli.inputs import load_all
from symderiv.records import Part, Problem, Rule

__all__ = ["list_problems", "list_rules"]

_LEVELS = {1: "textbook", 2: "detail", 3: "arithmetic"}


def list_problems(path: str, as_json: bool) -> int:
    """Print the parts of the problems at ``path``; 2 if one of the files cannot be used."""
    problems, failures = load_all([path])
    if as_json:
        click.echo(json.dumps([_problem_record(p) for p in problems], indent=2, ensure_ascii=False))
    else:
        for n, problem in enumerate(problems):
            click.echo(("\n" if n else "") + click.style(f"{problem.name}: {problem.title}", bold=True))
            width = max((len(_key(p)) for p in problem.parts), default=0)
            for part in problem.parts:
                names = ", ".join(q.name for q in part.questions)
                click.echo(f"  {_key(part):<{width}}  {part.title}" + (f"  [{names}]" if names else ""))
    return 2 if failures else 0


def _key(part: Part) -> str:
    return f"{part.id} ({part.alias})" if part.alias and part.alias != part.id else part.id


def _problem_record(problem: Problem) -> dict[str, Any]:
    return {
        "problem": problem.name,
        "title": problem.title,
        "path": problem.path,
        "parts": [
            {
                "id": part.id,
                "alias": part.alias,
                "title": part.title,
                "kind": part.kind,
                "answers": [q.name for q in part.questions],
            }
            for part in problem.parts
        ],
    }


def list_rules(as_json: bool) -> int:
    """Print the catalogue, grouped by topic."""
    from symderiv.rules import CATALOGUE

    if as_json:
        click.echo(json.dumps([_rule_record(r) for r in CATALOGUE], indent=2, ensure_ascii=False))
        return 0
    for topic in dict.fromkeys(rule.topic for rule in CATALOGUE):
        click.echo(click.style(topic, bold=True))
        for rule in CATALOGUE:
            if rule.topic == topic:
                click.echo(f"  {rule.name}")
                click.echo(f"      {rule.law}")
                if rule.condition:
                    click.echo(f"      if {rule.condition}")
                click.echo(f"      {rule.source}")
    return 0


def _rule_record(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "topic": rule.topic,
        "law": rule.law,
        "condition": rule.condition,
        "source": rule.source,
        "level": _LEVELS[rule.level],
        "examples": [list(example) for example in rule.examples],
    }
