"""Hostile text by the other ways in: HTML through ``shield_html``, Markdown in pieces."""

from __future__ import annotations

from random import Random

import pytest

from renderer import Options, Stream, shield_html
from tests.fuzz.laws import stranger

from ..cutting import pieces
from .inputs import Input, inputs, sample

_LONG = 6_000  # characters; longer ones cost much and hold the same again and again
_MOMENTS = 6  # at which one stream is looked at
_HTML = Options(html="sanitize")


def _short(found: list[Input]) -> list[Input]:
    return [each for each in found if len(each.text) <= _LONG]


FEW = _short(sample(20))
ALL = pytest.param(_short(inputs()), marks=pytest.mark.heavy, id="all")


@pytest.mark.parametrize("found", [pytest.param(FEW, id="few"), ALL])
def test_hostile_html_through_shield(found: list[Input]) -> None:
    """Sanitised HTML keeps nothing that acts, whatever its formulas were wrapped in."""
    shown = {each.id: stranger(shield_html(each.text, _HTML).html, _HTML) for each in found}
    assert {name: what for name, what in shown.items() if what} == {}


@pytest.mark.parametrize("found", [pytest.param(FEW, id="few"), ALL])
@pytest.mark.parametrize("options", [Options(), _HTML], ids=["basic", "sanitize"])
def test_hostile_text_in_pieces(found: list[Input], options: Options) -> None:
    """At no moment does a stream show what the policy forbids, wherever the text was cut."""
    assert [(each.id, what) for each in found if (what := _met(each, options))] == []


def _met(each: Input, options: Options) -> str:
    """What is forbidden at one of some moments while ``each`` arrives."""
    chance = Random(each.id)
    stream, parts = Stream(options), list(pieces(each.text, chance, 40))
    moments = set(chance.sample(range(len(parts)), min(_MOMENTS, len(parts))))
    for number, part in enumerate(parts):
        stream.feed(part)
        if number in moments and (what := stranger(stream.html, options)):
            return what
    return ""


def test_sanitised_html_asks_for_no_words() -> None:
    """Whatever field raw HTML brings, a box is left that nobody can tick."""
    html = '<input type="password" name="q" autofocus><input><input type="checkbox" checked>'
    box = '<input type="checkbox" disabled="">'
    ticked = '<input type="checkbox" checked="" disabled="">'
    assert shield_html(html, _HTML).html == box + box + ticked


def test_a_stranger_is_met() -> None:
    """Trusted HTML shows that the policy is asked at all."""
    bad = Input("bad", "all", "<kbd onclick=x>a</kbd> " * 20)
    assert "onclick" in _met(bad, Options(html="trust"))
    assert "onclick" in stranger(shield_html(bad.text).html, _HTML)
