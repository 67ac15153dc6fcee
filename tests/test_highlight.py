"""Highlighting: Pygments' classes, and no code that holds the rendering up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from renderer import Options, highlight, render
from renderer.highlight import Highlighter

ON = Options(highlight=True)
# Lexers that take quadratic time or worse for it, see renderer/lexing.py.
HOSTILE = {"python": "\n ", "js": '"\\'}


@pytest.fixture
def worker() -> Iterator[highlight._Worker]:
    """The process that runs Pygments; a new one after the test."""
    yield highlight._WORKER
    highlight._WORKER.close()


def test_classes() -> None:
    """Known languages get Pygments' classes with our prefix, others stay as they are."""
    assert '<span class="hl-n">x</span>' in render("```python\nx = 1\n```", ON).html
    for language in ("none-such", "text", "c<b>"):
        assert "<span" not in render(f"```{language}\nx < 1\n```", ON).html
    assert render("```python\nx\n```", ON).html == render("```PYTHON\nx\n```", ON).html.replace(
        "PYTHON", "python"
    )


@pytest.mark.parametrize("language", ["console", "psql", "literate-haskell", "robotframework"])
@pytest.mark.parametrize("code", ["a b", "a b\n", "  x\n\n y\t'z' <b>\n"])
def test_no_code_is_lost(language: str, code: str) -> None:
    """Lexers that drop a line without its end, or write tabs anew, lose nothing of the code."""
    html = Highlighter().highlighted(code, language)
    assert html is None or unescape(re.sub("<[^>]*>", "", html)) == code
    assert html is not None or language == "robotframework"


def test_code_is_escaped() -> None:
    """What Pygments writes holds no markup of the text's."""
    assert "<b>" not in render("```html\n<b>&\n```", ON).html


@pytest.mark.parametrize("language", HOSTILE)
def test_hostile_code_costs_a_bounded_time(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """Code that Pygments chews on for minutes is shown plain, and all of it is there."""
    monkeypatch.setattr(highlight, "_BLOCK", 0.3)
    code = (HOSTILE[language] * 50_000)[:90_000]
    began = time.process_time()
    document = render(f"~~~{language}\n{code}\n~~~\n\n# After", ON)
    assert time.process_time() - began < 2  # that of this process; the other one has its limit
    assert document.headings[0].text == "After"


def test_slow_code_is_told_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, worker: highlight._Worker
) -> None:
    """A block beyond its time is plain, with a diagnostic at its language; the next one is not."""
    monkeypatch.setattr(highlight, "_BLOCK", 0.4)
    text = "~~~python\n" + "\n " * 40_000 + "\n~~~\n\n```python\nx = 1\n```"
    document = render(text, ON)
    (found,) = document.diagnostics
    assert (found.code, found.line, found.column) == ("code-not-highlighted", 1, 4)
    assert 'class="hl-n"' in document.html


def test_a_document_has_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks that are slow, but not too slow each, end up plain, and only in this document."""
    asked = []

    def ask(self: object, language: str, code: str, seconds: float) -> highlight.Answer:
        asked.append(code)
        return code, 0.9, True

    monkeypatch.setattr(highlight._Worker, "ask", ask)
    text = "```python\nx\n```\n\n" * 9
    codes = [found.code for found in render(text, ON).diagnostics]
    assert codes == ["code-not-highlighted"] * 6
    render("```python\ny\n```", ON)
    assert len(asked) == 4


def test_ended_process_is_replaced(worker: highlight._Worker) -> None:
    """Whoever ends the process that runs Pygments costs one block its colours."""
    text = "```python\nx = 1\n```"
    html = render(text, ON).html
    assert worker._process
    worker._process.kill()
    worker._process.wait()
    assert "hl-n" not in render(text, ON).html
    assert render(text, ON).html == html


def test_no_process_can_be_started(
    monkeypatch: pytest.MonkeyPatch, worker: highlight._Worker
) -> None:
    """Where no Python can be run, as inside another program, code stays plain."""
    worker.close()
    monkeypatch.setattr(sys, "executable", "")
    assert "x = 1" in render("```python\nx = 1\n```", ON).html


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no such system call")
def test_forked_process_has_its_own(root: Path) -> None:
    """A server that forks its workers after the first rendering mixes up no answers."""
    script = """
import os
import re
from renderer import Options, render
on = Options(highlight=True)
before = render("```python\\nx\\n```", on).html
child = os.fork()
same = all(render("```python\\nx\\n```", on).html == before for _ in range(50))
if not child:
    os._exit(not same)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or not same)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=root, timeout=60)
    assert done.returncode == 0


def test_interrupted_answer_is_not_taken_for_the_next(worker: highlight._Worker) -> None:
    """After Ctrl-C in the middle of a block the next one gets its own answer."""
    highlighter = Highlighter()
    assert highlighter.highlighted("x", "python")
    asked = worker._asked

    def interrupted(request: list[object]) -> highlight.Answer:
        process = worker._running()
        assert process.stdin
        process.stdin.write(b'["python", "left over", 1]\n')
        process.stdin.flush()
        raise KeyboardInterrupt

    worker._asked = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        highlighter.highlighted("y", "python")
    worker._asked = asked  # type: ignore[method-assign]
    assert "left over" not in str(highlighter.highlighted("z", "python"))
