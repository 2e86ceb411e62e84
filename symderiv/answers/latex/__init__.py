"""Answers in LaTeX, read by the declarations of their problem.

    tokens -> layout -> grammar -> resolving
    text -> tokens with places -> tokens of each statement -> tree -> terms

The first three know nothing of the problem but its names of several letters; the last gives every sign its meaning.
What is not declared or not understood is refused with its place. lark loads when the first answer in LaTeX arrives.
"""

from symderiv.answers.latex.statements import Statement, read_latex, read_statements

__all__ = ["Statement", "read_latex", "read_statements"]
