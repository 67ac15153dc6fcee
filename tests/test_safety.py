"""Addresses from untrusted text, judged as a browser reads them."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from renderer import Options, render, safety

SAFE = [
    "https://a.example", "HTTP://A.example", "mailto:a@b.example", "/a", "a.html", "#x", "?q=a:b", "//a.example",
    "", "./javascript:x", "a/b:c", "%6aavascript:x",
]  # fmt: skip
UNSAFE = [
    "javascript:x", "JaVaScRiPt:x", " javascript:x", "\x01javascript:x", "java\nscript:x", "java\tscript:x",
    "data:text/html,x", "vbscript:x", "blob:x", "file:///etc/passwd", "ftp://a.example", "tel:1", "ms-msdt:x",
    "view-source:x", "jar:x", "https:javascript:x", "http://a:99999", "//a:b/", "http://999.1.1.1", "https://",
]  # fmt: skip


def test_schemes() -> None:
    """http, https, mailto and relative references pass, however the others are disguised."""
    assert [url for url in SAFE if not safety.is_safe_link(url)] == []
    assert [url for url in UNSAFE if safety.is_safe_link(url)] == []


@pytest.mark.parametrize("url", UNSAFE)
def test_unsafe_address_reaches_no_attribute(url: str) -> None:
    """Links, images and autolinks with such an address lead nowhere, however it is written."""
    entity = "".join(char if char.isalnum() else f"&#{ord(char)};" for char in url)
    escaped = url.replace("\n", "&NewLine;").replace("\t", "&Tab;").replace(" ", "&#32;")
    for written in (entity, escaped, f"{url.strip()}//x"):
        html = render(
            f"[a](<{written}>) ![b](<{written}>) [c] <{written}>\n\n[c]: <{written}>"
        ).html
        addresses = [unescape(part) for part in re.findall(r'(?:href|src)="([^"]*)"', html)]
        assert [address for address in addresses if not safety.is_safe_link(address)] == []
        assert "<img" not in html
    plain = "".join(char for char in url if char.isprintable()).strip()
    document = render(f"[a](<{plain}>) ![b](<{plain}>)")
    assert "href=" not in document.html
    assert [diagnostic.code for diagnostic in document.diagnostics].count("unsafe-link") == 1


def test_external() -> None:
    """What may leave the page's host, with slashes either way."""
    for url in (
        "https://a.example",
        "//a.example",
        "\\\\a.example",
        "/\\a.example",
        "mailto:a@b.c",
    ):
        assert safety.is_external(url), url
    for url in ("/a", "a", "#a", "?a", "a//b"):
        assert not safety.is_external(url), url


def test_external_links_pass_nothing_on() -> None:
    """They get ``rel`` with every guard; links within the page do not need it."""
    html = render("[a](https://a.example) [b](/b)").html
    assert 'href="https://a.example" rel="nofollow noopener noreferrer ugc"' in html
    assert '<a href="/b">' in html


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example/b", "a.example"), ("//A.Example", "a.example"), ("\\\\a.example", "a.example"),
        ("https://u:p@a.example:80/", "a.example"), ("https://bücher.example", "xn--bcher-kva.example"),
        ("https://[", ""), ("mailto:a@b.c", ""), ("https:a", "a"), ("https:/a.example", "a.example"),
        ("https:////a.example/b", "a.example"), ("///a.example", "a.example"), ("https://%65vil.example", "evil.example"),
        ("https://a.example?b@c", "a.example"), ("https://faß.example", "xn--fa-hia.example"),
    ],
)  # fmt: skip
def test_host(url: str, host: str) -> None:
    """The host that a browser would ask, in ASCII."""
    assert safety.host(url) == host


@pytest.mark.parametrize(
    ("url", "text", "misleading"),
    [
        ("https://evil.example", "good.example", True), ("https://evil.example", "https://good.example/a", True),
        ("https://good.example", "good.example", False), ("https://good.example", "www.good.example", False),
        ("https://evil.example", "click here", False), ("https://good.example@evil.example", "here", True),
        ("https://xn--80ak6aa92e.com", "here", True), ("https://evil.example", "see good.example, there", True),
        ("https://evil.example", "见good.com", True), ("/a", "good.example", False),
        ("https://a.example", "version 1.2.3", False), ("https://evil.example", "good\u200b.example", True),
        ("https://evil.example", "ｇｏｏｄ．ｅｘａｍｐｌｅ", True), ("https://evil.example", "10.0.0.1", True),
        ("https://evil.example", "https://localhost/a", True), ("https:///evil.example", "good.example", True),
        ("https:/\\evil.example", "good.example", True), ("https://%65vil.example", "good.example", True),
        ("https://evil.example", "evil.example " * 9 + "good.example", True), ("https://a.example/b@c", "here", False),
        ("https://good.example%2f@evil.example", "here", True), ("https://a.example?b@c", "here", False),
    ],
)  # fmt: skip
def test_misleading_links(url: str, text: str, misleading: bool) -> None:
    """A link whose text names another host, or with userinfo or punycode, is told of."""
    assert safety.is_misleading(url, text) == misleading


