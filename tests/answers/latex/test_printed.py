"""What the printer writes is read back as the same value, or refused: two modules that know nothing of each other."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from random_terms import ASSUMING, CONTEXT, terms

from symderiv.answers.latex import read_statements
from symderiv.equality.instances import compare
from symderiv.errors import AnswerError
from symderiv.writing.latex import to_latex


def check(term, context):
    try:
        (statement,) = read_statements(to_latex(term, context), context)
    except AnswerError as error:
        assert error.position is not None
        return
    read = statement.sides[0].term
    if read != term:
        assert compare(term, read, context, limit=20).word != "refuted"


@given(terms())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_printed_terms(term):
    check(term, CONTEXT)


@given(terms(assuming=True))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_printed_terms_under_assumptions(term):
    check(term, ASSUMING)


@given(terms(depth=2, rough=False))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_smooth_terms_are_not_refused(term):
    text = to_latex(term, CONTEXT)
    try:
        read_statements(text, CONTEXT)
    except AnswerError as error:
        allowed = ("where the product ends", "below the sign", "a condition?", "stands outside its sum")
        assert any(reason in str(error) for reason in allowed), (text, str(error))
