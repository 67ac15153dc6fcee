"""The guess at a page's language: by script and common words, never by code or formulas."""

from __future__ import annotations

from time import process_time

import pytest

from renderer import render
from renderer.language import guess_language, prose_of

GUESSES = {
    "simplified": ("注意力机制的核心是对值做加权平均，这里还有几个问题。", "zh-CN"),
    "traditional": ("注意力機制的核心是對值做加權平均，這裡還有幾個問題。", "zh-TW"),
    "chinese with terms": ("用 PyTorch 实现 attention 很简单，softmax 一行就够了。", "zh-CN"),
    "chinese with formulas": ("设 $x\\in\\mathbb{R}^n$，则 $\\frac{a}{b}\\le c_i$。", "zh-CN"),
    "chinese with code": ("见下：\n```python\nfor word in the_words: print(word)\n```", "zh-CN"),
    "japanese": ("注意機構とは、値の加重平均を計算する仕組みのことである。", "ja"),
    "chinese that quotes a kana": ("日语里的助词“の”相当于汉语的“的”字，用法却更广一些。", "zh-CN"),
    "korean": ("어텐션은 값들의 가중 평균을 계산한다.", "ko"),
    "english": ("The integral is finite, and this is all that we need for the proof.", "en"),
    "english that quotes chinese": ("The word 注意力 is the Chinese term for attention.", "en"),
    "french": ("Soit une fonction continue sur un intervalle; alors elle est bornée.", ""),
    "german": ("Die Funktion ist auf jedem kompakten Intervall stetig und damit beschränkt.", ""),
    "russian": ("Пусть функция непрерывна на отрезке, тогда она ограничена.", ""),
    "formula alone": ("$$E = mc^2$$", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "lang"), GUESSES.values(), ids=GUESSES.keys())
def test_language_is_that_of_the_prose(text: str, lang: str) -> None:
    """Prose decides, and where it does not tell, nothing is claimed."""
    assert guess_language(render(text).html) == lang


def test_prose_has_neither_code_nor_formulas() -> None:
    """What is left for guesses and titles is what a reader would read aloud."""
    html = render("a $x^2$ b `c` d\n\n```\ne\n```\n\n<kbd>f</kbd> g").html
    assert prose_of(html).split() == ["a", "b", "d", "g"]


@pytest.mark.parametrize("unit", ["<", "<code>", "<a ", "</", "<math><"])
def test_cost_is_linear(unit: str) -> None:
    """Markup that never closes costs what its length does, also in trusted HTML."""
    costs = []
    for size in (10_000, 80_000):
        html = unit * (size // len(unit))
        best = min(_cost(html) for _ in range(5))
        costs.append(best)
    assert costs[1] < 8 * 3 * costs[0]  # quadratic would be 64 times


def _cost(html: str) -> float:
    begin = process_time()
    prose_of(html)
    return process_time() - begin
