"""Themes: folders that become looks, what ours promise, and clear words where one is broken."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from renderer import theme as module
from renderer.errors import OptionError
from renderer.theme import Theme, known_themes, load_theme

OURS = ("paper", "plain")


def write(folder: Path, files: dict[str, str]) -> Path:
    """A theme's folder with these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def error_of(name_or_path: str | Path) -> str:
    with pytest.raises(OptionError) as caught:
        load_theme(name_or_path)
    assert caught.value.name == "theme"
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- finding and loading ---------------------------------------------------------------------


def test_known_themes_are_those_of_the_folder() -> None:
    """The two themes are there, and each loads by its name with what a page needs."""
    assert set(OURS) <= set(known_themes())
    for name in known_themes():
        theme = load_theme(name)
        assert (theme.name, theme.stylesheet) == (name, f"{name}.css")
        assert theme.description
        assert theme.css


def test_themes_are_found_in_a_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Installed, the themes lie inside the package and not beside it."""
    write(tmp_path / "renderer" / "themes" / "packed", {"theme.toml": ""})
    write(tmp_path / "themes" / "stranger", {"theme.toml": ""})
    monkeypatch.setattr(module, "__file__", str(tmp_path / "renderer" / "theme.py"))
    assert known_themes() == ("packed",)


def test_folder_is_a_theme(tmp_path: Path) -> None:
    """A folder of one's own with three lines inherits the rest, its css coming last."""
    mine = write(
        tmp_path / "my look",
        {
            "theme.toml": 'inherits = "paper"\ncss = ["a.css"]\n[words.de]\ncontents = "Inhalt"',
            "a.css": "h1 { color: teal }",
        },
    )
    theme, paper = load_theme(mine), load_theme("paper")
    assert theme.css == f"{paper.css}\nh1 {{ color: teal }}"
    assert theme.templates == (mine / "templates", *paper.templates)
    assert theme.words("de-AT")["contents"] == "Inhalt"
    assert theme.words("de-AT")["tags"] == "Tags"
    assert theme.stylesheet == "my-look.css"


def test_own_template_comes_first(tmp_path: Path) -> None:
    """A template of the same name replaces the inherited one and may extend the base."""
    page = '{% extends "base.html.j2" %}{% block body %}<b>{{ title }}</b>{% endblock %}'
    write(tmp_path, {"theme.toml": 'inherits = "plain"', "templates/page.html.j2": page})
    context = dict.fromkeys(
        ("lang", "rtl", "policy", "title", "summary", "stylesheet", "css", "script"), "a<b"
    )
    html = load_theme(tmp_path).fill("page.html.j2", context)
    assert "<b>a&lt;b</b>" in html, "values are escaped"


@pytest.mark.parametrize(
    ("lang", "word"),
    [("zh-CN", "目录"), ("ZH-tw", "目錄"), ("ja", "目次"), ("en-GB", "Contents"), ("", "Contents")],
)
def test_words_follow_the_language(lang: str, word: str) -> None:
    """A theme speaks the page's language, the nearest it has, else English."""
    assert load_theme("paper").words(lang)["contents"] == word


# --- what is wrong with a theme --------------------------------------------------------------


def test_unknown_theme_lists_the_known_ones() -> None:
    """A slip of the finger is answered by the right name."""
    assert error_of("papper") == (
        "theme: no theme or folder 'papper'; known themes: "
        f"{', '.join(known_themes())}; did you mean paper?"
    )


def test_folder_without_theme_is_said_to_be_one(tmp_path: Path) -> None:
    """An existing folder is not reported as missing."""
    assert "has no theme.toml" in error_of(tmp_path)


BROKEN = {
    "not TOML": ({"theme.toml": "css = ["}, "theme.toml: "),
    "unknown key": ({"theme.toml": "colour = 1"}, "unknown key 'colour'; known: description"),
    "wrong kind": ({"theme.toml": 'css = "a.css"'}, "css must be a list, got"),
    "wrong words": ({"theme.toml": '[words]\nen = "a"'}, "words.en must be a dict, got 'a'"),
    "missing css": ({"theme.toml": 'css = ["a.css"]'}, "a.css: no such file"),
    "number as css": ({"theme.toml": "css = [1]"}, "an entry of css must be a str"),
    "unknown parent": ({"theme.toml": 'inherits = "plane"'}, "did you mean plain?"),
    "its own parent": ({"theme.toml": 'inherits = "./."'}, "inherits from itself"),
    "end of style": (
        {"theme.toml": 'css = ["a.css"]', "a.css": "b{}</STYLE><script>"},
        "may not contain </style",
    ),
}


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_theme_is_one_clear_line(
    files: dict[str, str], message: str, tmp_path: Path
) -> None:
    """Each fault of a theme's files is named with the file, in one line."""
    assert message in error_of(write(tmp_path, files))


