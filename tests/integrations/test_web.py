"""What applications say to their pages, without any framework."""

from __future__ import annotations

from pathlib import Path

import pytest

from renderer import OptionError, Options, render, render_page
from renderer.assets import Assets
from renderer.editions import edition_of, install_edition, looks
from renderer.integrations.web import Web

from .conftest import HOSTILE, addresses, head_of

PAGE = "<!doctype html><html lang=en><head><title>t</title>{}</head><body><p>b</p></body></html>"


def test_head_says_what_our_own_pages_say() -> None:
    """Style sheet, fonts, client and its options are those of render_page, in its order."""
    text = "# On $x^2$\n\n$\\color{teal} y$"
    document = render(text)
    web = Web.of({"theme": "plain"})
    ours = head_of(render_page(text, assets=Assets.folder(f"/static/{web.edition}")))
    theirs = head_of(PAGE.format(web.head("/static", [document])))
    wanted = [tag for tag in ours if tag.name in ("link", "style", "script")]
    assert document.css
    assert [tag for tag in theirs if tag.name != "title"] == wanted


def test_every_tag_carries_the_nonce() -> None:
    """Under a policy with a nonce every style, hint and script of the head passes."""
    tags = head_of(PAGE.format(Web().head("/s", [render("$\\color{red} x$")], nonce='a"b')))
    tags = [tag for tag in tags if tag.name != "title"]
    assert {tag.name for tag in tags} == {"link", "style", "script"}
    assert {tag.attributes.get("nonce") for tag in tags} == {'a"b'}
    assert all("style" not in tag.attributes for tag in tags)


def test_page_without_formula_asks_for_its_style_sheet_alone() -> None:
    """No client and no font, unless the page is live or no one can know what is on it."""
    web = Web()
    sheet = [f"/s/{web.edition}/fragment.css"]
    plain = render("no formula, at a price of $5")
    assert addresses(head_of(PAGE.format(web.head("/s/", [plain])))) == sheet
    for tags in (
        web.head("/s"),
        web.head("/s", [plain], live=True),
        web.head("/s", [plain, render("$x$")]),
    ):
        assert addresses(head_of(PAGE.format(tags)))[-1] == f"/s/{web.edition}/mathward.js"


def test_page_of_answers_has_the_script_that_shows_them() -> None:
    """Last, since the client comes first, and only where it is asked for."""
    found = addresses(head_of(PAGE.format(Web().head("/s", [render("plain")], stream=True))))
    assert [address.rpartition("/")[2] for address in found[-2:]] == [
        "mathward.js",
        "mathward-stream.js",
    ]
    assert "mathward-stream.js" not in Web().head("/s", live=True)


def test_rules_of_several_documents_are_there_once() -> None:
    """Each document's rules, joined; equal ones are not repeated."""
    red, blue = render("$\\color{red} x$"), render("$\\color{blue} x$")
    head = Web().head("/s", [red, blue, red])
    assert head.count(red.css) == head.count(blue.css) == 1


def test_fragment_brings_its_own_rules_and_nothing_hostile() -> None:
    """A filter comes after the head, so the rare rule of a text stands before it."""
    document = render("$\\color{red} x$")
    web = Web()
    assert (
        web.fragment("$\\color{red} x$", nonce="n")
        == f'<style nonce="n">{document.css}</style>{document.html}'
    )
    assert web.fragment("$x$") == render("$x$").html
    assert "<script" not in web.fragment(HOSTILE)
    assert "<img" not in web.fragment(HOSTILE)
    assert web.fragment(None) == ""
    assert web.fragment(7) == "<p>7</p>\n"


def test_settings_are_options_and_what_pages_need() -> None:
    """Every option may be set; what is unknown or of a wrong kind is told by name."""
    web = Web.of(
        {"numbering": "none", "id_prefix": "x-", "theme": None, "url": "https://cdn.example/m"}
    )
    assert web.options == Options(numbering="none", id_prefix="x-")
    assert addresses(head_of(PAGE.format(web.head("/unused"))))[0].startswith(
        "https://cdn.example/m/"
    )
    assert 'id="y-fn1"' in web.render("a[^1]\n\n[^1]: b", "y-").html
    wrong: list[tuple[dict[str, object], str]] = [
        ({"numbring": "none"}, "did you mean numbering"),
        ({"theme": 7}, "theme: expected str"),
        ({"theme": "plein"}, "did you mean plain"),
        ({"html": "all"}, "html: expected one of"),
    ]
    for settings, told in wrong:
        with pytest.raises(OptionError, match=told):
            Web.of(settings)


def test_folder_has_to_hold_this_very_edition(tmp_path: Path) -> None:
    """A folder that another version filled would lead to 404; the error says what to type."""
    web = Web.of({"folder": tmp_path})
    with pytest.raises(OptionError, match=f"mathward assets {tmp_path}"):
        web.static  # noqa: B018
    install_edition(tmp_path, looks())
    assert Web.of({"folder": str(tmp_path)}).static == tmp_path
    own = Web().static
    assert (own / edition_of(looks()) / "mathward.js").is_file()
