"""What the browser makes of addresses, and what we think it makes of them."""

from __future__ import annotations

from itertools import product

from playwright.sync_api import Browser

from renderer import safety
from renderer.browser.session import open_tab

HOSTS = """
a.example EXAMPLE.com a_b.c 1.2.3.4 999.1.1.1 1.2.3 1.2.3.4.5 0x7f.1 0x 08.1 256 4294967296 4294967295 1.256
[::1] [::g] [::1%25eth] [1.2.3.4] [] [ ] a%20b a%2eb a%00b a%40b xn--mnchen-3ya m%C3%BCnchen.de 例え.jp javascript
a..b .a . .. -a a! a'b a(b) a;b a=b a+b a`b a{b} a|b a^b a"b a<b a%zz a%2 1.2.3.4. 1.. 0 00 １.2.3.4 %31.2.3.4
1.2.3.a 1.a.2 a.1 a.0x1 foo.09 %
""".split()
PORTS = ["", ":", ":80", ":080", ":65535", ":65536", ":99999", ":a", ":-1", ":__x('y')"]
SCHEMES = ["http://", "https:", "//", "HTTP:\\\\", "http:///"]
USERS = ["", "u@", "u:p@", "javascript:@"]
_READ = """(urls) => urls.filter((url) => {
  try { return new URL(url, "ftp://base.example/"); } catch { return null; }
})"""


def test_no_link_leads_to_an_empty_page(browser: Browser) -> None:
    """An address that the browser cannot read, and leaves the page for nothing, is no link."""
    urls = ["".join(parts) + "/" for parts in product(SCHEMES, USERS, HOSTS, PORTS)]
    with open_tab(browser) as tab:
        tab.page.goto("about:blank")
        readable = set(tab.page.evaluate(_READ, urls))
    assert [url for url in urls if safety.is_safe_link(url) and url not in readable] == []
    refused = {url for url in readable if not safety.is_safe_link(url)}
    assert {url for url in refused if "a%20b" not in url} == set()
