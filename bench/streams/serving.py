"""A server of answers that are "written" at a steady pace, in a process of its own.

``python -m bench.streams.serving`` prints its port; ``/answers/KEY`` begins an answer or takes it
up again, ``/state`` counts tasks, readers and bytes.  ``PAUSE`` (seconds between two tokens) and
``KEEP`` (seconds for which an ended answer is kept) come from the environment.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from renderer import Options
from renderer.integrations.events import Answers
from renderer.integrations.starlette import EventStream, Mathward

ROOT = Path(__file__).parents[2]
TOKEN = 12  # characters
PAGE = """<!doctype html><html lang="en"><head><title>answer</title><link rel="icon" href="data:,">
{head}</head><body><main id="answer"></main></body></html>"""


_STEP = (
    "{n}. Since $a_{n}^{{{key}}} < b_{{{n}}}$, **step {n}** holds by \\eqref{{e{n}}}.\n\n"
    "\\begin{{equation}}\\label{{e{n}}}"
    " \\sum_{{k=1}}^{{{n}}} k^2 = \\frac{{{n}}}{{6}} \\end{{equation}}\n"
)


def text_of(key: str) -> str:
    """A model's answer of about 2 kB, another for each key."""
    steps = "\n".join(_STEP.format(n=n, key=key) for n in range(1, 9))
    return (
        f"## Answer {key}\n\nLet $\\color{{teal}} x_{{{key}}}$ be given[^1].\n\n{steps}\n\n"
        "[^1]: A note.\n"
    )


async def written(text: str, pause: float) -> AsyncIterator[str]:
    for start in range(0, len(text), TOKEN):
        yield text[start : start + TOKEN]
        await asyncio.sleep(pause)


def application() -> Starlette:
    """``/answers/KEY`` starts an answer or takes it up again; ``/state`` counts what there is."""
    answers = Answers(keep=float(os.environ.get("KEEP", "300")))
    mathward = Mathward()
    pause = float(os.environ.get("PAUSE", "0.005"))

    async def answer(request: Request) -> Response:
        key = request.path_params["key"]
        if key not in answers:
            answers.start(key, written(text_of(key), pause), Options(id_prefix=f"a{key}-"))
        heartbeat = float(request.query_params.get("heartbeat", "15"))
        return EventStream(request, answers[key], heartbeat=heartbeat)

    async def state(request: Request) -> Response:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return JSONResponse(
            {
                "answers": len(answers),
                "readers": sum(answer.readers for answer in answers),
                "tasks": len(asyncio.all_tasks()),
                "rss": pages * os.sysconf("SC_PAGE_SIZE"),
                "cpu": time.process_time(),
            }
        )

    async def ping(request: Request) -> Response:
        return Response("pong")

    async def page(request: Request) -> Response:
        return HTMLResponse(PAGE.format(head=mathward.head(request, live=True)))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await answers.close()

    routes = [
        Route("/", page),
        Route("/answers/{key}", answer),
        Route("/state", state),
        Route("/ping", ping),
        mathward.mount("/mathward"),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


@contextmanager
def server(**environ: str) -> Iterator[str]:
    """The address of a server that runs as long as the block."""
    command = [sys.executable, "-m", "bench.streams.serving"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    with subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            port = run.stdout.readline() if run.stdout else ""
            yield f"http://127.0.0.1:{int(port)}"
        finally:
            run.terminate()
            run.communicate(timeout=30)


def main() -> None:
    import socket

    import uvicorn

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(application(), log_level="warning", timeout_graceful_shutdown=2)
        uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
