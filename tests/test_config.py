"""Configuration files, and what front matter may set."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from renderer.config import Config, find_config, load_config, page_options
from renderer.errors import OptionError
from renderer.options import Options


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_nearest_file_counts(tmp_path: Path) -> None:
    """The file in the nearest folder above wins; those further up are not read."""
    _write(tmp_path / "mathward.toml", "profile = 3  # never looked at")
    _write(tmp_path / "a" / "mathward.toml", 'profile = "strict"')
    (tmp_path / "a" / "b").mkdir()
    assert find_config(tmp_path / "a" / "b").options == {"profile": "strict"}


def test_table_in_pyproject(tmp_path: Path) -> None:
    """[tool.mathward] serves where no mathward.toml stands beside it; other projects' do not."""
    _write(tmp_path / "pyproject.toml", '[tool.mathward]\nlang = "zh"')
    _write(tmp_path / "a" / "pyproject.toml", "[tool.other]\nx = 1")
    assert find_config(tmp_path / "a").options == {"lang": "zh"}
    _write(tmp_path / "mathward.toml", 'lang = "en"')
    assert find_config(tmp_path / "a").options == {"lang": "en"}


def test_every_option_can_be_configured(tmp_path: Path) -> None:
    """A file may set every field of Options, with hyphens as on the command line."""
    rows = []
    for declared in fields(Options):
        value = declared.default
        shown = str(value).lower() if isinstance(value, bool | int) else f'"{value}"'
        shown = "{}" if declared.name == "macros" else shown
        rows.append(f"{declared.name.replace('_', '-')} = {shown}")
    config = load_config(_write(tmp_path / "x.toml", "\n".join(rows)))
    assert Options.from_mapping(config.options) == Options()
    assert len(config.options) == len(fields(Options))


def test_paths_belong_to_the_file(tmp_path: Path) -> None:
    """A theme or assets folder is meant from the configuration's folder; names stay names."""
    path = _write(tmp_path / "mathward.toml", 'theme = "./look"\nassets = "static"')
    config = load_config(path)
    assert config.theme == str(tmp_path / "look")
    assert config.assets == str(tmp_path / "static")
    named = load_config(_write(path, 'theme = "paper"\nassets = "cdn"'))
    assert named == Config({}, "paper", "cdn")


def test_table_of_the_site_is_left_to_the_site(tmp_path: Path) -> None:
    """The same file serves ``render`` and the site builder."""
    assert load_config(_write(tmp_path / "mathward.toml", "[site]\nx = 1")) == Config()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('profil = "strict"', "profil: no such key; did you mean profile?"),
        ('thme = "paper"', "thme: no such key; did you mean theme?"),
        ("[sites]", "sites: no such key; did you mean site?"),
        ("xyzzy = 1", "xyzzy: no such key"),
        ('profile = "lax"', "profile: expected one of llm, strict, got 'lax'"),
        ("mathml = 1", "mathml: expected bool, got 1"),
        ("theme = 3", "theme: expected text, got 3"),
        ("max-formulas = -1", "max_formulas: must be at least 0, got -1"),
        ("\nprofile = ?", "Invalid value (at line 2, column 11)"),
    ],
)
def test_mistakes_are_told_with_the_path(tmp_path: Path, text: str, reason: str) -> None:
    """Whatever is wrong in a file is one line that begins with its path."""
    path = _write(tmp_path / "mathward.toml", text)
    with pytest.raises(OptionError) as caught:
        find_config(tmp_path)
    assert str(caught.value) == f"{path}: {reason}"


def test_unreadable_files(tmp_path: Path) -> None:
    """Missing, a folder, not UTF-8, the wrong table: one line each."""
    with pytest.raises(OptionError, match="no such file"):
        load_config(tmp_path / "none.toml")
    with pytest.raises(OptionError, match="is a directory"):
        load_config(tmp_path)
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b'lang = "\xff"')
    with pytest.raises(OptionError, match="not UTF-8 at offset 8"):
        load_config(bad)
    project = _write(tmp_path / "pyproject.toml", "[tool]\nmathward = 1")
    with pytest.raises(OptionError, match="must be a table"):
        load_config(project)
    with pytest.raises(OptionError, match=r"no \[tool.mathward\]"):
        load_config(_write(project, "[tool.x]"))


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows editors begin a file with a byte order mark; TOML's parser minds it, we do not."""
    assert load_config(_write(tmp_path / "x.toml", '\ufefflang = "zh"')).options == {"lang": "zh"}


def test_front_matter_sets_page_options() -> None:
    """What a page may set about itself it sets; its other keys are its own."""
    meta = {"title": "T", "lang": "zh", "latex-fences": True, "layout": "post", "weight": 3}
    options, warnings = page_options(meta, Options())
    assert options == Options(lang="zh", latex_fences=True)
    assert warnings == ()


@pytest.mark.parametrize("declared", [d for d in fields(Options) if not d.metadata["page"]])
def test_front_matter_cannot_loosen_safety(declared: object) -> None:
    """Every option that a page may not set is refused with a warning and changes nothing."""
    name = declared.name  # type: ignore[attr-defined]
    options, warnings = page_options({name: "trust", "lang": "en"}, Options())
    assert options == Options(lang="en")
    assert [found.severity for found in warnings] == ["warning"]
    assert f"{name}: may not be set from front matter" in warnings[0].message


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        ({"lang": False}, "lang: expected str, got False"),  # YAML's reading of ``lang: no``
        ({"profil": "strict"}, "profil: no such option; did you mean profile?"),
        ({"mathml": "yes"}, "mathml: expected bool, got 'yes'"),
        ({"think": ["fold"]}, "think: expected str, got ('fold',)"),
        ({"gfm": None}, "gfm: expected bool, got None"),
    ],
)
def test_bad_front_matter_is_a_warning(meta: dict[str, object], reason: str) -> None:
    """A slip of the author's is told and the page is made all the same."""
    options, (warning,) = page_options(meta, Options())
    assert options == Options()
    assert warning.message == f"front matter: {reason}"
