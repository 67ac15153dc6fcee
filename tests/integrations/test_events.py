"""Answers as events: one writer, readers that come, go, wait and vanish; no server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from threading import Thread
from typing import Any

import pytest
from starlette.requests import Request

from bench.streams.reading import Page
from renderer import Options, render
from renderer.integrations import events as module
from renderer.integrations.events import Answer, Answers
from renderer.integrations.starlette import EventStream

TEXT = "# On $x$\n\nLet $a<b$[^1] and $\\color{red} y$.\n\n- one\n- two\n\n[^1]: note"
PARTS = [TEXT[start : start + 3] for start in range(0, len(TEXT), 3)]


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a thread: the one of a test may be inside the browser's event loop."""
    raised: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(asyncio.wait_for(work(), 60))
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=target)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


async def show(answer: Answer, page: Page, **options: Any) -> None:
    """Read to the end, by the rules of the wire."""
    async for data in answer.events(page.last_id, pace=0, **options):
        page.take(data.decode().removesuffix("\n\n"))


async def parts(*more: str) -> AsyncIterator[str]:
    for part in more or PARTS:
        yield part
        await asyncio.sleep(0)


def test_all_readers_end_with_one_rendering() -> None:
    """From the beginning, from the middle, after the end: the same HTML, once told the end."""

    async def work() -> None:
        answer, early, late, after = Answer(Options(id_prefix="a-")), Page(), Page(), Page()
        writing = asyncio.create_task(answer.run(parts()))
        reading = asyncio.create_task(show(answer, early))
        while not answer.text.startswith(TEXT[:40]):
            await asyncio.sleep(0)
        await asyncio.gather(writing, reading, show(answer, late))
        await show(answer, after)
        whole = render(TEXT, Options(id_prefix="a-"))
        for page in (early, late, after):
            assert (page.html, page.css, page.ended) == (whole.html, whole.css, {})
            assert page.events.count("end") == 1
            assert "reset" not in page.events
        assert after.events == ["message", "end"]
        assert (answer.text, answer.html, answer.readers) == (TEXT, whole.html, 0)

    run(work)


def test_reader_takes_up_where_it_left_off() -> None:
    """By the id of its last event, after every event; nothing is said twice."""

    async def work() -> None:
        answer, page = Answer(), Page()
        connections = 0
        for part in [*PARTS, None]:
            await (answer.end() if part is None else answer.write(part))
            async for data in answer.events(page.last_id, pace=0):
                page.take(data.decode().removesuffix("\n\n"))
                if page.html == answer.html:
                    break
            connections += 1
        assert page.html == render(TEXT).html
        assert connections == len(PARTS) + 1
        assert len(page.events) <= connections
        again = Page()
        again.last_id, again.values = page.last_id, dict(page.values)
        await show(answer, again)
        assert again.events == ["end"]

    run(work)


@pytest.mark.parametrize("last_id", ["0", "12", "99999999999999999", "-1", "x", "", "1" * 400, "١"])
def test_id_of_anybody_is_answered(last_id: str) -> None:
    """What is no number of ours leads to a whole answer, by reset where something is shown."""

    async def work() -> None:
        answer, page = Answer(), Page()
        await answer.run(parts())
        page.last_id = last_id
        page.values = {"stale": "<p>of another time</p>"} if last_id.isascii() else {}
        await show(answer, page)
        if "reset" in page.events:
            assert page.html == answer.html
        else:
            assert not module._ID.fullmatch(last_id)

    run(work)


def test_silence_is_broken_by_comments() -> None:
    """No proxy takes the connection for dead while the model thinks."""

    async def work() -> None:
        answer, page = Answer(), Page()
        await answer.write("so ")
        reading = asyncio.create_task(show(answer, page, heartbeat=0.01))
        while page.events.count("comment") < 3:
            await asyncio.sleep(0.01)
        await answer.end()
        await reading
        assert page.html == render("so ").html

    run(work)


def test_model_that_fails_leaves_a_whole_answer() -> None:
    """Readers get what there is, closed, and the end says that it was broken off."""

    async def failing() -> AsyncIterator[str]:
        yield "so **far"
        raise OSError("the model is gone")

    async def work() -> None:
        answer, page = Answer(), Page()
        with pytest.raises(OSError, match="gone"):
            await answer.run(failing())
        await show(answer, page)
        assert (page.html, page.ended) == (render("so **far").html, {"error": "interrupted"})
        await answer.end()
        with pytest.raises(ValueError, match="closed"):
            await answer.write("more")

    run(work)


