"""A solution set as a LaTeX document: title block, contents, questions in their numbering, and the rules used.

Variants
  full     every part with its derivation, answer and evidence
  hints    every part with the names of the rules of its derivation, in order, and no formula of it
  handout  the questions alone

Symbols and definitions stand before the first part that needs them. Ids of parts in prose become references to their
numbers in the set, names of rules beside a line lead to the appendix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from symderiv.language.context import Context
from symderiv.language.terms import Matrix, Symbol, Term, Tuple, free_names, walk
from symderiv.records import Derivation, Question, Rule, Solution, SolvedPart
from symderiv.sets import ProblemSet, SetItem, SetQuestion, SolvedSet
from symderiv.writing.document import Detail, PartPage, QuestionPage, lay_out
from symderiv.writing.formulas import split_prose
from symderiv.writing.givens import Given, declarations_used, list_definitions, list_givens
from symderiv.writing.hints import hint_for
from symderiv.writing.latex import to_latex
from symderiv.writing.latex_chains import Reasons, conditions_text
from symderiv.writing.latex_page import (
    ascii_title,
    asking_view,
    definitions_view,
    environment,
    given_view,
    question_view,
)  # fmt: skip
from symderiv.writing.prose import latex_prose
from symderiv.writing.room import lines_needed
from symderiv.writing.wording import rule_name

__all__ = ["set_page"]

_WHOLE = 20
"""Lines of a part of a handout or with hints that go to the next page together."""
_KINDS = {"full": "Solutions", "hints": "Hints", "handout": "Problems"}


def set_page(
    solved: SolvedSet, variant: str = "full", detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None
) -> str:
    """The whole .tex file of a variant; the same solutions give the same bytes."""
    chosen = solved.problem_set
    page = _Page(solved, variant, detail, catalogue or {})
    questions = [view for q in chosen.questions if (view := page.question(q)) is not None]
    env = environment(Context())
    env.filters["prose"] = page.prose
    return env.get_template("set.tex.j2").render(
        set=chosen,
        kind=_KINDS[variant],
        title_ascii=ascii_title(chosen.title),
        questions=questions,
        figures=any(q.figure for view in questions for b in view.blocks for p in b.parts for q in p.questions),
        rules=page.appendix(),
        entry=0.55 * max((len(i.number) for i in chosen.items), default=0) + 1.2,
        total=_points(sum(q.points for q in chosen.questions)),
        words=sorted(page.words),
    )


class _Page:
    def __init__(self, solved: SolvedSet, variant: str, detail: Detail, catalogue: Mapping[str, Rule]):
        self.solved, self.variant, self.detail, self.catalogue = solved, variant, detail, catalogue
        self.numbers = {i.part.id: i.number for i in solved.problem_set.items if solved.of(i) is not None}
        self.links = _references(solved.problem_set, self.numbers)
        self.used: dict[str, list[str]] = {}
        self.words: set[str] = set()

    def prose(self, text: str) -> str:
        return latex_prose(text, self.links)

    def question(self, question: SetQuestion) -> Any:
        """A question with its parts, None if none of them was solved."""
        items = [i for i in question.items if self.solved.of(i) is not None]
        if not items:
            return None
        said = {question.text}
        blocks = []
        for group in _groups(items):
            text = group[0].problem.text
            blocks.append(self.block(group, "" if text in said else text))
            said.add(text)
        return SimpleNamespace(
            number=question.number,
            title=question.title,
            text=question.text,
            points=_points(question.points),
            blocks=blocks,
            alone=len(items) == 1 and items[0].number == question.number,
        )

    def block(self, items: Sequence[SetItem], text: str) -> Any:
        """Neighbouring parts of one problem: their symbols, then each part with the definitions that it brings."""
        problem = items[0].problem
        context = problem.context
        parts = [p for i in items if (p := self.solved.of(i)) is not None]
        pages = lay_out(Solution(problem, tuple(parts)), self.detail, self.catalogue).parts
        whole = [p for i in self.solved.problem_set.items if i.problem is items[0].problem and (p := self.solved.of(i))]
        derived = {t for p in whole for d in p.derivations for t in (d.result, d.question.expected) if t and t.args}
        needs = [self.needs(p, context, derived) for p in parts]
        needed = frozenset(n for names in needs for n in names)
        shown = declarations_used([], context, needed | _mentioned(text, context, needed))
        given: set[str] = set()
        views = []
        for item, page, names in zip(items, pages, needs, strict=True):
            fresh = _only(shown, names - given)
            given |= names
            seen = list_definitions(fresh)
            views.append(self.part(item, page, context, seen))
        known = shown.names()
        return SimpleNamespace(
            text=text,
            givens=[given_view(g, context) for g in list_givens(_without_numbers(shown))],
            assumptions=[f"${to_latex(a, context)}$" for a in context.assumptions if free_names(a) <= known],
            parts=views,
        )

    def needs(self, solved: SolvedPart, context: Context, derived: set[Term]) -> frozenset[str]:
        """The names that the part shows as printed in this variant, directly or through other declarations.

        Without solutions no definition is shown whose body is among the ``derived`` answers of the problem's parts.
        """
        part = solved.part
        terms = list(part.conditions)
        visible: set[str] | None = None
        for q in part.questions:
            if visible is None and q.visible is not None:
                visible = set(q.visible)
            if self.asks(q, solved, context):
                terms += _asked(q)
            elif q.kind == "evaluate":  # the numbers that go into a table are a part of the question
                terms.append(q.subject)
        if self.variant == "full":
            for d in solved.derivations:
                terms += [d.result, *(s.after for s in d.steps), *(t for pair in d.solution for t in pair)]
        # A definition that comes after the question may be its answer.
        hidden = set(context.definitions) - visible if visible is not None else set()
        if self.variant != "full":
            answers = {t for d in solved.derivations for t in _answers(d)}
            hidden |= {n for n, d in context.definitions.items() if d.body in answers | derived}
        texts = [part.text] if self.variant != "full" else [part.text, part.answer_text, *part.remarks]
        used = declarations_used(terms, context).names()
        named = _mentioned(" ".join(texts), context, used) - hidden
        found = declarations_used(terms, context, named).names()
        return found if self.variant == "full" else found - hidden

    def part(self, item: SetItem, page: PartPage, context: Context, definitions: Sequence[Given]) -> Any:
        part = page.solved.part
        full = self.variant == "full"
        open_ = [q for q in page.questions if not full and self.asks(q.question, page.solved, context)]
        asked = [asking_view(q, context) for q in open_]
        hints = [self.hint(item, page, n) for n in range(len(page.questions))] if self.variant == "hints" else []
        reasons = self.reasons(item.number)
        several = len(page.questions) > 1
        views = [question_view(q, context, several, reasons) for q in page.questions] if full else []
        if len(views) == 1 and part.text and _says_it_itself(page.questions[0]):
            views[0].heading = ""
        for q in page.questions if full else ():
            lines = [line for c in (*q.chains, *q.details) for line in c.lines]
            self.words |= {line.evidence.word for line in lines} | {q.verdict.word}
        return SimpleNamespace(
            anchor=_anchor(part.id),
            number=item.number,
            title=part.title,
            points=_points(part.points or 0),
            definitions=definitions_view(definitions, context),
            need=self.lines_needed(page, context, definitions, len(hints)),
            text=part.text,
            conditions=conditions_text(part.conditions, context) if part.conditions else "",
            asked=asked,
            hints=hints,
            questions=views,
            answer_text=part.answer_text if full else "",
            remarks=part.remarks if full else (),
        )

    def lines_needed(self, page: PartPage, context: Context, definitions: Sequence[Given], hints: int) -> int:
        """Lines that stay with the heading; without solutions a part is short and stays in one piece if it can."""
        text = page.solved.part.text
        if self.variant == "full":
            return lines_needed(definitions, text, page.questions, context)
        return lines_needed(definitions, text, (), context, hints=hints, most=_WHOLE)

    def hint(self, item: SetItem, page: PartPage, n: int) -> Any:
        found = hint_for(page.questions[n])
        names = [self.link([rule], item.number, capital=n == 0) for n, rule in enumerate(found.rules)]
        return SimpleNamespace(
            name=found.name if len(page.questions) > 1 else "",
            first=names[0] if names else "",
            rest=names[1:],
            remarks=found.remarks,
        )

    def asks(self, q: Question, solved: SolvedPart, context: Context) -> bool:
        """Is the question asked as a formula? Always with the solution; elsewhere where it does not tell too much."""
        if self.variant == "full" or not solved.part.text:
            return True
        # Of several questions one may tell the answer of another.
        if self.variant == "handout" or q.kind not in ("derive", "find") or len(solved.derivations) > 1:
            return False
        answers = {t for d in solved.derivations for t in _answers(d)}
        told = {t for asked in _asked(q) for t in walk(asked) if t.args}
        told |= {d.body for d in declarations_used(_asked(q), context).definitions.values()}
        return not told & answers

    # ---- rules

    def reasons(self, number: str) -> Reasons:
        return lambda names: self.link(names, number)

    def link(self, names: Sequence[str], number: str, *, capital: bool = True) -> str:
        """The names of rules, each leading to its law in the appendix, which notes where it was used."""
        words = rule_name(", ".join(names))
        words = words if capital or words[1:2].isupper() else words[:1].lower() + words[1:]
        out: list[str] = []
        for name, shown in zip(names, _pieces(words, names), strict=True):
            if name not in self.catalogue:
                out.append(latex_prose(shown))
                continue
            places = self.used.setdefault(name, [])
            if number not in places:
                places.append(number)
            out.append(rf"\rulelink{{{_anchor(name)}}}{{{latex_prose(shown)}}}")
        return ", ".join(out)

    def appendix(self) -> list[Any]:
        """The rules by topic, in the order of the catalogue, each with the parts that use it."""
        by_number = {number: key for key, number in self.numbers.items()}
        topics: dict[str, list[Any]] = {}
        for name, rule in self.catalogue.items():
            if name not in self.used:
                continue
            places = [self.links.get(by_number[n], latex_prose(n)) for n in self.used[name]]
            view = SimpleNamespace(rule=rule, anchor=_anchor(name), places=places)
            topics.setdefault(rule.topic, []).append(view)
        return [SimpleNamespace(topic=topic, rules=rules) for topic, rules in topics.items()]


def _only(context: Context, names: Iterable[str]) -> Context:
    """The arrays and definitions of these names."""
    arrays = {n: a for n, a in context.arrays.items() if n in names}
    return Context(arrays=arrays, definitions={n: d for n, d in context.definitions.items() if n in names})


def _says_it_itself(q: QuestionPage) -> bool:
    """Does the first line of the only chain say once more what is derived?"""
    return q.question.kind == "derive" and not q.question.given and len(q.chains) == 1


def _pieces(words: str, names: Sequence[str]) -> list[str]:
    """The words cut into those of each name."""
    out, start = [], 0
    for name in names:
        length = len(rule_name(name))
        out.append(words[start : start + length])
        start += length + 2
    return out


def _groups(items: Iterable[SetItem]) -> list[list[SetItem]]:
    out: list[list[SetItem]] = []
    for item in items:
        if out and out[-1][0].problem.path == item.problem.path and item.part.questions and out[-1][0].part.questions:
            out[-1].append(item)
        else:
            out.append([item])
    return out


def _references(chosen: ProblemSet, numbers: Mapping[str, str]) -> dict[str, str]:
    """How the id of a part is set in prose: its number in the set, as a link."""
    return {
        key: rf"\partlink{{{_anchor(key)}}}{{{latex_prose(number)}}}"
        for key, number in numbers.items()
        if len(key) > 2 and re.search(r"\d", key)
    }


def _anchor(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


def _asked(q: Question) -> list[Term]:
    asked = [t for t in (q.subject, q.goal, q.unknown) if t is not None]
    return [*asked, *q.unknowns, *(t for pair in q.given for t in pair)]


def _answers(d: Derivation) -> list[Term]:
    """The answer, its entries where it is a table or a list, and the values of unknowns."""
    found = [d.result, d.question.expected, *(value for _, value in d.solution)]
    return [*found, *(a for t in found if isinstance(t, (Matrix, Tuple)) for a in t.args)]


def _without_numbers(context: Context) -> Context:
    """The context without the arrays of given numbers, which stand as matrices among the definitions."""
    arrays = {n: a for n, a in context.arrays.items() if a.values is None or len(a.axes) > 2}
    return replace(context, arrays=arrays)


def _mentioned(text: str, context: Context, used: frozenset[str]) -> set[str]:
    """The declared names that stand in the formulas of a text, as they are written in LaTeX.

    Of names that are written alike, those that are ``used`` are meant, else the first.
    """
    formulas = " ".join(content for kind, content in split_prose(text) if kind != "text")
    known = {to_latex(Symbol(name), context) for name in used} if formulas else set()
    out = set()
    for name in context.names() if formulas else ():
        written = to_latex(Symbol(name), context)
        if written not in known and re.search(rf"(?<![A-Za-z\\]){re.escape(written)}(?![A-Za-z])", formulas):
            known.add(written)
            out.add(name)
    return out


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}" if points else ""
