"""What names mean while a term is evaluated: the point, definitions with their parameters, perturbed variables.

Names are looked up as in a program with lexical scope: parameters of the definition that is being unfolded first, then
definitions, then the point. A derivative perturbs its variable for as long as its body is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flint import arb, fmpq

from symderiv.equality.balls import Imprecise, OutOfRange, Undefined, exact
from symderiv.equality.jets import Jet, Value
from symderiv.language.context import Context, Definition
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import Derivative, Entry, Symbol, Term

__all__ = ["Environment", "PointLike"]

ZERO, ONE = fmpq(0), fmpq(1)


class PointLike(Protocol):
    """What an evaluator asks of a point; a plain dictionary will do."""

    def __getitem__(self, key: Any) -> Any: ...


class Environment:
    """Where an evaluator looks up names.

    ``bound`` are the indices of the enclosing binders, ``frame`` the parameters of the definition being unfolded,
    ``seeds`` the perturbed variables of the enclosing derivatives, ``memo`` the values known for these.
    """

    def __init__(self, point: PointLike, context: Context):
        self.point, self.context = point, context
        self.bound: list[fmpq] = []
        self.frame: dict[str, Value] | None = None
        self.frame_key: Any = None
        self.seeds: dict[Any, Value] = {}
        self.tag = 0
        self.memo: dict[Any, Value] = {}
        self.axes: dict[str, tuple[tuple[int, int], ...]] = {}
        self.draw: Callable[[tuple[str, tuple[int, ...]]], Value] | None = None
        """Inside an expectation: the outcome of a random entry."""

    def value(self, term: Term) -> Value:
        raise NotImplementedError

    def integer(self, term: Term) -> int:
        """The value of an index or of a bound."""
        return self._whole(self.value(term))

    def _whole(self, v: Value) -> int:
        if isinstance(v, fmpq):
            if v.q == 1:
                return int(v.p)
            raise Undefined(f"{v} is not an integer")
        if isinstance(v, arb):
            raise Imprecise
        raise Undefined("a derivative through an index")

    def symbol(self, term: Symbol) -> Value:
        name = term.name
        if self.frame is not None and name in self.frame:
            return self.frame[name]
        definition = self.context.definition_of(term)
        if definition is not None:
            return self.unfold(definition, ())
        seed = self.seeds.get(name)
        if seed is None and self.draw is not None and name in self.context.random:
            return self.draw((name, ()))
        return seed if seed is not None else exact(self.point[name])

    def entry(self, term: Entry) -> Value:
        places = [self.value(i) for i in term.indices]
        if any(isinstance(v, fmpq) and v.q != 1 for v in places):
            # Between two entries there is none, as there is none outside of the axes.
            raise OutOfRange(f"{term.name}[{', '.join(map(str, places))}] has an index that is no integer")
        indices = tuple([self._whole(v) for v in places])
        definition = self.context.definition_of(term)
        if definition is not None:
            if definition.axes and not self.is_inside(term.name, definition.axes, indices):
                raise OutOfRange(_reads(term.name, indices))
            return self.unfold(definition, tuple([fmpq(i) for i in indices]))
        recurrence = self.context.recurrences.get(term.name)
        if recurrence is not None:
            return self.sequence(recurrence, indices)
        array = self.context.arrays.get(term.name)
        if array is not None and not self.is_inside(term.name, array.axes, indices):
            if array.padded:
                return ZERO
            raise OutOfRange(_reads(term.name, indices))
        key = (term.name, indices)
        seed = self.seeds.get(key)
        if seed is None and array is not None and array.values is not None:
            return exact(array.value_at(indices))
        if seed is None and self.draw is not None and term.name in self.context.random:
            return self.draw(key)
        return seed if seed is not None else exact(self.point[key])

    def sequence(self, recurrence: Recurrence, indices: tuple[int, ...]) -> Value:
        """The value at an index, from the first ones onwards; what was found is kept."""
        if len(indices) != 1 or indices[0] < recurrence.first:
            raise OutOfRange(_reads(recurrence.name, indices))
        unfolded = Definition(recurrence.name, (recurrence.parameter,), recurrence.body)
        for n in range(recurrence.first, indices[0], 8):  # in short strides, so that no call nests deeply
            self.unfold(unfolded, (fmpq(n),))
        return self.unfold(unfolded, (fmpq(indices[0]),))

    def is_inside(self, name: str, axes: tuple[tuple[Term, Term], ...], indices: tuple[int, ...]) -> bool:
        ranges = self.axes.get(name)
        if ranges is None:
            ranges = self.axes[name] = self.globally(
                lambda: tuple([(self.integer(low), self.integer(high)) for low, high in axes])
            )
        return all(low <= i <= high for i, (low, high) in zip(indices, ranges, strict=True))

    def globally(self, compute: Callable[[], Any], frame: dict[str, Value] | None = None, key: Any = None) -> Any:
        """Compute where only the given parameters and the free names are visible."""
        before = self.bound, self.frame, self.frame_key
        self.bound, self.frame, self.frame_key = [], frame, key
        try:
            return compute()
        finally:
            self.bound, self.frame, self.frame_key = before

    def unfold(self, definition: Definition, arguments: tuple[Value, ...]) -> Value:
        plain = all(isinstance(a, fmpq) for a in arguments)
        key = (definition.name, arguments) if plain else object()
        found = self.memo.get(key) if plain else None
        if found is None:
            frame = dict(zip(definition.parameters, arguments, strict=True))
            found = self.globally(lambda: self.value(definition.body), frame, key)
            if plain:
                self.memo[key] = found
        return found

    def derivative(self, term: Derivative) -> Value:
        variable = term.variable
        self.tag += 1
        before = self.seeds, self.frame, self.frame_key, self.memo
        try:
            self._perturb(variable)
            self.memo = {}
            result = self.value(term.body)
            return result.slope if isinstance(result, Jet) and result.tag == self.tag else ZERO
        finally:
            self.seeds, self.frame, self.frame_key, self.memo = before
            self.tag -= 1

    def _perturb(self, variable: Term) -> None:
        if self.context.definition_of(variable) is not None:
            raise Undefined(f"{variable!r} is a definition; a derivative is taken by a variable")
        if isinstance(variable, Symbol) and self.frame is not None and variable.name in self.frame:
            perturbed = Jet(self.tag, self.frame[variable.name], ONE)
            self.frame, self.frame_key = {**self.frame, variable.name: perturbed}, object()
            return
        key: Any
        if isinstance(variable, Symbol):
            declared = self.context.variables.get(variable.name)
            if declared is not None and declared.range.integer:
                raise Undefined(f"{variable.name} is an integer; no derivative is taken by it")
            key = variable.name
        elif isinstance(variable, Entry):
            indices = tuple([self.integer(i) for i in variable.indices])
            array = self.context.arrays.get(variable.name)
            if array is not None and not self.is_inside(variable.name, array.axes, indices):
                raise Undefined(f"a derivative by {_reads(variable.name, indices)}")
            key = (variable.name, indices)
        else:
            raise Undefined(f"{variable!r} is no variable")
        self.seeds = {**self.seeds, key: Jet(self.tag, self.value(variable), ONE)}


def _reads(name: str, indices: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, indices))}] is outside the range of {name}"