def test_writer_may_be_cancelled_while_a_thread_renders() -> None:
    """The stream stays with one thread at a time, and readers get what it rendered."""

    async def work() -> None:
        answer, page = Answer(), Page()
        long = "word $x$ " * 4_000
        writing = asyncio.create_task(answer.run(parts(long, "never")))
        while answer._beside is None:
            await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        await show(answer, page)
        assert page.html == render(long).html
        assert page.ended == {"error": "interrupted"}

    run(work)


def test_long_rendering_leaves_the_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes more than some milliseconds is done in a thread, what is quick is not."""
    beside: list[int] = []
    genuine = asyncio.to_thread

    async def noted(work: Any, *arguments: Any) -> Any:
        beside.append(1)
        return await genuine(work, *arguments)

    async def work() -> None:
        monkeypatch.setattr(asyncio, "to_thread", noted)
        answer = Answer()
        for _ in range(300):
            await answer.write("word ")
        assert beside == []
        for _ in range(3_000):
            await answer.write("word ")
        assert 0 < len(beside) < 20
        await answer.end()
        assert answer.html == render("word " * 3_300).html

    run(work)


def test_slow_reader_gets_many_changes_in_one() -> None:
    """Nothing is queued for it: a thousand tokens later it is three events behind."""

    async def work() -> None:
        answer, page = Answer(), Page()
        reader = answer.events(pace=0)
        await answer.write("Begin ")
        page.take((await anext(reader)).decode().removesuffix("\n\n"))
        for number in range(1_000):
            await answer.write(f"and $x_{number}$ ")
        await answer.end()
        page.take((await anext(reader)).decode().removesuffix("\n\n"))
        assert page.html == answer.html
        await reader.aclose()
        assert answer.readers == 0

    run(work)


def test_reader_who_vanishes_leaves_nothing() -> None:
    """The response ends at the disconnect, not at the next event, and its task with it."""

    async def work() -> None:
        answer, sent = Answer(), []
        leave = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await answer.write("so ")
        scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": [], "path": "/"}
        response = EventStream(Request(scope), answer)
        before = len(asyncio.all_tasks())
        serving = asyncio.create_task(response(scope, receive, send))
        while len(sent) < 2:
            await asyncio.sleep(0)
        assert answer.readers == 1
        leave.set()
        await serving
        assert answer.readers == 0
        assert len(asyncio.all_tasks()) == before
        headers = dict(sent[0]["headers"])
        assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
        assert headers[b"cache-control"] == b"no-store"
        assert b"content-length" not in headers

    run(work)


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("a fault of ours")])
def test_send_that_fails_ends_the_response(error: Exception) -> None:
    """A connection that is lost is no error; any other is told."""

    async def work() -> None:
        answer = Answer()
        await answer.write("so ")

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        async def send(message: Any) -> None:
            raise error

        scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": [], "path": "/"}
        response = EventStream(Request(scope), answer)
        if isinstance(error, OSError):
            await response(scope, receive, send)
        else:
            with pytest.raises(ValueError, match="ours"):
                await response(scope, receive, send)
        assert answer.readers == 0

    run(work)


def test_answers_are_kept_by_key_and_forgotten() -> None:
    """One task each; after the end they stay for late readers, and go after that."""

    async def work() -> None:
        answers = Answers(keep=0.01)
        first = answers.start("a", parts(), Options(id_prefix="a-"))
        with pytest.raises(KeyError):
            answers.start("a", parts())
        assert answers["a"] is first
        assert list(answers) == [first]
        page = Page()
        await show(first, page)
        assert page.html == render(TEXT, Options(id_prefix="a-")).html
        while "a" in answers:
            await asyncio.sleep(0.01)
        assert len(answers) == 0

    run(work)


def test_failure_of_a_model_is_told_to_the_loop() -> None:
    """The application's handler hears of it; other answers go on."""

    async def failing() -> AsyncIterator[str]:
        yield "so"
        raise OSError("the model is gone")

    async def work() -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        answers = Answers()
        answers.start("bad", failing())
        good = answers.start("good", parts())
        while good.ended is None or not told:
            await asyncio.sleep(0.01)
        assert told[0]["message"] == "the answer 'bad' was broken off"
        assert (answers["bad"].ended, good.ended) == ("interrupted", "")

    run(work)


def test_application_that_ends_breaks_off_its_answers() -> None:
    """No task outlives it."""

    async def endless() -> AsyncIterator[str]:
        while True:
            yield "word "
            await asyncio.sleep(0.001)

    async def work() -> None:
        before = len(asyncio.all_tasks())
        answers = Answers()
        answer, page = answers.start("a", endless()), Page()
        reading = asyncio.create_task(show(answer, page))
        while not page.html:
            await asyncio.sleep(0.001)
        await answers.close()
        await reading
        assert page.ended == {"error": "interrupted"}
        assert len(asyncio.all_tasks()) == before

    run(work)
