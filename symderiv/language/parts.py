"""The parts of a declaration: what is asked, and the answer checked by hand."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError, suggest
from symderiv.language.border import from_sympy
from symderiv.language.context import Range, unfold_all
from symderiv.language.half_spaces import half_spaces
from symderiv.language.matrices import Axis, Matrix, tabulate
from symderiv.language.places import caller
from symderiv.language.terms import ZERO, And, Entry, Number, Symbol, Term, free_names
from symderiv.records import Part, Question, QuestionKind

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration
    from symderiv.language.figures import Figure

__all__ = ["PartDeclaration"]

_MISSING: Any = object()
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PartDeclaration:
    """A part in the making; ``derive``, ``show``, ``find`` and ``evaluate`` add questions and return the part."""

    def __init__(
        self, problem: Declaration, id: str, title: str, line: int, *, alias: str = "", text: str = "",
        answer_text: str = "", remarks: Sequence[str] = (), conditions: Iterable[Any] = (), points: float | None = None,
    ):  # fmt: skip
        for key in (id, alias):
            if not isinstance(key, str) or (key and not _ID.fullmatch(key)) or (key == "" and key is id):
                raise DeclarationError(
                    f"{key!r} is no part id; use letters, digits, '.', '_' and '-', such as \"C2.4\""
                )
        self.problem, self.id, self.title, self.line, self.alias = problem, id, title, line, alias
        self.text, self.answer_text, self.points = text, answer_text, points
        self.remarks = (remarks,) if isinstance(remarks, str) else tuple(remarks)
        conditions = conditions if isinstance(conditions, (tuple, list, set)) else (conditions,)
        self.conditions = tuple(problem.condition(c) for c in conditions)
        self.questions: list[Question] = []
        self.figures: list[Figure] = []

    def derive(
        self,
        name: str,
        subject: Any,
        expected: Any = _MISSING,
        *,
        wrt: Any = None,
        given: Any = (),
        assuming: Any = (),
        note: str = "",
    ) -> PartDeclaration:
        """Ask for ``subject``, or for its derivative with respect to ``wrt``, in closed form."""
        with self._located():
            if wrt is not None:
                subject = sympy.Derivative(subject, *wrt) if isinstance(wrt, tuple) else sympy.Derivative(subject, wrt)
            return self._add("derive", name, subject, expected, given=given, note=note, assuming=assuming)

    def show(
        self, name: str, left: Any, right: Any = _MISSING, *, given: Any = (), assuming: Any = (), note: str = ""
    ) -> PartDeclaration:
        """Ask for a proof of left = right."""
        with self._located():
            left, right = _sides(left, right, f"part.show({name!r}, left, right)")
            return self._add("show", name, left, right, goal=right, given=given, note=note, assuming=assuming)

    def find(
        self, name: str, subject: Any, goal: Any = _MISSING, *, unknown: Any = _MISSING, expected: Any = _MISSING,
        given: Any = (), assuming: Any = (), note: str = "",
    ) -> PartDeclaration:  # fmt: skip
        """Ask for the ``unknown`` in ``goal`` that makes subject = goal."""
        with self._located():
            subject, goal = _sides(subject, goal, f"part.find({name!r}, subject, goal, unknown=...)")
            if unknown is _MISSING:
                raise DeclarationError(f"the question {name!r} has no unknown; add unknown=z")
            if self._stands_in(unknown, subject) and not self._stands_in(unknown, goal):
                subject, goal = goal, subject
            return self._add(
                "find", name, subject, expected, goal=goal, unknown=unknown, given=given, note=note, assuming=assuming
            )

    def bound(
        self, name: str, left: Any, right: Any, *, unknown: Any = _MISSING, expected: Any = _MISSING, given: Any = (),
        note: str = "",
    ) -> PartDeclaration:  # fmt: skip
        """Ask for the largest value of ``unknown``, a symbol, a size |a| or a norm, for which left <= right."""
        with self._located():
            if unknown is _MISSING:
                raise DeclarationError(f"the question {name!r} has no unknown; add unknown=eta")
            sought = self.problem.term(unknown, f"the unknown of {name!r}")
            self._add("bound", name, left, expected, goal=right, given=given, note=note)
            self.questions[-1] = replace(self.questions[-1], unknown=sought)
            return self

    def evaluate(
        self, name: str, subject: Any, expected: Any = _MISSING, *, rows: Any = None, columns: Any = None,
        beside: Sequence[Any] = (), plot: bool = False, note: str = "",
    ) -> PartDeclaration:  # fmt: skip
        """Ask for the numbers that ``subject`` is at all indices; with one index give ``columns`` for a row.

        ``beside`` are terms with the same index that stand with it in a table of all cases: inputs, hidden values.
        """
        with self._located():
            axes = tuple(self._axis(a, name) for a in (rows, columns) if a is not None)
            if not axes:
                raise DeclarationError(f"the question {name!r} has no indices; add rows=(i, 0, 2), columns=(j, 0, 2)")
            table = self._matrix(expected, name)
            rows, columns = tabulate(ZERO, axes).shape
            if table.shape != (rows, columns):
                found = "{} by {}".format(*table.shape)
                raise DeclarationError(
                    f"the expected form of {name!r} is a {found} matrix; the indices make {rows} by {columns}"
                )
            self._add("evaluate", name, subject, 0, given=(), note=note, within=axes)
            others = tuple(self.problem.term(t, f"a column beside {name!r}") for t in beside)
            self.questions[-1] = replace(self.questions[-1], expected=table, axes=axes, plot=plot, unknowns=others)
            return self

    def when(
        self, name: str, condition: Any, expected: Any = _MISSING, *, equality: Any = _MISSING, note: str = ""
    ) -> PartDeclaration:
        """Ask for what an inequality comes to; ``equality`` also asks when both sides agree."""
        with self._located():
            if not isinstance(condition, sympy.core.relational.Relational):
                raise DeclarationError(
                    f"the question {name!r} asks for no comparison; write part.when(name, a > b, ...)"
                )
            self._when(name, condition, expected, note)
            if equality is not _MISSING:
                self._when(f"{name}_equality", sympy.Eq(*condition.args), equality, "")
            return self

    def _when(self, name: str, condition: Any, expected: Any, note: str) -> None:
        if expected is _MISSING:
            raise DeclarationError(f"the question {name!r} has no expected form; add expected=n >= 2")
        self._add("when", name, 0, 0, given=(), note=note)
        asked, answer = self.problem.condition(condition), self.problem.condition(expected)
        self.questions[-1] = replace(self.questions[-1], subject=asked, expected=answer)

    def system(
        self, name: str, *conditions: Any, unknowns: Sequence[Any] = (), expected: Any = _MISSING, note: str = ""
    ) -> PartDeclaration:
        """Ask whether linear conditions can all hold: for a row of values, or a certificate that none will do."""
        with self._located():
            rows = tuple(self.problem.condition(c) for c in conditions)
            return self._feasibility(name, rows, unknowns, expected, note)

    def separate(
        self, name: str, points: Sequence[Sequence[Any]], labels: Sequence[Any], *, unknowns: Sequence[Any] = (),
        expected: Any = _MISSING, note: str = "",
    ) -> PartDeclaration:  # fmt: skip
        """Ask for weights and a bias, the last unknown, with w . x + b > 0 just at the points with a positive label."""
        with self._located():
            if not unknowns:
                raise DeclarationError(f"the question {name!r} has no unknowns; add unknowns=(w1, w2, b)")
            if len(points) != len(labels) or any(len(x) + 1 != len(unknowns) for x in points):
                raise DeclarationError(
                    f"the points, labels and unknowns of {name!r} do not fit; each point has one number for each weight"
                )
            return self._feasibility(name, half_spaces(points, labels, unknowns), unknowns, expected, note)

    def _feasibility(
        self, name: str, rows: tuple[Term, ...], unknowns: Sequence[Any], expected: Any, note: str
    ) -> PartDeclaration:
        if not unknowns:
            raise DeclarationError(f"the question {name!r} has no unknowns; add unknowns=(w1, w2, b)")
        if expected is _MISSING or not rows:
            raise DeclarationError(
                f"the question {name!r} has no conditions or no expected form; add expected=[1, 1, -1]"
            )
        self._add("feasibility", name, 0, 0, given=(), note=note)
        sought = tuple(self.problem.term(u, f"an unknown of {name!r}") for u in unknowns)
        if isinstance(expected, (list, tuple, sympy.MatrixBase)):
            answer: Term = self._matrix(expected, name)
        else:
            answer = self.problem.term(expected, f"the expected form of {name!r}")
        self.questions[-1] = replace(self.questions[-1], subject=And(*rows), expected=answer, unknowns=sought)
        return self

    def count(self, name: str, subject: Any, expected: Any = _MISSING, *, given: Any = (), note: str = "") -> Any:
        """Ask for a number of parameters, operations or steps: definitions opened, sums of ones counted."""
        with self._located():
            return self._add("count", name, subject, expected, given=given, note=note)

    def closed_form(
        self, name: str, subject: Any, expected: Any = _MISSING, *, given: Any = (), note: str = ""
    ) -> PartDeclaration:
        """Ask for an entry of a sequence, R[L], as a formula of its index."""
        with self._located():
            return self._add("closed form", name, subject, expected, given=given, note=note)

    def table(self, name: str, subject: Any, expected: Any, *, note: str = "") -> PartDeclaration:
        """Ask for all entries of a list, of a matrix or of a tuple of shapes."""
        from symderiv.language.tables import read_table

        with self._located():
            self._add("table", name, 0, 0, given=(), note=note)
            asked, answer = (read_table(self.problem, t, name) for t in (subject, expected))
            labels = tuple(getattr(subject, "labels", ()))
            self.questions[-1] = replace(self.questions[-1], subject=asked, expected=answer, labels=labels)
            return self

    def growth(
        self, name: str, subject: Any, rate: Any, expected: Any = _MISSING, *, variable: Any = None, note: str = ""
    ) -> PartDeclaration:
        """Ask for the limit of subject/rate as the size in ``rate`` grows: a positive one says that subject ~ rate."""
        with self._located():
            if variable is None:
                names = sorted(getattr(rate, "free_symbols", ()), key=str)
                if len(names) != 1:
                    raise DeclarationError(f"the rate of {name!r} has {len(names)} names; add variable=n")
                (variable,) = names
            self._add("growth", name, subject, expected, goal=rate, given=(), note=note)
            self.questions[-1] = replace(self.questions[-1], unknowns=(self.problem.term(variable, "the size"),))
            return self

    def draw(self, name: str, figure: Any, *, at: Any = ()) -> PartDeclaration:
        """Draw a figure beside the answer ``name``; ``at`` gives numbers to its symbols."""
        from symderiv.language.figure_reading import read_figure

        with self._located():
            asked = {q.name: q for q in self.questions}
            if name not in asked:
                raise DeclarationError(f"the part {self.id!r} has no answer {name!r} to draw; {suggest(name, asked)}")
            if any(f.answer == name for f in self.figures):
                raise DeclarationError(f"the answer {name!r} has a figure already; draw one for each answer")
            self.figures.append(read_figure(self.problem, asked[name], figure, at))
            return self

    def finish(self) -> Part:
        """The finished part."""
        if not self.questions and not self.text and not self.answer_text:
            raise DeclarationError(
                f"the part {self.id!r} has no question and no text; add part.derive(...) or text=",
                path=self.problem.path, line=self.line,
            )  # fmt: skip
        return Part(
            self.id, self.title, tuple(self.questions), self.alias, self.text, self.answer_text, self.remarks,
            self.conditions, self.points, self.line, tuple(self.figures),
        )  # fmt: skip

    def _located(self) -> contextlib.AbstractContextManager[None]:
        return self.problem._located()

    def _add(
        self, kind: QuestionKind, name: str, subject: Any, expected: Any, *, goal: Any = None, unknown: Any = None,
        given: Any, note: str, within: tuple[Axis, ...] = (), assuming: Any = (),
    ) -> PartDeclaration:  # fmt: skip
        p = self.problem
        conditions = tuple(map(p.condition, assuming if isinstance(assuming, (tuple, list)) else (assuming,)))
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise DeclarationError(f'{name!r} is no answer name; use letters, digits and "_", such as "J_ij"')
        if any(q.name == name for q in self.questions):
            raise DeclarationError(f"the answer name {name!r} is used twice in the part {self.id!r}; choose another")
        if expected is _MISSING or expected is None:
            raise DeclarationError(f"the question {name!r} has no expected form; add expected=...")
        ends = [(Symbol(i), Number(low), Number(high)) for i, low, high in within]
        p.local = (*self.conditions, *conditions, *(c for i, low, high in ends for c in Range(low, high).conditions(i)))
        try:
            asked = p.term(subject, f"the question {name!r}")
            aim = p.term(goal, f"the goal of {name!r}") if goal is not None else None
            answer = p.term(expected, f"the expected form of {name!r}")
            sought = self._unknown(unknown, name, aim, answer) if unknown is not None else None
        finally:
            p.local = ()
        pairs = tuple(self._given(given, name))
        self.questions.append(
            Question(
                name,
                kind,
                asked,
                answer,
                aim,
                sought,
                pairs,
                note,
                caller()[1],
                tuple(p.context.definitions),
                assuming=conditions,
            )
        )
        return self

    def _axis(self, axis: Any, name: str) -> Axis:
        """An index with its two ends, which are numbers."""
        index, *ends = axis if isinstance(axis, (tuple, sympy.Tuple)) else (axis,)
        self.problem._index_range(index, f"the index of {name!r}")
        if len(ends) != 2 or not all(isinstance(e, (int, sympy.Integer)) for e in ends) or int(ends[0]) > int(ends[1]):
            raise DeclarationError(f"{axis} in {name!r} is no range of numbers; write ({index}, 0, 2)")
        return index.name, int(ends[0]), int(ends[1])

    def _matrix(self, expected: Any, name: str) -> Matrix:
        """The expected table, entry by entry; a list is one row."""
        rows = expected.tolist() if isinstance(expected, sympy.MatrixBase) else expected
        if not isinstance(rows, (list, tuple)) or not rows:
            raise DeclarationError(f"the question {name!r} expects a table; add expected=Matrix([[1, 2], [3, 4]])")
        lists = rows if isinstance(rows[0], (list, tuple)) else [rows]
        if any(not isinstance(r, (list, tuple)) or len(r) != len(lists[0]) or not r for r in lists):
            raise DeclarationError(f"the rows expected of {name!r} are not equally long")
        return Matrix([self.problem.term(t, f"the expected form of {name!r}") for t in r] for r in lists)

    def _stands_in(self, unknown: Any, side: Any) -> bool:
        """Does the unknown, a symbol or an entry, occur in the side, also behind definitions?"""
        if not isinstance(unknown, (sympy.Symbol, sympy.Indexed)) or not isinstance(side, sympy.Expr):
            return False
        return from_sympy(unknown).data in self._names_behind(from_sympy(side))

    def _unknown(self, unknown: Any, name: str, goal: Term | None, answer: Term) -> Term:
        out = self.problem.term(unknown, f"the unknown of {name!r}")
        if not isinstance(out, (Symbol, Entry)) or self.problem.context.definition_of(out) is not None:
            raise DeclarationError(f"the unknown {unknown} is no declared symbol and no entry; name it with p.symbol")
        if goal is None or out.name not in self._names_behind(goal):
            raise DeclarationError(f"the unknown {unknown} does not occur in the goal of {name!r}; write goal with it")
        if out.name in free_names(answer):
            raise DeclarationError(f"the expected form of {name!r} contains the unknown {unknown}; solve for it")
        return out

    def _names_behind(self, goal: Term) -> set[str]:
        """The names in the goal, in its definitions and in the moments of its random quantities."""
        context = self.problem.context
        names = set(free_names(unfold_all(goal, context)))
        for family in [context.random[n] for n in sorted(names & context.random.keys())]:
            for moment in (family.mean, family.variance, family.covariance):
                names |= free_names(moment) if moment is not None else set()
        return names

    def _given(self, given: Any, name: str) -> Iterator[tuple[Term, Term]]:
        for left, right in dict(given).items() if isinstance(given, Mapping) else given:
            symbol = self.problem.term(left, f"a given of {name!r}")
            if not isinstance(symbol, (Symbol, Entry)):
                raise DeclarationError(f"given= replaces {left}, which is no symbol; write given={{N: 1}}")
            yield symbol, self.problem.term(right, f"a given of {name!r}")


def _sides(left: Any, right: Any, usage: str) -> tuple[Any, Any]:
    """The two sides of an equation that came as two arguments or as Eq."""
    if right is not _MISSING:
        return left, right
    if isinstance(left, sympy.Eq):
        return left.lhs, left.rhs
    if left in (sympy.true, True):
        raise DeclarationError(f"SymPy has decided the equation already; write {usage}")
    raise DeclarationError(f"the right-hand side is missing; write {usage}")
