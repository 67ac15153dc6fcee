"""The policy of a page: what a browser is allowed, and what no text can slip into it."""

from __future__ import annotations

import pytest

from renderer.policy import content_policy, host_source


def rules(policy: str) -> dict[str, list[str]]:
    """The directives of a policy with their sources."""
    return {name: sources for name, *sources in (rule.split() for rule in policy.split("; "))}


def test_page_without_script_is_allowed_nothing_but_its_own_css() -> None:
    """The strictest page: inline css, no script, no picture, no request at all."""
    assert rules(content_policy(hosts="", scripts="", images="link")) == {
        "default-src": ["'none'"],
        "style-src-elem": ["'unsafe-inline'"],
        "style-src-attr": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_script_comes_from_the_named_place_alone() -> None:
    """A page with the client may load it, fonts and a worker, and run nothing inline."""
    found = rules(content_policy(hosts="'self'", scripts="'sha256-x' 'self'", images="link"))
    assert found["script-src"] == ["'sha256-x'", "'self'"]
    assert found["worker-src"] == ["blob:", "'self'"]
    assert found["font-src"] == found["connect-src"] == ["'self'"]
    # A hash beside it would switch 'unsafe-inline' off, and MathJax's style elements with it.
    assert found["style-src-elem"] == ["'unsafe-inline'", "'self'"]
    assert found["default-src"] == found["style-src-attr"] == ["'none'"]


@pytest.mark.parametrize(
    ("images", "sources"),
    [
        ("same-origin", ["'self'"]),
        ("any", ["*", "data:"]),
        (("https://a.org/i/", "https://a.org/i/x", "/img/"), ["https://a.org/i/", "'self'"]),
        (("https://a.org",), ["https://a.org/"]),
        (("https://a.org/cut-her",), ["https://a.org/"]),
    ],
)
def test_pictures_follow_the_option(images: str | tuple[str, ...], sources: list[str]) -> None:
    """``images`` opens the policy exactly as far as it opens the fragment, folder by folder."""
    assert rules(content_policy(hosts="", scripts="", images=images))["img-src"] == sources


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("mathward-assets", "'self'"),
        ("../shared/assets", "'self'"),
        ("/static/mathward", "'self'"),
        ("https://static.example.org/m", "https://static.example.org/m/"),
        ("//static.example.org:8080/m/", "https://static.example.org:8080/m/"),
        ("https://user:secret@example.org/m", "https://example.org/m/"),
    ],
)
def test_source_is_no_wider_than_the_folder(folder: str, source: str) -> None:
    """Only what lies below the folder is allowed, not its whole host."""
    assert host_source(folder) == source


@pytest.mark.parametrize("evil", ["https://a.org/x;script-src *", "https://a.org/x,default-src *"])
def test_address_cannot_add_a_rule(evil: str) -> None:
    """A semicolon or comma in an address ends no rule and starts no second policy."""
    policy = content_policy(hosts=host_source(evil), scripts="", images=(evil,))
    assert "," not in policy
    assert "script-src" not in rules(policy)
