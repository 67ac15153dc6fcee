"""What the llm profile takes for mathematics, and what for money and prose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from renderer import evidence

# Predicate: contents that it holds for, contents that it does not hold for.
OF_CONTENT: dict[Callable[[str], bool], tuple[list[str], list[str]]] = {
    evidence.has_tex: (["\\a", "x^2", "a_1", "{", "a=b", "a<b", "∑", "α", "5\\,"], ["a", "5 kg", "x + y", "\\$"]),
    evidence.has_command: (["\\a", "\\,"], ["x^2", "\\\\", "\\{"]),
    evidence.is_money: (
        ["5 and", "20 dollars", "5 or so", "1.50 per", ".5 each", "+5 abc", "20/user (e.g., 7 "],
        ["5", "1/52", "2n+1", "2ab", "5x + 3y", "10\\%", "5 \\text{ for all}", "n and"],
    ),
    evidence.is_prose: (
        ["the price", "one, two", ": a", ", and", ") is", "这是一个价", "a big dog and cat"],
        ["word", "x", "sin cos", "max min", "\\text{the price}", "the price = 5", "这是价"],
    ),
    evidence.is_spaced_math: (
        [" \\alpha ", " x ", " a=b ", " x^2", "\\pi "],
        [" 4 ", " ab ", "  x  ", "", " ", " x", "x ", " the \\pi word", " a_1"],
    ),
    evidence.holds_prose_paragraph: (
        ["a\n\nthese are words", "a\n\n因此我们得到", "x\n \nand then come words"],
        ["these are words", "a\n\nb", "a\n\nwords = words words", "a\n\n\\text{因此我们得到}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("predicate", OF_CONTENT, ids=lambda predicate: predicate.__name__)
def test_judged_by_content(predicate: Callable[[str], bool]) -> None:
    """Each predicate holds for what its rule names and for nothing beside it."""
    yes, no = OF_CONTENT[predicate]
    assert [content for content in yes if not predicate(content)] == []
    assert [content for content in no if predicate(content)] == []


def test_judged_by_what_stands_before() -> None:
    """L1: behind an ASCII letter or digit it takes a command or a script; CJK never blocks."""
    assert evidence.is_glued_math("a", "")
    assert evidence.is_glued_math("a", "量")
    assert evidence.is_glued_math("^2", "x")
    assert evidence.is_glued_math("\\times", "3")
    assert not evidence.is_glued_math("100", "S")
    assert not evidence.is_glued_math("a=b", "3")


def test_judged_by_what_follows() -> None:
    """L3, L7, L9: the character behind the closing delimiter."""
    assert evidence.is_dangling("HOME:", "P")
    assert evidence.is_dangling("{A}/x:", "{")
    assert not evidence.is_dangling("x,", " ")
    assert not evidence.is_dangling("x\\,", "y")
    assert not evidence.is_dangling("x", "y")
    assert evidence.is_doubled_money("5 for ", "1")
    assert evidence.is_doubled_money("5", "1")
    assert not evidence.is_doubled_money("5\n", "1")
    assert not evidence.is_doubled_money("a=b ", "")
    assert evidence.is_escaped_prose("link", "(")
    assert evidence.is_escaped_prose("12", "")
    assert not evidence.is_escaped_prose(" 12 ", "")
