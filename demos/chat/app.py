"""The application: one conversation, shown whole at first and answered by events.

GET  /                       the page, with what was said before
POST /answers                {"name", "speed", "instead"}: ask; says which answer comes
GET  /answers/{number}       its events, from where the browser left off
POST /answers/{number}/stop  no more of it
POST /clear                  begin anew
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from renderer import Document
from renderer.integrations.events import Answers
from renderer.integrations.starlette import EventStream, Mathward

from .recordings import SPEEDS, Model, Recording, recordings

_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src-elem 'self' 'unsafe-inline'",  # MathJax's rules
            "style-src-attr 'none'",
            "font-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "worker-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
}


@dataclass(slots=True)
class Turn:
    """A question with its answer, of which ``document`` is there once it is finished."""

    number: int
    recording: Recording
    model: Model | None = None
    document: Document | None = None


class Chat:
    """The conversation, with the answers that are being written."""

    def __init__(self, mathward: Mathward, history: int) -> None:
        self.mathward = mathward
        self.recordings = recordings()
        self.answers = Answers()
        self.turns: dict[int, Turn] = {}
        self._numbers = itertools.count(1)
        for recording in itertools.islice(itertools.cycle(self.recordings.values()), history):
            turn = self._turn(recording)
            turn.document = mathward.render(recording.text, _prefix(turn.number))

    def ask(self, name: str, speed: str, instead: int = 0) -> Turn:
        """A question, perhaps ``instead`` of an earlier one; its answer begins to be written."""
        self.turns.pop(instead, None)
        turn = self._turn(self.recordings[name])
        turn.model = Model(turn.recording.text, speed)
        options = self.mathward.web.options.updated({"id_prefix": _prefix(turn.number)})
        self.answers.start(turn.number, aiter(turn.model), options)
        return turn

    def clear(self) -> None:
        """Forget all that was said."""
        for turn in self.turns.values():
            if turn.model:
                turn.model.stop()
        self.turns.clear()

    def shown(self) -> list[Turn]:
        """All turns, those that have ended with their documents."""
        for turn in self.turns.values():
            if turn.document is None and turn.model and self._has_ended(turn.number):
                turn.document = self.mathward.render(turn.model.said, _prefix(turn.number))
        return list(self.turns.values())

    def _has_ended(self, number: int) -> bool:
        """Answers that ended a while ago are forgotten."""
        return number not in self.answers or self.answers[number].ended is not None

    def _turn(self, recording: Recording) -> Turn:
        turn = Turn(next(self._numbers), recording)
        self.turns[turn.number] = turn
        return turn


def _prefix(number: int) -> str:
    return f"a{number}-"


def application(history: int = 0) -> Starlette:
    """The demo; it begins with ``history`` messages from before."""
    mathward = Mathward({"theme": "plain", "highlight": True, "lang": "en"})
    chat = Chat(mathward, history)
    templates = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined
    )

    async def page(request: Request) -> Response:
        turns = chat.shown()
        documents = [turn.document for turn in turns if turn.document]
        html = templates.get_template("page.html.j2").render(
            head=mathward.head(request, *documents, live=True, stream=True),
            turns=turns,
            recordings=chat.recordings.values(),
            speeds=SPEEDS,
        )
        return HTMLResponse(html, headers=_HEADERS)

    async def ask(request: Request) -> Response:
        asked = await request.json()
        name, speed = asked.get("name"), asked.get("speed", "normal")
        if name not in chat.recordings or speed not in SPEEDS:
            raise HTTPException(400)
        turn = chat.ask(name, speed, asked.get("instead") or 0)
        return JSONResponse({"number": turn.number, "question": turn.recording.question})

    async def answer(request: Request) -> Response:
        number = _known(request, chat)
        return EventStream(request, chat.answers[number])

    async def stop(request: Request) -> Response:
        model = chat.turns[_known(request, chat)].model
        if model:
            model.stop()
        return Response(status_code=204)

    async def clear(_request: Request) -> Response:
        chat.clear()
        return Response(status_code=204)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await chat.answers.close()

    return Starlette(
        routes=[
            Route("/", page),
            Route("/answers", ask, methods=["POST"]),
            Route("/answers/{number:int}", answer),
            Route("/answers/{number:int}/stop", stop, methods=["POST"]),
            Route("/clear", clear, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
            mathward.mount("/mathward"),
        ],
        lifespan=lifespan,
    )


def _known(request: Request, chat: Chat) -> int:
    """The number of an answer; those of before are no streams any more."""
    number: int = request.path_params["number"]
    if number not in chat.answers or number not in chat.turns:
        raise HTTPException(404)
    return number
