"""What the commands of LaTeX are as tokens: kinds, relations, functions, fonts, environments, connecting words."""

from __future__ import annotations

__all__ = [
    "COMMANDS", "CONNECTIVES", "ESCAPED", "FONTS", "FUNCTIONS", "GREEK", "LAYOUTS", "MATRICES", "RELATIONS", "SINGLE",
    "SPACES", "SPELLED", "WORDS",
]  # fmt: skip

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell hbar".split()
)
FUNCTIONS = {
    "log": "log", "ln": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "max": "Max", "min": "Min",
}  # fmt: skip
"""Functions with a command of their own, by their names in terms."""
SPELLED = frozenset(FUNCTIONS) | frozenset("softmax sigmoid softplus relu ReLU sign diag".split())
"""Functions that are also typed without a backslash."""

_KINDS = {
    "FRAC": "frac dfrac tfrac cfrac nicefrac sfrac", "BINOM": "binom dbinom tbinom", "CHOOSE": "choose", "SQRT": "sqrt",
    "BIG": "sum prod", "OP": "cdot times ast cdotp", "DIV": "div",
    "MOD": "bmod",
    "ACCENT": "tilde hat bar vec dot ddot check breve widetilde widehat overline", "PARTIAL": "partial",
    "NABLA": "nabla", "TOP": "top intercal", "INFTY": "infty", "PRIME": "prime", "QUAD": "quad qquad",
    "DOTS": "dots ldots cdots dotsc dotsb dotsm", "AND": "land wedge", "OR": "lor vee", "NOT": "neg lnot",
    "LFLOOR": "lfloor", "RFLOOR": "rfloor", "LCEIL": "lceil", "RCEIL": "rceil", "LABS": "lvert", "RABS": "rvert",
    "LNORM": "lVert", "RNORM": "rVert", "LSET": "lbrace", "RSET": "rbrace", "LB": "lbrack", "RB": "rbrack",
    "STACK": "substack", "BAR": "vert", "DBAR": "Vert", "NL": "newline cr", "MID": "mid", "WORD": "forall",
    "ARROW": "Rightarrow implies to rightarrow longrightarrow Longrightarrow therefore iff Leftrightarrow "
    "Longleftrightarrow",
}  # fmt: skip
COMMANDS = {command: kind for kind, commands in _KINDS.items() for command in commands.split()}
RELATIONS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=",
    "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "coloneqq": "=", "triangleq": "=", "coloneq": "=", "approx": "~",
    "in": "in",
}  # fmt: skip
SPACES = frozenset(
    "displaystyle textstyle scriptstyle limits nolimits thinspace medspace thickspace negthinspace enspace mathstrut "
    "strut nonumber notag big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm mathopen mathclose "
    "boxed fbox underbrace overbrace mathop mathrel mathbin mathord hfill".split()
)
"""Commands that only arrange; what stands in the braces after them is a group."""
FONTS = {
    "mathbf": "bf", "boldsymbol": "bf", "bm": "bf", "pmb": "bf", "mathbb": "bb", "mathbbm": "bb", "mathds": "bb",
    "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak",
}  # fmt: skip
WORDS = frozenset("text mathrm operatorname textrm textit textbf textnormal mathit mathsf mathtt mbox textsf".split())
MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix smallmatrix".split())
LAYOUTS = frozenset(
    "aligned align split gathered gather equation multline multlined flalign eqnarray displaymath math".split()
)
SINGLE = {
    "(": "LP", ")": "RP", "[": "LB", "]": "RB", "{": "LC", "}": "RC", ",": "COMMA", "_": "SUB", "^": "SUP", "&": "AMP",
    "|": "BAR", ";": "SEMI", ":": "COLON", ".": "DOT", "+": "SIGN", "-": "SIGN", "*": "OP", "/": "DIV", "=": "REL",
    "<": "REL", ">": "REL", "'": "PRIME", "!": "BANG",
}  # fmt: skip
ESCAPED = {"{": "LSET", "}": "RSET", "|": "DBAR"}
CONNECTIVES = {
    "if": "if", "for": "if", "when": "if", "where": "if", "with": "if", "for all": "all", "for every": "all",
    "for each": "all", "for any": "all", "whenever": "if", "provided": "if", "otherwise": "else",
    "else": "else", "elsewhere": "else",
    "and": "and",
    "or": "or",
}  # fmt: skip
