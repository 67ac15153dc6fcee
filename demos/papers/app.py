"""The list as a web application: a page of 25, batches of 25 more, a summary for each paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from renderer import Document, Options, render
from renderer.integrations.starlette import Mathward

from .stock import Paper, papers

BATCH: Final = 25
_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; style-src-elem 'self' 'unsafe-inline'; "
    "style-src-attr 'none'; script-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self' blob:; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def application(extra: Sequence[BaseRoute] = ()) -> Starlette:
    """The list; ``extra`` routes are a test's."""
    mathward = Mathward()
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def filled(name: str, **context: object) -> Response:
        return HTMLResponse(templates.get_template(name).render(context), headers=_HEADERS)

    def page(request: Request) -> Response:
        first = _number(request, "from", 1)
        context = _batch(first)
        return filled("page.html.j2", head=mathward.head(request, live=True), **context)

    def more(request: Request) -> Response:
        return filled("entries.html.j2", **_batch(_number(request, "from", 1)))

    def summary(request: Request) -> Response:
        paper = _paper(request)
        return filled("summary.html.j2", summary=_rendered(paper, paper.summary, "s"))

    routes: list[BaseRoute] = [
        Route("/", page),
        Route("/more", more),
        Route("/papers/{number:int}/summary", summary),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
        mathward.mount("/mathward"),
        *extra,
    ]
    return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])


def _batch(first: int) -> dict[str, object]:
    """What the templates need for the papers from number ``first`` on."""
    everything = papers()
    shown = everything[first - 1 : first - 1 + BATCH]
    entries = [
        {
            "paper": paper,
            "title": _rendered(paper, f"## {paper.title}", "t"),
            "abstract": _rendered(paper, paper.abstract, "a"),
        }
        for paper in shown
    ]
    following = first + len(shown)
    return {
        "entries": entries,
        "total": len(everything),
        "next": following if following <= len(everything) else 0,
    }


def _rendered(paper: Paper, text: str, part: str) -> Document:
    """A text of a paper; no id of it meets one of another."""
    return render(text, replace(_OPTIONS, id_prefix=f"p{paper.number}{part}-", lang=paper.lang))


_OPTIONS: Final = Options(heading_ids=False)


def _number(request: Request, name: str, default: int) -> int:
    value = request.query_params.get(name, str(default))
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= len(papers())):
        raise HTTPException(404)
    return int(value)


def _paper(request: Request) -> Paper:
    number = int(request.path_params["number"])
    if not 1 <= number <= len(papers()):
        raise HTTPException(404)
    return papers()[number - 1]
