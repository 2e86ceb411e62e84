"""The tactic for derivatives: layer by layer from the outside, one line a layer, named names by their own derivation.

Within one line every derivative that stands there is taken one layer further; what becomes a constant, the variable
itself or an entry of the same array is finished in the same line, as a person would. A defined name on the way (S_k, g)
is not unfolded: its derivative is derived once, kept as a lemma and inserted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symderiv.language.context import Context, Definition, Range, Variable
from symderiv.language.terms import Apply, Derivative, Entry, Symbol, Term, free_names, fresh_name, substitute, walk
from symderiv.records import Rewrite, Rule, Step
from symderiv.rules import derivatives, maxima, piecewise
from symderiv.rules.conditions import truth
from symderiv.rules.structure import arrange, build_product, depends_on
from symderiv.solver.lines import compress, fuse
from symderiv.solver.rewriting import Move, positions, step_of

__all__ = ["LEMMA", "Lemmas", "differentiate"]

_IMMEDIATE = tuple(r for r in derivatives.RULES if r.name in (
    "derivative of a constant", "derivative of the variable", "derivative of an entry", "derivative of a delta",
))  # fmt: skip
_LAYERS = (*(r for r in derivatives.RULES if r not in _IMMEDIATE), *piecewise.DERIVATIVES, *maxima.DERIVATIVES)
MAX_LINES = 40


def _no_rewrites(term: Term, context: Context) -> tuple[Rewrite, ...]:
    return ()


LEMMA = Rule(
    "derivative of a definition",
    r"\partial f/\partial v \text{ as derived in the substeps}",
    _no_rewrites,
    "differentiation",
    "Stewart, Calculus: Early Transcendentals, 8th ed., sec. 3.4",
    "f a declared name that depends on the variable",
)


Key = tuple[str, Term, tuple[Variable, ...]]


@dataclass
class Lemmas:
    """Derivatives of definitions found so far: (name, variable, its letters) -> (parameters, result, steps)."""

    derive: Callable[[Term, Context], tuple[tuple[Step, ...], Term]]
    known: dict[Key, tuple[tuple[Variable, ...], Term, tuple[Step, ...]]] = field(default_factory=dict)

    def lookup(self, term: Derivative, context: Context) -> Rewrite | None:
        """The derivative of a defined name by its variable, derived on first use for fresh index parameters."""
        definition = context.definition_of(term.body)
        if definition is None:
            return None
        if definition.kind == "function" and not _is_outer(definition, term.variable, context):
            return Rewrite(Derivative(definition.instance(term.body.args), term.variable))
        # Indices of sums around the derivative are letters of the lemma too: they are not declared.
        around = tuple(v for n, v in context.variables.items() if n in free_names(term.variable))
        key = (definition.name, term.variable, around)
        if key not in self.known:
            self.known[key] = self._derive(definition, term.variable, context)
        letters, result, steps = self.known[key]
        parameters = tuple(Symbol(v.name) for v in letters)
        arguments = term.body.args
        values: dict[Term, Term] = dict(zip(parameters, arguments, strict=True))
        needed = dict.fromkeys(substitute(c, values) for s in steps for c in s.conditions)
        conditions = tuple(c for c in needed if truth(c, context) is not True)
        value = substitute(result, values)
        if definition.kind == "function":
            value = build_product((value, *[Derivative(a, term.variable) for a in arguments]))
        return Rewrite(value, conditions, steps, letters=(*around, *letters))

    def _derive(
        self, d: Definition, variable: Term, context: Context
    ) -> tuple[tuple[Variable, ...], Term, tuple[Step, ...]]:
        taken = set(context.names()) | free_names(variable)
        letters: list[Variable] = []
        inner = context
        for n, p in enumerate(d.parameters):
            # A letter of the declaration reads best; it must not be one that the variable uses.
            name = p if p not in free_names(variable) else fresh_name(p, taken)
            taken.add(name)
            span = Range(*d.axes[n], integer=True) if d.kind == "array" else Range()
            letters.append(Variable(name, span, "index" if d.kind == "array" else "variable"))
            inner = inner.with_variable(letters[-1])
        names = [Symbol(v.name) for v in letters]
        head = d.head(tuple(names))
        by = names[0] if d.kind == "function" else variable
        steps, result = self.derive(Derivative(head, by), inner)
        return tuple(letters), result, steps


def _is_outer(d: Definition, variable: Term, context: Context) -> bool:
    """Does the function depend on the variable through its one argument alone, so that the chain rule gives it all?"""
    if len(d.parameters) != 1:
        return False
    argument = Symbol(fresh_name("u", context.names() | free_names(d.body) | free_names(variable)))
    return not depends_on(d.instance((argument,)), variable, context)


def _innermost(term: Term) -> bool:
    return isinstance(term, Derivative) and not any(isinstance(t, Derivative) for t in walk(term.body))


def _first(
    line: Term, context: Context, choose: Callable[[Derivative, Context], Move | None]
) -> tuple[Step, Term] | None:
    """The first innermost derivative for which ``choose`` has a move, taken one layer further."""
    for path, sub, inner, rebuild in positions(line, context):
        if isinstance(sub, Derivative) and _innermost(sub):
            local = choose(sub, inner)
            if local is not None:
                move = Move(local.rule, path, local.rewrite, arrange(rebuild(local.rewrite.term)))
                return step_of(line, move), move.after
    return None


def _by_rules(rules: tuple[Rule, ...]) -> Callable[[Derivative, Context], Move | None]:
    def choose(d: Derivative, context: Context) -> Move | None:
        for rule in rules:
            for rewrite in rule.apply(d, context):
                return Move(rule, (), rewrite, rewrite.term)
        return None

    return choose


def differentiate(line: Term, context: Context, lemmas: Lemmas) -> tuple[list[Step], Term]:
    """Lines until no derivative is left, or until no rule applies to those that are left."""
    lines: list[Step] = []
    if isinstance(line, Derivative) and context.definition_of(line.body) is not None:
        unfolded = _unfold_subject(line, context)
        if unfolded is not None:
            lines.append(unfolded)
            line = unfolded.after
    while len(lines) < MAX_LINES and any(isinstance(t, Derivative) for t in walk(line)):
        steps, after = _layer(line, context, lemmas)
        if not steps:
            break
        lines += fuse(steps)
        line = after
    return compress(lines), line


def _unfold_subject(line: Derivative, context: Context) -> Step | None:
    definition = context.definition_of(line.body)
    if definition is None:
        return None
    after = arrange(Derivative(definition.instance(line.body.args), line.variable))
    return Step("unfold the definition", (0,), line, after)


def _layer(line: Term, context: Context, lemmas: Lemmas) -> tuple[list[Step], Term]:
    """Each derivative in the line one layer further; those that the layer creates wait for the next line."""
    steps: list[Step] = []
    immediate, layers = _by_rules(_IMMEDIATE), _by_rules(_LAYERS)
    waiting: set[Term] = set()

    def layer(d: Derivative, inner: Context) -> Move | None:
        if d in waiting:
            return None
        if context.definition_of(d.body) is not None or _applies_definition(d.body, context):
            rewrite = lemmas.lookup(d, inner) if depends_on(d.body, d.variable, inner) else None
            return Move(LEMMA, (), rewrite, rewrite.term) if rewrite is not None else None
        move = layers(d, inner)
        if move is not None:
            waiting.update(t for t in walk(move.rewrite.term) if isinstance(t, Derivative))
        return move

    for choose in (immediate, layer, immediate):
        while True:
            found = _first(line, context, choose)
            if found is None:
                break
            steps.append(found[0])
            line = found[1]
            if len(steps) > 200:
                return steps, line
    return steps, line


def _applies_definition(term: Term, context: Context) -> bool:
    return isinstance(term, (Apply, Entry, Symbol)) and context.definition_of(term) is not None
