"""FastAPI: the helpers of Starlette in its routes, asked without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from renderer import Options, render
from renderer.editions import edition_of, looks
from renderer.integrations.events import Answers
from renderer.integrations.starlette import EventStream, Mathward

from .conftest import HOSTILE, addresses, head_of, html_of_events
from .test_events import run

TOKENS = ["Let ", "$a", "<b$", " and\n\n", "$$x^", "2$$", "\n"]


async def model() -> AsyncIterator[str]:
    for token in TOKENS:
        yield token


def app_of(answers: Answers) -> FastAPI:
    mathward = Mathward({"highlight": True})
    app = FastAPI()
    app.router.routes.append(mathward.mount("/mathward"))

    @app.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> str:
        document = mathward.render(HOSTILE)
        head = mathward.head(request, document, stream=True)
        return f"<!doctype html><html><head><title>t</title>{head}</head><body>{document}</body></html>"

    @app.post("/answers/{key}", status_code=202)
    async def ask(key: str) -> None:
        answers.start(key, model(), Options(id_prefix=f"a{key}-"))

    @app.get("/answers/{key}")
    async def follow(request: Request, key: str) -> EventStream:
        return EventStream(request, answers[key])

    return app


def test_page_static_files_and_an_answer() -> None:
    """One application serves the page, what its head asks for, and the very HTML as events."""

    async def work() -> None:
        answers = Answers()
        transport = httpx.ASGITransport(app=app_of(answers))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            page = (await client.get("/")).text
            assert render(HOSTILE).html in page
            found = addresses(head_of(page))
            assert found[0].startswith(f"/mathward/{edition_of(looks())}/")
            assert [(await client.get(each)).status_code for each in found] == [200] * len(found)
            assert (await client.post("/answers/7")).status_code == 202
            events = await client.get("/answers/7")
            assert events.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert (
                html_of_events(events.text)
                == render("".join(TOKENS), Options(id_prefix="a7-")).html
            )
        await answers.close()

    run(work)