def test_css_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    """A stylesheet in another encoding is an OptionError, too."""
    write(tmp_path, {"theme.toml": 'css = ["a.css"]'}).joinpath("a.css").write_bytes(b"\xff")
    assert "a.css" in error_of(tmp_path)


TEMPLATES = {
    "syntax": ("<p>\n{% if %}", "page.html.j2:2: "),
    "unknown name": ("{{ nothing.at.all }}", "'nothing' is undefined"),
    "other error": ("{{ 1 // 0 }}", "integer division or modulo by zero"),
    "missing parent": ('{% extends "other.html" %}', "other.html"),
}


@pytest.mark.parametrize(("template", "message"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_broken_template_is_one_clear_line(template: str, message: str, tmp_path: Path) -> None:
    """Whatever goes wrong in a template is reported with the theme's name and the place."""
    write(tmp_path / "mine", {"theme.toml": "", "templates/page.html.j2": template})
    with pytest.raises(OptionError) as caught:
        load_theme(tmp_path / "mine").fill("page.html.j2", {})
    assert str(caught.value).startswith("theme: mine: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


# --- what our themes promise -----------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_theme_asks_no_host(name: str) -> None:
    """System fonts and our own rules: nothing in css or templates names an address to fetch."""
    theme = load_theme(name)
    assert re.findall(r"url\(|@import|//\w", theme.css) == []
    for folder in theme.templates:
        for path in folder.glob("*.j2"):
            text = path.read_text("utf-8")
            assert re.findall(r"https?:|<script|<link|\son\w+=", text) == [], path


@pytest.mark.parametrize("name", OURS)
def test_css_is_small(name: str) -> None:
    """A whole theme is at most 6.5 kB on the wire."""
    assert len(gzip.compress(load_theme(name).css.encode(), mtime=0)) <= 6_500


@pytest.mark.parametrize("name", OURS)
def test_italic_face_is_for_emphasis_alone(name: str) -> None:
    """A family with an italic face only would serve upright text, too: all of a page in Kai."""
    users = [line for line in load_theme(name).css.splitlines() if '"Chinese italic"' in line]
    assert [line.split("{")[0].strip() for line in users] == [
        'font-family: "Chinese italic";',
        ":is(em, i, cite, dfn):lang(zh)",
    ]


def test_code_colours_have_no_dead_rule() -> None:
    """Each class in the code colours is one that Pygments writes."""
    from pygments.token import STANDARD_TYPES

    classes = {short for short in STANDARD_TYPES.values() if short}
    css = load_theme("plain").css
    for short in re.findall(r"\.hl-(\w+)", css):
        assert short in classes
    for start in re.findall(r'\[class\^="hl-(\w+)"\]', css):
        assert any(short.startswith(start) for short in classes)


GROUNDS = ("ground", "shade")
INKS = (
    "text", "muted", "link", "note", "tip", "important", "warning", "caution",
    "keyword", "string", "number", "name", "kind", "comment", "gone",
)  # fmt: skip
TEXT_ONLY = ("mark", "glow")


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_readable(name: str, scheme: str) -> None:
    """Every ink on every ground has the contrast of WCAG AA, 4.5 to 1."""
    palette = palette_of(load_theme(name), dark=scheme == "dark")
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(ink, ground) for ink in ("text", "link") for ground in TEXT_ONLY]
    weak = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(palette[pair[0]], palette[pair[1]])) < 4.5
    }
    assert weak == {}


def palette_of(theme: Theme, *, dark: bool) -> dict[str, str]:
    """The colours of the theme's custom properties, in the order of the cascade."""
    night = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
    css = re.sub(r"@media print \{.*?\n\}", "", theme.css, flags=re.DOTALL)
    found: dict[str, str] = {}
    for index, part in enumerate(night.split(css)):
        if dark or index % 2 == 0:  # what the pattern captured stands at odd places
            found.update(re.findall(r"--([\w-]+): (#[0-9a-f]+);", part))
    return found


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two hexadecimal colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
