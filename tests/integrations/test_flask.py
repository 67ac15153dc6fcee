"""Flask: filter, head tags and static files, by the framework's own test client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from werkzeug.serving import make_server

from renderer import OptionError, render
from renderer.browser.session import Tab
from renderer.editions import edition_of, install_edition, looks
from renderer.integrations.flask import Mathward

from .conftest import HOSTILE, addresses, check_static, head_of

PAGE = """<!doctype html><html lang="en"><head><title>t</title>
{{ mathward_head(*documents, nonce=g.nonce) }}</head><body>
<main>{% for text in texts %}{{ text|mathward("a%d-" % loop.index, g.nonce) }}{% endfor %}
{% for each in documents %}{{ each }}{% endfor %}</main></body></html>"""
TEXTS = [
    "One[^1] $E=mc^2$\n\n[^1]: note",
    "Two[^1]\n\n$$\\color{teal} a<b$$\n\n[^1]: note",
    HOSTILE,
]
POLICY = (
    "default-src 'none'; style-src-elem 'self' 'unsafe-inline'; style-src-attr 'none'; "
    "script-src 'nonce-{}' 'strict-dynamic'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


def app_of(texts: list[str] | None = None, documents: Any = (), **config: Any) -> Flask:
    app = Flask(__name__)
    app.config["MATHWARD"] = config
    Mathward(app)

    @app.before_request
    def make_nonce() -> None:
        g.nonce = token_urlsafe(16)

    @app.get("/")
    def page() -> Any:
        html = render_template_string(PAGE, texts=texts or [], documents=documents)
        return html, {"Content-Security-Policy": POLICY.format(g.nonce)}

    return app


def test_page_has_texts_without_safe_and_a_whole_head() -> None:
    """The filter's HTML is not escaped again, a hostile text is; ids of two texts never meet."""
    html = app_of(TEXTS).test_client().get("/").get_data(as_text=True)
    tags = head_of(html)
    assert len([tag for tag in tags if tag.attributes.get("nonce")]) == len(tags) - 1
    assert render(TEXTS[0]).formulas[0].data_tex in html
    assert 'id="a1-fn1"' in html
    assert 'id="a2-fn1"' in html
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html


def test_document_in_a_template_is_markup() -> None:
    """A Document goes into a page of Flask's as it is."""
    document = render("**so** $a<b$")
    html = app_of(documents=[document]).test_client().get("/").get_data(as_text=True)
    assert document.html in html


def test_page_of_documents_without_formula_loads_nothing() -> None:
    """The head knows the documents: no formula, no script."""
    html = app_of(documents=[render("plain")]).test_client().get("/").get_data(as_text=True)
    assert addresses(head_of(html)) == [f"/mathward/{edition_of(looks())}/fragment.css"]


def test_static_files_have_types_and_may_be_kept(tmp_path: Path) -> None:
    """Types, caching and refusals, from the package and from a folder of the application's."""

    def get(path: str) -> tuple[int, dict[str, str], bytes]:
        with client.get(path) as response:
            headers = {name.lower(): value for name, value in response.headers}
            return response.status_code, headers, response.data

    install_edition(tmp_path, looks())
    configs: list[dict[str, Any]] = [{}, {"folder": str(tmp_path)}]
    for config in configs:
        client = app_of(**config).test_client()
        check_static(get, f"/mathward/{edition_of(looks())}")
        address = f"/mathward/{edition_of(looks())}/mathward.js"
        with client.get(address) as response:
            known = {"If-None-Match": response.headers["ETag"]}
        with client.get(address, headers=known) as response:
            assert response.status_code == 304


def test_application_below_a_path_and_with_a_prefix_of_its_own() -> None:
    """Addresses follow SCRIPT_NAME and the setting url_prefix."""
    app = app_of(["$x$"], url_prefix="/static/math")
    html = app.test_client().get("/", base_url="http://localhost/below").get_data(as_text=True)
    assert addresses(head_of(html))[0].startswith("/below/static/math/")


def test_wrong_setting_is_told_at_the_start() -> None:
    """Not in the middle of a request."""
    with pytest.raises(OptionError, match="did you mean numbering"):
        app_of(numbring="all")


def test_page_holds_under_a_policy_with_a_nonce(open_page: Callable[..., Tab]) -> None:
    """In a browser, under 'strict-dynamic': typeset by MathJax, and nothing is violated."""
    server = make_server("127.0.0.1", 0, app_of(TEXTS), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        tab = open_page(f"http://127.0.0.1:{server.port}/")
        tab.page.evaluate("() => mathward.typesetAll()")
        states = tab.page.eval_on_selector_all(
            ".math[data-tex]", "all => all.map(each => each.dataset.math)"
        )
        assert states == ["typeset"] * 3
        assert (
            tab.page.evaluate(
                "() => new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
            )
            == tab.page.locator("[id]").count()
        )
        tab.catch_up()
        assert tab.errors == []
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