FOREIGN = [
    "https://банк.рф/login", "例え.テスト", "https://bank.рф/", "https://банк.com/", "банк.example.com", "www.банк.рф",
    "Зайдите на банк.рф сейчас", "请访问 例子.中国 吧", "例え。テスト", "例え｡テスト", "bank。example", "https://例え。テスト/",
    "https://bank．рф", "fаcеbook.com", "https://💩.la/", "भारत.भारत", "https://उदाहरण.परीक्षा", "은행.한국", "https://银行",
]  # fmt: skip
PROSE = [
    "见第3.2节", "e.g.这样", "图1.中文", "图1.网络", "1.网络", "等.等", "Node.js", "main.cpp", "3.14", "Привет. Как дела",
    "Привет.Как дела", "г.Москва", "А.公司", "и т.д.", "他说。我们走", "他说。 我们走", "我们用Adam。SGD", "说明.md", "脚本.sh",
    "详见evil.example", "见https://evil.example的说明", "https://evil.example。然后继续", "https://evil.example…", "第3。2节",
    "✅evil.example", "evil。example", "https://git@evil.example/a", "evil.example/index.html", "Done.\nNext", "“好。”",
]  # fmt: skip


def test_hosts_of_any_script() -> None:
    """A host in a link's text is one in any script, with the full stops that browsers know."""
    assert [
        text for text in FOREIGN if not safety.is_misleading("https://evil.example", text)
    ] == []


def test_prose_names_no_host() -> None:
    """Full stops in sentences, numbers, abbreviations and names of files make no host of them."""
    assert [text for text in PROSE if safety.is_misleading("https://evil.example", text)] == []


@pytest.mark.parametrize("filler", [" ", "\u200b", "word ", "长 "])
def test_hosts_anywhere_in_long_texts(filler: str) -> None:
    """A link's text is read whole; a long one without hosts is none the worse for its length."""
    for text in (filler * 5_000 + "https://bank.example/", "bank.example" + " " + filler * 5_000):
        assert safety.is_misleading("https://evil.example", text)
    assert not safety.is_misleading("https://evil.example", filler * 5_000 + "evil.example")


@pytest.mark.parametrize(
    "char",
    "\x01\u00ad\u034f\u061c\u115f\u17b4\u180f\u200b\u202e\u2060\u3164\ufe0f\uffa0\ufff0\ufff9"
    "\U0001bca0\U0001d173\U000e0001\U000e0100\U000e01f0",
)
def test_invisible_characters_part_no_host(char: str) -> None:
    """Whatever takes no room on the screen is no part of what a reader sees."""
    assert safety.is_misleading("https://evil.example", f"bank.{char}example")
    assert not safety.is_misleading("https://evil.example", f"evil.{char}example")


@pytest.mark.parametrize(
    "text",
    [
        r"$\mathrm{bank}.\mathrm{example}$", r"$\text{bank}\!\text{.example}$", r"$\operatorname{bank}$.example",
        r"$\text{bank}\kern0em\text{.}\text{example}$", r"$\mathbf{https://localhost}$", "https://bank.\\\nexample/",
        "bank.\\\nexample", "bank\\\n.example", "https://bank.\nexample/", "https://[::1]/", "https://[2001:db8::1]:80/",
    ],
)  # fmt: skip
def test_hosts_in_pieces(text: str) -> None:
    """Formulas, breaks and brackets within a host do not hide it."""
    assert "</a> (evil.example)" in render(f"[{text}](https://evil.example)").html


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("https://bank.example/", "mailto:a@evil.example", "evil.example"), ("here", "mailto:a@evil.example", ""),
        ("support@bank.example", "mailto:a@evil.example", "evil.example"), ("a@b.example", "mailto:c@b.example", ""),
        ("a@b.example", "mailto:a@b.example,c@d.example", "b.example, d.example"), ("a.bc@d.example", "mailto:a.bc@d.example", ""),
        ("a@b.example", "mailto:a@b.example?BCC=c@d.example", "b.example, d.example"), ("a@b.example", "mailto:a%40b.example", ""),
    ],
)  # fmt: skip
def test_mail_to_another_host(text: str, url: str, shown: str) -> None:
    """The hosts of a mail's addresses, also of copies, are told of where the text names another."""
    html = render(f"[{text}]({url})").html
    assert f"</a> ({shown})" in html if shown else "</a></p>" in html


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("https://bank.example/login", "/logout", "/logout"), ("https://банк.рф", "a?b", "./a"), ("bank.example", "/a", ""),
        ("https://bank.example/", "bank.example", "./bank.example"), ("HTTPS://[::1]", "#a", "#md-a"),
        ("https://bank.example/", "/" + "a" * 100, "/" + "a" * 79 + "…"), ("like https://bank.example", "/a", ""),
    ],
)  # fmt: skip
def test_addresses_that_stay_here(text: str, url: str, shown: str) -> None:
    """The address of a host that leads within the page's own site shows where, never as a host."""
    html = render(f"[{text}]({url})").html
    assert f"</a> ({shown})" in html if shown else "</a></p>" in html


