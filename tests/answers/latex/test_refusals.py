"""What is refused, with the sentence and the place: names, what is not clear, what terms cannot say yet."""

from __future__ import annotations

import pytest

from symderiv.answers.latex import read_statements
from symderiv.errors import AnswerError

NAMES = "C, K, L_{CE}, N, S, T, a, c, cost, dw, eta, f, g, h, i, j, k, n, r, sigma_x, …"

UNKNOWN = [
    (r"y + b", f"I don't know b; the names declared here are: {NAMES} (at character 5)"),
    (r"y' + z", "I don't know y'; declared here: y (at character 1)"),
    (r"\tilde{x}_i", "I don't know \\tilde{x}_i; declared here: x (at character 1)"),
    (r"\sigma_y^2", "I don't know \\sigma_y; declared here: sigma_x (at character 1)"),
    (r"Y - z", "I don't know Y; declared here: y (at character 1)"),
    (r"y_1", "I don't know y_1; declared here: y (at character 1)"),
    (r"e_j^a", f"I don't know e_j; the names declared here are: {NAMES} (at character 1)"),
    (r"e'", f"I don't know e'; the names declared here are: {NAMES} (at character 1)"),
    (r"\omega", f"I don't know \\omega; the names declared here are: {NAMES} (at character 1)"),
    (r"cosy", f"I don't know o; the names declared here are: {NAMES} (at character 2)"),
    (r"\text{price}", f"I don't know \\text{{price}}; the names declared here are: {NAMES} (at character 1)"),
    (r"\sum_m x_m + m", "m stands outside its sum; put the body of the sum in brackets (at character 14)"),
    (r"\foo{y}", "I don't know the command \\foo (at character 1)"),
    (r"\begin{tikzpicture}y\end{tikzpicture}", "I don't know the environment 'tikzpicture' (at character 1)"),
]  # fmt: skip

BRACES = "the braces { } do not show; write ( ) for brackets"

NOT_CLEAR = [
    (r"{y+z}c", f"{BRACES} (at character 1)"),
    (r"y{-z}", f"{BRACES} (at character 2)"),
    (r"y - {z - c}", f"{BRACES} (at character 5)"),
    (r"{y+z}^2", f"{BRACES} (at character 1)"),
    (r"{yz}^2", f"{BRACES} (at character 1)"),
    (r"{y+z}/2", f"{BRACES} (at character 1)"),
    (r"c/{yz}", f"{BRACES} (at character 3)"),
    (r"\log{y+z}", f"{BRACES} (at character 5)"),
    (r"\log{yz}", f"{BRACES} (at character 5)"),
    (r"\sum_k {x_k + c}", f"{BRACES} (at character 8)"),
    (r"\underbrace{y+z}_{a} c", f"{BRACES} (at character 12)"),
    (r"1/2y", "it is not clear whether y stands below the line; write \\frac{…}{…} (at character 4)"),
    (r"y/z(c+1)", "it is not clear whether (c+1) stands below the line; write \\frac{…}{…} (at character 4)"),
    (r"1/\sum_k x_k t_k", "it is not clear what stands below the line; write \\frac{…}{…} (at character 3)"),
    (r"\log y z", "it is not clear whether z belongs to \\log; write \\log(…) (at character 8)"),
    (r"\log y \cdot z", "it is not clear whether z belongs to \\log; write \\log(…) (at character 14)"),
    (r"y \log g (1-y)", "it is not clear whether (1-y) belongs to \\log; write \\log(…) (at character 10)"),
    (r"\tanh z/2", "it is not clear whether 2 belongs to \\tanh; write \\tanh(…) (at character 9)"),
    (r"\log(y)^2", "write \\log\\left((…)^2\\right) or (\\log(…))^2: either may be meant (at character 9)"),
    (r"\sin^{-1} y", "this power of \\sin may mean its inverse; write 1/\\sin(…) (at character 6)"),
    (r"2 3", "write \\cdot before 3, or _ or ^ if it is an index or a power (at character 3)"),
    (r"y2", "write \\cdot before 2, or _ or ^ if it is an index or a power (at character 2)"),
    (r"2\frac{1}{2}", "this may be a sum or a product; write + or \\cdot before the fraction (at character 2)"),
    (r"y^10", "write ^{10} with braces (at character 3)"),
    (r"x_12", "write _{12} with braces (at character 3)"),
    (r"g(z)", "write g alone, or g \\cdot (z) for a product (at character 2)"),
    (r"y^{(2)}", "I don't know y^{(2)}; if ^{(2)} is a power, leave its brackets out (at character 1)"),
    (r"\prod_k x_k c", "it is not clear where the product ends; put its body in brackets (at character 13)"),
    (r"\sum_i x_i - t_i", "i stands outside its sum; put the body of the sum in brackets (at character 16)"),
    (r"\frac{\partial}{\partial z} g y", "it is not clear what is differentiated; put it in brackets (at character 31)"),
    (r"x_{ij}", "x has 1 index, not 2; write i \\cdot j if a product is meant (at character 4)"),
    (r"C_{123}", "C has 2 indices, not 3; part them by commas (at character 3)"),
]  # fmt: skip

