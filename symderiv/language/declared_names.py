"""What the methods of a declaration share: names with their places, formulas as terms, ranges of indices."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language import checks
from symderiv.language.border import from_sympy, spell
from symderiv.language.context import FAR, Context, Definition, Range, Variable
from symderiv.language.names import split_names
from symderiv.language.places import caller
from symderiv.language.randomness import Property
from symderiv.language.refusals import check_escape
from symderiv.language.terms import Apply, Condition, Term, free_names, walk

__all__ = ["DeclarationWarning", "Names"]


class DeclarationWarning(UserWarning):
    """Something in a declaration is odd but not wrong, such as a derivative that is zero."""


class Names:
    """The names declared so far, in ``context``, where each was declared, and the formulas still to be checked."""

    def __init__(self, title: str, text: str, path: str, line: int):
        self.title, self.text, self.path, self.line = title, text, path, line
        self.context = Context()
        self.places: dict[str, tuple[str, int]] = {}
        self.spans: dict[str, tuple[Any, Any]] = {}
        self.later: list[tuple[str, Term, tuple[str, int], tuple[Term, ...]]] = []
        self.local: tuple[Term, ...] = ()

    def term(self, expression: Any, what: str, parameters: frozenset[str] = frozenset()) -> Term:
        """A declared formula as a term: every name known, every derivative meaningful, no index lost."""
        check_escape(expression)
        out = from_sympy(expression)
        if isinstance(out, Condition):
            raise DeclarationError(
                f"{what} is the condition {expression}; write a number, or use part.show for an equation"
            )
        self.scrutinise(out, parameters)
        self.later.append((what, out, caller(), self.local))
        return out

    def condition(self, expression: Any) -> Term:
        """A declared condition as a term."""
        if isinstance(expression, Property):
            return expression
        check_escape(expression)
        out = from_sympy(expression)
        if not isinstance(out, Condition):
            raise DeclarationError(f"{expression} is no condition; write K <= 10 or Eq(left, right)")
        self.scrutinise(out)
        return out

    def scrutinise(self, out: Term, parameters: frozenset[str] = frozenset()) -> None:
        checks.check_names(out, self.context, parameters)
        checks.check_integers(out, self.context, parameters)
        checks.check_variables(out, self.context)
        checks.check_captures(out, self.context, parameters)
        for text in (*checks.constant_derivatives(out, self.context), *checks.fixed_equations(out, self.context)):
            path, line = caller()
            warnings.warn_explicit(text, DeclarationWarning, path, line)

    @contextlib.contextmanager
    def _located(self) -> Iterator[None]:
        """Add file and line to what is raised inside."""
        try:
            yield
        except DeclarationError as error:
            if error.path is not None:
                raise
            path, line = caller()
            raise DeclarationError(error.message, path=path, line=line) from None

    def _variables(
        self, names: str, meaning: str, span: Range, role: str, latex: str | None, assumptions: Mapping[str, bool]
    ) -> Any:
        out = []
        if not isinstance(meaning, str):
            raise DeclarationError(
                f"the meaning of {names!r} is {meaning!r}, which is no text; write lower= or upper= for ends"
            )
        for name in split_names(names, latex):
            self._new(name, f"the {'symbol' if role == 'variable' else role} of line {caller()[1]}")
            self.context = self.context.with_variable(Variable(name, span, role, meaning, latex))
            out.append(sympy.Symbol(name, **assumptions))
        return out[0] if len(out) == 1 else tuple(out)

    def _definition(
        self, name: str, parameters: tuple[str, ...], body: Any, kind: str, axes: tuple[tuple[Term, Term], ...],
        meaning: str, latex: str | None,
    ) -> None:  # fmt: skip
        (name,) = split_names(name, None)
        out = from_sympy(body)
        heads = free_names(out) | {t.data for t in walk(out) if isinstance(t, Apply)}
        if name in heads and name not in self.context.names():
            raise DeclarationError(f"the definition of {name} uses {name} itself; a definition uses earlier names only")
        self._new(name, f"the definition of line {caller()[1]}")
        out = self.term(body, f"the definition of {name}", frozenset(parameters))
        new = Definition(name, parameters, out, kind, axes, meaning, latex)
        self.context = replace(self.context, definitions={**self.context.definitions, name: new})

    def _new(self, name: str, what: str) -> None:
        if name in self.places:
            raise DeclarationError(f"{name!r} is declared twice; it is {self.places[name][0]} already")
        self.places[name] = (what, caller()[1])

    def _end(self, end: Any) -> Term | None:
        if end is None or end in (sympy.oo, -sympy.oo):
            return None
        out = from_sympy(end)
        checks.check_names(out, self.context)
        return out

    def _index_range(self, q: Any, what: str) -> tuple[Any, Any]:
        """The range of a declared index, as SymPy expressions."""
        if not isinstance(q, (sympy.Symbol, sympy.Idx)):
            raise DeclarationError(f"{what}, {q}, is no index; declare it with p.index")
        if q.name not in self.spans:
            raise DeclarationError(f'{what}, {q}, is no index; declare it: {q} = p.index("{q}", 1, K)')
        return self.spans[q.name]

    def _axes(self, shape: Any, name: str) -> tuple[tuple[Any, Any], ...]:
        """Inclusive ranges from sizes, (lower, upper) pairs and declared indices."""
        parts = shape if isinstance(shape, (tuple, list, sympy.Tuple)) else (shape,)
        axes: list[tuple[Any, Any]] = []
        for part in parts:
            if isinstance(part, (tuple, list, sympy.Tuple)):
                if len(part) != 2:
                    raise DeclarationError(f"{name!r} has the range {tuple(part)}; a range is (lower, upper)")
                axes.append((-FAR if part[0] == -sympy.oo else part[0], FAR if part[1] == sympy.oo else part[1]))
            elif isinstance(part, sympy.Symbol) and self._role(part.name) == "index":
                axes.append(self._index_range(part, f"the shape of {name}"))
            elif part == 0:
                raise DeclarationError(f"{name!r} has an axis of size 0; for indices 0..D write ((0, D),)")
            else:
                axes.append((sympy.Integer(1), part))
        if not axes:
            raise DeclarationError(f'{name!r} has no shape; write p.array("{name}", K) or use p.symbol')
        for pair in axes:
            for end in pair:
                term = self._end(end)
                if term is not None and not self.context.is_integer(term):
                    raise DeclarationError(
                        f"the shape of {name!r} has {end}, which is no integer; declare it with p.size"
                    )
        return tuple((spell(a), spell(b)) for a, b in axes)

    def _role(self, name: str) -> str:
        return self.context.variables[name].role if name in self.context.variables else ""
