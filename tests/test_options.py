"""Options: declared once, checked where they are set."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderer import OptionError, Options, render
from renderer.config import page_options


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("profile", "loose", "expected one of llm, strict"), ("gfm", "yes", "expected bool"),
        ("max_formulas", -1, "must be at least 0"), ("max_formulas", True, "expected int"),
        ("id_prefix", "", "letters"), ("id_prefix", "1a", "letters"), ("id_prefix", 'a"', "letters"),
        ("images", "all", "expected link"), ("images", ("",), "expected link"), ("images", 3, "expected link"),
    ],
)  # fmt: skip
def test_wrong_values(name: str, value: object, says: str) -> None:
    """A value that cannot be used is refused at once, in one line that names the option."""
    with pytest.raises(OptionError, match=says) as error:
        Options(**{name: value})  # type: ignore[arg-type]
    assert error.value.name == name
    assert "\n" not in str(error.value)


def test_unknown_name_brings_the_nearest() -> None:
    """A slip of the pen is answered with what was meant."""
    with pytest.raises(OptionError, match="did you mean profile"):
        Options.from_mapping({"profil": "llm"})


def test_mapping() -> None:
    """Hyphens and underscores, lists for tuples; the original stays as it was."""
    options = Options()
    changed = options.updated({"max-formulas": 3, "images": ["https://a.example/"]})
    assert (changed.max_formulas, changed.images) == (3, ("https://a.example/",))
    assert options == Options()


def test_front_matter_cannot_loosen_safety() -> None:
    """No option that guards the reader may be set from a page."""
    guards = {"html", "links", "images", "id_prefix", "front_matter"}
    guards |= {field.name for field in fields(Options) if field.name.startswith("max_")}
    for declared in fields(Options):
        if declared.name in guards:
            with pytest.raises(OptionError, match="may not be set from front matter"):
                Options.from_mapping({declared.name: declared.default}, page=True)
    assert Options.from_mapping({"profile": "strict"}, page=True).profile == "strict"


def test_every_option_is_described() -> None:
    """Help is a sentence or more, choices hold the default."""
    for declared in fields(Options):
        assert len(declared.metadata["help"]) > 15
        assert declared.metadata["help"].endswith(".")
        choices = declared.metadata["choices"]
        assert not choices or declared.default in choices


# Every limit: what passes it is shown as source, what follows is rendered, one code says so.
LIMITS = {
    "max_formulas": (2, "$a$ $b$ $c$ *d*", "too-many-formulas"),
    "max_formula_length": (4, "$a+b+c$ $x$ *d*", "formula-too-long"),
    "max_formula_depth": (2, "$\\frac{{{a}}}{b}$ $x$ *d*", "formula-too-deep"),
    "max_formula_cells": (
        3,
        "$\\begin{matrix}a&b\\\\c&d\\end{matrix}$ $x$ *d*",
        "formula-too-wide",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    """A formula past a limit is shown as TeX with a diagnostic; nothing else is lost."""
    limit, text, code = LIMITS[name]
    within = render(text)
    assert within.diagnostics == ()
    document = render(text, Options.from_mapping({name: limit}))
    assert [diagnostic.code for diagnostic in document.diagnostics] == [code]
    assert len(document.formulas) == len(within.formulas) - 1
    assert 'class="math-source' in document.html
    assert "<em>d</em>" in document.html


def test_limit_of_the_source() -> None:
    """A text past ``max_source`` is shown as it is, escaped."""
    document = render("# <b>", Options(max_source=4))
    assert document.html == "<pre># &lt;b&gt;</pre>\n"
    assert [diagnostic.code for diagnostic in document.diagnostics] == ["source-too-long"]


_ALL = [declared.name for declared in fields(Options)]
_CALLERS = {declared.name for declared in fields(Options) if not declared.metadata["page"]}
_NAMES = [name.replace("_", mark) for name in _ALL for mark in "_-"]
_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3),
    st.sampled_from([choice for declared in fields(Options) for choice in declared.metadata["choices"]]),
    st.sampled_from(["any", "same-origin", "x-", 10**9, 10**12]),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=8))
@example({"macros": None})
@example({"macros": 3})
@example({"html": "trust", "links": "any", "images": "any", "max-source": 10**9, "lang": "de"})
def test_no_front_matter_loosens_anything(meta: dict[str, object]) -> None:
    """Whatever a text sets, policies, prefix and limits are the caller's."""
    options, _ = page_options(meta, Options())
    changed = {name for name in _ALL if getattr(options, name) != getattr(Options(), name)}
    assert not changed & _CALLERS


def test_every_policy_and_limit_is_the_callers() -> None:
    """The table says so for each option that a text could loosen something by."""
    limits = {name for name in _ALL if name.startswith("max_")}
    assert {"html", "links", "images", "id_prefix", "front_matter"} | limits == _CALLERS
