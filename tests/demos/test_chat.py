"""The chat demo: a real server, a real browser, answers as they arrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
import uvicorn

from demos.chat.app import application
from demos.chat.recordings import recordings
from renderer import Options, render
from renderer.browser.session import Tab

NAME = "proof.zh"
OPTIONS = Options(highlight=True, lang="en")
DONE = "() => document.querySelector('.answer') && !document.querySelector('[data-live]')"
BARE = """(html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const each of template.content.querySelectorAll(".math[data-tex]")) {
    each.replaceWith(`{${each.localName} ${each.dataset.tex}}`); }
  template.content.normalize();
  return template.innerHTML; }"""
TYPESET = """async () => {
  await mathward.typesetAll();
  const all = [...document.querySelectorAll(".math[data-tex]")];
  return [all.length, all.filter(each => each.dataset.math === "typeset").length]; }"""


@pytest.fixture
def chat(request: pytest.FixtureRequest, cache: None) -> Iterator[str]:
    """The address of a running chat, with as many messages of before as the test wants."""
    app = application(getattr(request, "param", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def ask(tab: Tab, speed: str) -> None:
    tab.page.set_default_timeout(90_000)  # answers take their time, and machines of tests as well
    tab.page.select_option("#name", NAME)
    tab.page.check(f"input[value='{speed}']", force=True)
    tab.page.click("#send")


def test_an_answer_arrives_and_is_one_rendering(chat: str, open_page: Callable[..., Tab]) -> None:
    """The finished page is what ``render`` gives, every formula typeset, under a strict policy."""
    tab = open_page(chat)
    ask(tab, "at once")
    tab.page.wait_for_function(DONE)
    text = recordings()[NAME].text
    wanted = render(text, OPTIONS.updated({"id_prefix": "a1-"}))
    shown = tab.page.evaluate("() => document.querySelector('.answer').innerHTML")
    assert tab.page.evaluate(BARE, shown) == tab.page.evaluate(BARE, wanted.html)
    assert tab.page.evaluate(TYPESET) == [len(wanted.formulas)] * 2


def test_an_answer_is_stopped_and_asked_again(chat: str, open_page: Callable[..., Tab]) -> None:
    """Stop ends it as it stands, a reload shows the same, and Regenerate takes its place."""
    tab = open_page(chat)
    ask(tab, "normal")
    tab.page.wait_for_function("() => document.querySelectorAll('.answer .math').length > 2")
    tab.page.click("#send[aria-label=Stop]")
    tab.page.wait_for_function(DONE)
    text = "() => document.querySelector('.answer').textContent.trim()"
    said = tab.page.evaluate(text)
    whole = re.sub(r"\s", "", recordings()[NAME].text)
    assert 0 < len(said) < len(whole)
    tab.page.reload()
    assert tab.page.locator(".turn").count() == 1
    tab.page.check("input[value='at once']", force=True)
    tab.page.click(".again")
    tab.page.wait_for_function("() => document.querySelector('.turn').dataset.number === '2'")
    tab.page.wait_for_function(DONE)
    assert tab.page.locator(".turn").count() == 1
    assert len(tab.page.evaluate(text)) > len(said)


def test_a_reload_takes_an_answer_up(chat: str, open_page: Callable[..., Tab]) -> None:
    """Who reloads the page meanwhile sees the same answer go on."""
    tab = open_page(chat)
    ask(tab, "fast")
    tab.page.wait_for_function("() => document.querySelectorAll('.answer .math').length > 2")
    tab.page.reload()
    tab.page.wait_for_function(DONE)
    count = len(render(recordings()[NAME].text, OPTIONS).formulas)
    assert tab.page.evaluate(TYPESET) == [count, count]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("chat", [3], indirect=True)
def test_messages_of_before_are_there(chat: str, open_page: Callable[..., Tab], width: int) -> None:
    """They are shown whole, ids apart, and no page is wider than its window."""
    tab = open_page(chat, viewport={"width": width, "height": 800})
    found = tab.page.evaluate(
        """() => { const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
        return [document.querySelectorAll(".answer").length, ids.length - new Set(ids).size,
                document.documentElement.scrollWidth]; }"""
    )
    assert found == [3, 0, width]