WRONG_USE = [
    (r"x", "x stands without its index; write one entry, such as x_i (at character 1)"),
    (r"C_i", "C has 2 indices, not 1 (at character 3)"),
    (r"x_{i,j}", "x has 1 index, not 2 (at character 3)"),
    (r"x_0", "x has no entry 0 (at character 3)"),
    (r"x_y", "the index y is not an integer here (at character 3)"),
    (r"x_{n/2}", "the index n/2 is not an integer here (at character 4)"),
    (r"\sum_{k=1}^{y} x_k", "the bound y is not an integer here (at character 13)"),
    (r"\sum x_k", "\\sum needs its index below, such as \\sum_{i=1}^{n} (at character 1)"),
    (r"\sum_{k=1} x_k", "the upper bound is missing (at character 7)"),
    (r"\sum_k^K x_k", "the lower bound is missing; write \\sum_{i=1}^{n} (at character 6)"),
    (r"\sum_{k=1}^K", "nothing stands after \\sum (at character 1)"),
    (r"\sum_i u_i y", "the range of i does not fit here; write its bounds (at character 6)"),
    (r"\sum_m y", "the range of m is not known; write its bounds (at character 6)"),
    (r"\sum_{i,i} x_i", "the same index stands here twice (at character 6)"),
    (r"f(y, z)", "f takes 1 argument, not 2 (at character 2)"),
    (r"f + 1", "f is a function; write its argument in brackets (at character 1)"),
    (r"y(z, c)", "y is no function here (at character 2)"),
    (r"\max(y)", "\\max takes two or more arguments, not 1 (at character 1)"),
    (r"\log", "\\log stands without its argument (at character 1)"),
    (r"\frac{y}{0}", "division by zero (at character 1)"),
    (r"y^{99999}", "an exponent is larger than 10000 (at character 3)"),
    (r"\frac{\partial g}{\partial y}", "what is differentiated here does not depend on y by its declaration (at character 1)"),
    (r"\frac{\partial x_i}{\partial i}", "i is an integer; there is no derivative by it (at character 1)"),
    (r"\frac{\partial g}{\partial (y+z)}", "a derivative is taken by a symbol or an entry of an array (at character 1)"),
    (r"\frac{\partial^2 g}{\partial z}", "the orders above and below do not agree: 2 and 1 (at character 1)"),
    (r"S(y)_i", "no vector stands in y (at character 3)"),
    (r"S(x t)_i", "a product of vectors can't be read; write the entries with their indices (at character 3)"),
    (r"S(u)_i", "S takes a vector as long as a (at character 2)"),
    (r"(y, z) + 1", "a list stands where a number is needed (at character 1)"),
    (r"\frac{y = z}{2}", "a condition stands where a number is needed (at character 7)"),
    (r"y \quad z", "this is more than one statement; give the last one alone (at character 9)"),
    (r"y, z", "this is more than one statement; give the last one alone (at character 4)"),
    (r"\begin{aligned} y &= z \\ c &= r \end{aligned}", "this is more than one statement; give the last one alone (at character 27)"),
    (r"\begin{cases} y \\ z \end{cases}", "this case has no condition; write & and the condition, or \\text{otherwise} (at character 15)"),
    (r"\begin{cases} y & \text{otherwise} \\ z & i=j \end{cases}", "\\text{otherwise} stands in the last case (at character 19)"),
]  # fmt: skip