def test_true_host_is_shown() -> None:
    """The reader sees where a misleading link leads."""
    assert "good.example</a> (evil.example)" in render("[good.example](https://evil.example)").html


def test_bare_addresses_in_disguise() -> None:
    """So does a bare address with userinfo or a look-alike host; a usual one needs no more."""
    assert "</a> (evil.example)" in render("see https://good.example@evil.example/x").html
    assert "</a> (xn--ypal-43d9g.com)" in render("<https://раypal.com/>").html
    assert "(" not in render("https://web.archive.example/web/https://good.example/").html


def test_no_link_holds_another() -> None:
    """An address in a link's text is its text; a browser would close the outer link there."""
    html = render("[a <http://b.example> c](/d) [e](/f)").html
    assert html == '<p><a href="/d">a http://b.example c</a> <a href="/f">e</a></p>\n'


def test_hosts_in_long_texts_cost_no_more() -> None:
    """Nothing that one can write between brackets makes the look for hosts slow."""
    for text in ("a." * 50_000, "a-" * 50_000, "1." * 50_000, "//a" * 50_000, "\u0301\u0316" * 50_000,
                 "é." * 50_000, "例。com" * 20_000, "//@" * 30_000, "a\n.com" * 20_000, "\n" * 100_000):  # fmt: skip
        began = time.process_time()
        safety.is_misleading("https://evil.example", text)
        assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("url", "policy", "allowed"),
    [
        ("https://a.example/x", "any", True), ("https://a.example/x", "link", False), ("/x", "link", False),
        ("/x", "same-origin", True), ("x.png", "same-origin", True), ("//a.example/x", "same-origin", False),
        ("data:image/png,x", "same-origin", False), ("https://a.example/i/x", ("https://a.example/i/",), True),
        ("https://a.example/j", ("https://a.example/i/",), False), ("https://a.example.evil/", ("https://a.example",), False),
        ("https://a.example@evil/", ("https://a.example",), False), ("http://a.example/", ("https://a.example",), False),
        ("https://a.example/i/../j", ("https://a.example/i/",), False), ("https://a.example\\@b/", ("https://a.example",), False),
    ],
)  # fmt: skip
def test_images(url: str, policy: str | tuple[str, ...], allowed: bool) -> None:
    """Nothing is fetched unless its address, after parsing, lies where the policy says."""
    assert safety.is_image_allowed(url, policy) == allowed


def test_links_to_parts_of_the_text() -> None:
    """A fragment gets the prefix of our ids; what it already has, and the top, stay."""
    assert safety.own_fragment("#intro", "md-") == "#md-intro"
    assert safety.own_fragment("#md-intro", "md-") == "#md-intro"
    assert safety.own_fragment("#", "md-") == "#"
    assert safety.own_fragment("#top", "md-") == "#top"


def test_ids_never_collide() -> None:
    """Headings keep clear of the ids of equations and footnotes and of each other."""
    text = (
        "# eq-a\n\n# fn1\n\n# fnref1\n\n# a\n\n# a\n\n# a-1\n\n$$a\\label{a}$$\n\nb[^1]\n\n[^1]: c"
    )
    html = render(text).html
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids)) == 9
    assert {"md-eq-a", "md-fn1", "md-fnref1", "md-a", "md-a-1"} <= set(ids)


@pytest.mark.parametrize("length", [5, 79, 80, 81, 500])
def test_equal_headings_of_any_length_have_ids(length: int) -> None:
    """Thousands of equal headings: an id for each, at a cost that grows with their number."""
    text = f"# {'a' * length}\n\n" * 3_000
    ids = [heading.id for heading in render(text).headings]
    assert len(set(ids)) == 3_000
    assert ids[1] == f"md-{'a' * min(length, 80)}-1"


def test_languages_of_code_are_limited() -> None:
    """A class that the text chooses is one of code's languages, or none."""
    assert 'class="language-c++"' in render("```c++\na\n```").html
    for info in ('a"b', "<b>", "日本", "a" * 41):
        assert "class=" not in render(f"```{info}\na\n```").html
    assert "language-日本" in render("```日本\na\n```", Options.commonmark()).html
