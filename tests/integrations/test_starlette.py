"""Starlette: head tags and static files by its test client, streams by a real uvicorn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from bench.streams.load import load
from bench.streams.reading import Page, read
from bench.streams.serving import server, text_of
from renderer import Options, render
from renderer.browser.session import Tab
from renderer.editions import edition_of, install_edition, looks
from renderer.integrations.starlette import Mathward

from .conftest import HOSTILE, addresses, check_static, head_of
from .test_events import run

PAGE = """<!doctype html><html lang="en"><head><title>t</title>
{{ head }}</head><body>{{ document }}</body></html>"""


class Client:
    """Asks an application without a server."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        found: list[httpx.Response] = []

        async def ask() -> None:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                found.append(await client.get(path, headers=headers))

        run(ask)
        return found[0]


def client_of(settings: dict[str, object] | None = None) -> Client:
    mathward = Mathward(settings)

    async def page(request: Request) -> Response:
        document = mathward.render(HOSTILE)
        head = mathward.head(request, document, nonce="n")
        filled = Environment(autoescape=True).from_string(PAGE)
        return HTMLResponse(filled.render(head=head, document=document))

    routes = [Route("/", page), mathward.mount("/static/math")]
    return Client(Starlette(routes=[Mount("/below", routes=routes)]))


def test_page_has_a_whole_head_and_a_document_without_safe() -> None:
    """Jinja2 with autoescape inserts a Document as it is; addresses follow the mount."""
    html = client_of().get("/below/").text
    tags = head_of(html)
    base = f"/below/static/math/{edition_of(looks())}"
    assert addresses(tags)[0] == f"{base}/fragment.css"
    assert addresses(tags)[-1] == f"{base}/mathward.js"
    assert all(tag.attributes.get("nonce") == "n" for tag in tags if tag.name != "title")
    assert render(HOSTILE).html in html
    assert "<script>alert" not in html


def test_static_files_have_types_and_may_be_kept(tmp_path: Path) -> None:
    """Types, caching and refusals, from the package and from a folder of the application's."""
    install_edition(tmp_path, looks())
    choices: list[dict[str, object]] = [{}, {"folder": str(tmp_path)}]
    for settings in choices:
        client = client_of(settings)

        def get(path: str, client: Any = client) -> tuple[int, dict[str, str], bytes]:
            response = client.get(path)
            return response.status_code, dict(response.headers), response.content

        address = f"/below/static/math/{edition_of(looks())}"
        check_static(get, address)
        known = {"If-None-Match": client.get(f"{address}/mathward.js").headers["etag"]}
        assert client.get(f"{address}/mathward.js", headers=known).status_code == 304


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server(PAUSE="0.001", KEEP="60") as address:
        yield address


def test_answer_cut_off_and_resumed_over_http_is_exact(url: str) -> None:
    """Hung up three times in the middle, taken up by Last-Event-ID: the very HTML, no reset."""

    async def work() -> None:
        page = Page()
        for _ in range(3):
            await read(f"{url}/answers/7", page, until=len(page.events) + 3)
            assert page.ended is None
        await read(f"{url}/answers/7", page)
        whole = render(text_of("7"), Options(id_prefix="a7-"))
        assert (page.html, page.css, page.ended) == (whole.html, whole.css, {})
        assert "reset" not in page.events
        assert page.events.count("message") > 6

    run(work)


_SHOW = """() => {
  const shown = (window.shown = { values: new Map(), opened: 0, ended: false });
  const source = new EventSource("/answers/browser");
  const take = ({ data }) => {
    for (const { op, key, html } of JSON.parse(data).patches) {
      if (op === "drop") shown.values.delete(key);
      else shown.values.set(key, op === "set" ? html : shown.values.get(key) + html);
    }
    document.querySelector("#answer").innerHTML = [...shown.values.values()].join("");
  };
  source.onopen = () => (shown.opened += 1);
  source.onmessage = take;
  source.addEventListener("reset", (event) => { shown.values.clear(); take(event); });
  source.addEventListener("end", () => { source.close(); shown.ended = true; });
}"""


def test_browser_shows_an_answer_and_typesets_it(url: str, open_page: Callable[..., Tab]) -> None:
    """The page of head tags and an EventSource: in the end the one-shot HTML, every formula drawn."""
    tab = open_page(url)
    tab.page.evaluate(_SHOW)
    tab.page.wait_for_function("() => shown.ended", timeout=60_000)
    whole = render(text_of("browser"), Options(id_prefix="abrowser-"))
    got = tab.page.evaluate("() => [...shown.values.values()].join('')")
    assert got == whole.html
    tab.page.evaluate("() => mathward.typesetAll()")
    states = tab.page.eval_on_selector_all("[data-tex]", "all => all.map(e => e.dataset.math)")
    assert states == ["typeset"] * len(whole.formulas)


def check_load(streams: int, rounds: int) -> None:
    """Rounds of readers of all kinds at one server; nothing of a round is left after it."""
    with server(PAUSE="0.005", KEEP="0.2") as address:
        seen = [
            asyncio.run(asyncio.wait_for(load(address, streams, f"{number}x"), 1200))
            for number in range(rounds)
        ]
    for each in seen:
        assert each.wrong == []
        assert each.resumed == streams // 4
        after = each.states["after"]
        assert (after["answers"], after["readers"]) == (0, 0)
        assert after["tasks"] <= each.states["before"]["tasks"]
        assert each.each < 1_000_000
    # What the first round needs stays with the process; the later ones may add next to nothing.
    grown = seen[-1].states["after"]["rss"] - seen[0].states["after"]["rss"]
    assert grown < streams * 20_000 + 4_000_000


def test_twenty_streams_leave_nothing_behind() -> None:
    """Steady, slow, cut off and vanished readers: all right in the end, and all gone."""

    async def work() -> None:
        await asyncio.to_thread(check_load, 20, 2)

    run(work)


@pytest.mark.heavy
def test_two_hundred_streams_leave_nothing_behind() -> None:
    """The same with as many as one process is likely to have."""

    async def work() -> None:
        await asyncio.to_thread(check_load, 200, 3)

    run(work)