NOT_YET = [
    (r"\mathbb{E}[x_i]", "nothing random stands here by its declaration (at character 1)"),
    (r"\operatorname{Var}(x_i)", "nothing random stands here by its declaration (at character 1)"),
    (r"E(y)", "nothing random stands here by its declaration (at character 1)"),
    (r"\nabla_x g", "this is an array; write one entry with its indices (at character 1)"),
    (r"\nabla g", "write by what the gradient is taken, and of what: \\nabla_x L (at character 1)"),
    (r"(\nabla_x g)_i", "what is differentiated here does not depend on x by its declaration (at character 2)"),
    (r"x t", "a product of vectors needs a transposition sign: x^\\top y is their inner product (at character 3)"),
    (r"x^\top C x^\top", "a product of vectors needs a transposition sign: x^\\top y is their inner product (at character 10)"),
    (r"x * t", "what * means between arrays is not declared; write the sum (at character 5)"),
    (r"x \tilde{*} t", "what tilde * means between arrays is not declared; write the sum (at character 13)"),
    (r"x \times t", "what \\times means between arrays is not declared; write the sum (at character 10)"),
    (r"x^\top u", "the sizes do not fit here by the declarations (at character 8)"),
    (r"x^\top t + x", "a number and an array, or arrays of different kinds, can't be added (at character 12)"),
    (r"y[z]", "y has no index here; write \\cdot before the bracket if a product is meant (at character 2)"),
    (r"y + z \bmod 2", "it is not clear what \\bmod divides here; put brackets around it (at character 5)"),
    (r"y z \bmod 2", "it is not clear what \\bmod divides here; put brackets around it (at character 1)"),
    (r"C_{ij}^{\top}", "transposes can't be read yet; write one entry with its indices (at character 8)"),
    (r"y^\top", "transposes can't be read yet; write one entry with its indices (at character 3)"),
    (r"\log\begin{bmatrix} y & z \end{bmatrix}", "a matrix can't stand inside a formula; write one entry with its indices (at character 1)"),
    (r"\begin{vmatrix} y & z \end{vmatrix}", "I don't know the environment 'vmatrix' (at character 1)"),
    (r"\begin{bmatrix} y & z \\ y \end{bmatrix}", "the rows of the matrix are not equally long (at character 1)"),
    (r"\begin{bmatrix} y \end{bmatrix} + y", "a number can't be added to a matrix (at character 35)"),
    (r"\begin{bmatrix} y \end{bmatrix} + [y, z]", "a 1×1 and a 1×2 matrix can't be added (at character 35)"),
    (r"\begin{bmatrix} y & z \end{bmatrix}\begin{bmatrix} y & z \end{bmatrix}",
     "a 1×2 and a 1×2 matrix can't be multiplied (at character 36)"),
    (r"\begin{bmatrix} y \end{bmatrix} * \begin{bmatrix} y \end{bmatrix}",
     "it is not clear which product of matrices this is; write them side by side (at character 35)"),
    (r"y \approx z", "this is no equality; an answer is an exact formula (at character 3)"),
    (r"y \pm z", "an answer has one sign; ± can't be read (at character 3)"),
    (r"\sum_{k=1}^{\infty} r^k", "an infinite range is read only where a factor is an array that is 0 outside of its range (at character 13)"),
    (r"x_1 + \dots + x_K", "I can't tell what the dots stand for; write \\sum (at character 7)"),
    (r"\int y", "integrals can't be read yet (at character 1)"),
    (r"\|C\|_2", "this norm can't be read yet; write it as a sum of the entries (at character 1)"),
    (r"\|x^\top t\|", "this norm can't be read yet; write it as a sum of the entries (at character 1)"),
    (r"y^*", "a star alone can't be read; if it is part of a name, the problem has to declare it (at character 3)"),
    (r"x \odot t", "elementwise products can't be read yet; write the entries with their indices (at character 3)"),
]  # fmt: skip

SYNTAX = [
    (r"(y", "'(' is never closed (at character 1)"),
    (r"y)", "')' closes nothing (at character 2)"),
    (r"(y]", "'(' is closed by ']' (at character 3)"),
    (r"\left(y\right]", "'(' is closed by ']' (at character 14)"),
    (r"\frac{y}", "the formula ends too early (at character 8)"),
    (r"y +", "the formula ends too early (at character 3)"),
    (r"y + = z", "something is missing before '=' here (at character 5)"),
    (r"= ", "I can't read '=' here (at character 1)"),
    (r"y__1", "something is missing before '_' here (at character 3)"),
    (r"y^2^3", "two superscripts in a row; use braces (at character 4)"),
    (r"x_i_j", "two subscripts in a row; use braces (at character 4)"),
    (r"y ----- z", "too many signs in a row (at character 5)"),
    (r"\text{the answer is } y", "I can't read the words 'the answer is'; give the formula alone (at character 1)"),
    (r"y \text{ for each } ", "a condition is missing (at character 1)"),
    (r"y. : junk", "I can't read '.' here (at character 2)"),
    (r"y + z: y", "I can't read ':' here (at character 6)"),
    (r"y: z: y", "is y a name of the answer? write = for it, or \\frac for a ratio (at character 2)"),
    (r"$y$ and $z$", "give one formula; a $ or \\( stands only around the whole answer (at character 3)"),
    ("{}", "something is missing before '}' here (at character 2)"),
    ("$ $", "there is no formula; the answer is empty (at character 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [*UNKNOWN, *NOT_CLEAR, *WRONG_USE, *NOT_YET, *SYNTAX])
def test_refused_with_its_place(contexts, text, message):
    with pytest.raises(AnswerError) as caught:
        found = read_statements(text, contexts["softmax"])
        if len(found) > 1:
            raise AnswerError(
                "this is more than one statement; give the last one alone", position=found[1].sides[0].start
            )
    assert caught.value.position is not None
    assert str(caught.value) == message
