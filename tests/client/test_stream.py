"""Answers that arrive piece by piece: what is shown, what stays, and where the reader stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import Stream, render
from renderer.browser.session import Tab

from ..cutting import pieces
from ..test_stream import ANSWERS, TRAPS
from .conftest import Lab

Message = dict[str, Any]

HELPERS = """<script>
/** The page's HTML as the server wrote it: without what the client and typesetting left. */
window.plain = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  for (const formula of content.querySelectorAll(".math[data-tex]")) {
    const { dataset, id, localName } = formula;
    const name = [...formula.classList].filter(each => each !== "math-wide").sort().join(" ");
    formula.replaceWith(`{${localName} ${name} #${id} ${dataset.tex}}`);
  }
  for (const each of content.querySelectorAll("[translate]")) {
    for (const name of ["aria-busy", "aria-live", "translate"]) each.removeAttribute(name);
    each.classList.remove("notranslate");
    if (!each.className) each.removeAttribute("class");
  }
  content.normalize();
  return template.innerHTML;
};
window.box = () => document.querySelector("#box");
window.until = async (holds) => {
  for (const end = Date.now() + 30000; !holds(); await new Promise(go => setTimeout(go, 5)))
    if (Date.now() > end) throw new Error(`never: ${holds}`);
};
window.typeset = new Map();
addEventListener("mathward:typeset", ({ target, detail }) =>
  typeset.set(detail.tex, (typeset.get(detail.tex) ?? 0) + 1));
</script>"""

OPEN = """async (options) => {
  const { stream } = await import("./client/stream.js");
  const { rest } = await import("./client/rest.js");
  Object.assign(window, { stream, rest, answer: stream(box(), options ?? {}) }); }"""

FRAMES = "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go))))"


def messages(text: str, longest: int = 12, *, closed: bool = True) -> list[Message]:
    """What a server sends while ``text`` arrives."""
    stream, css, found = Stream(), "", []
    steps: list[Callable[[], Any]] = [
        partial(stream.feed, piece) for piece in pieces(text, 1, longest)
    ]
    for step in [*steps, stream.close] if closed else steps:
        message: Message = {"patches": step()}
        if stream.css != css:
            message["css"] = css = stream.css
        if message["patches"]:
            found.append(message)
    return found


@pytest.fixture
def page(lab: Lab) -> Page:
    """A page with a container, a stream into it, and a typesetter that draws at once."""
    opened = lab.open('<main id="box"></main>', HELPERS)
    opened.evaluate(OPEN)
    opened.evaluate(
        "() => { window.fake = new Fake(false); start(document, { typesetter: fake }); }"
    )
    return opened


# What is shown and what was said, after each message and at the end.
WALK = """([messages, wanted]) => {
  const values = new Map(), wrong = [];
  const compare = (said) => {
    const [shown, meant] = [plain(box().innerHTML), plain(said)];
    if (shown !== meant) wrong.push([shown, meant]);
  };
  for (const message of messages) {
    for (const { op, key, html } of message.patches) {
      if (op === "drop") values.delete(key);
      else values.set(key, op === "set" ? html : values.get(key) + html);
    }
    answer.apply(message);
    compare([...values.values()].join(""));
  }
  answer.close();
  compare(wanted);
  return wrong[0]; }"""

TEXT = r"""# Title $t$

First with $a$ and $b$, then $a$ again.

- one $c$
- two

  more $$d$$

| a | b |
|---|---|
| $e$ | x |

```python
x = "$no$"
```

> quoted $f$
> more

$$
g = \frac12
$$

End with \eqref{late}, and $h$.

$$ i \label{late} $$
"""


@pytest.mark.parametrize("longest", [1, 7, 60])
def test_at_every_moment_the_page_shows_what_was_said(page: Page, longest: int) -> None:
    """However it was cut: the values joined, and in the end the answer rendered at once."""
    assert page.evaluate(WALK, [messages(TEXT, longest), render(TEXT).html]) is None


@pytest.mark.parametrize("longest", [1, 5])
def test_traps_are_shown_as_one_rendering(page: Page, longest: int) -> None:
    """Lists that turn loose, late definitions, unclosed formulas, footnotes, raw HTML."""
    for text in TRAPS:
        page.evaluate(OPEN)
        found = page.evaluate(WALK, [messages(text, longest), render(text).html])
        assert found is None, text


NAMES = [
    pytest.param(path.stem, marks=() if path.stem == "proof.zh" else pytest.mark.heavy)
    for path in ANSWERS
]


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_shown_as_one_rendering(page: Page, root: Path, name: str) -> None:
    """Real answers, at every moment and in the end."""
    text = (root / "fixtures" / "answers" / f"{name}.md").read_text("utf-8")
    assert page.evaluate(WALK, [messages(text, 150), render(text).html]) is None


# --- what stays ----------------------------------------------------------------------------------

STEPS = """async ([messages, look]) => {
  const see = (0, eval)(look);
  for (const message of messages) { answer.apply(message); await see(message); }
  answer.close();
  await see(); }"""


def test_finished_blocks_are_never_touched_again(page: Page) -> None:
    """What is no longer open stays the same nodes, and nothing in them changes."""
    page.evaluate(
        """() => { window.seen = new Set(); window.touched = [];
        const observer = new MutationObserver(records => records.forEach(({ target }) => {
          if (!(target.parentElement?.closest(".math") || target.closest?.(".math")))
            touched.push(target.outerHTML ?? target.data); }));
        window.watch = each => observer.observe(each,
          { subtree: true, childList: true, characterData: true, attributes: true }); }"""
    )
    page.evaluate(
        STEPS,
        [
            messages(TEXT.split("End with")[0]),
            """() => { for (const each of box().children) {
              if (each.matches("[aria-busy], .math-pending") || seen.has(each)) continue;
              seen.add(each);
              watch(each); } }""",
        ],
    )
    page.evaluate(FRAMES)
    found = page.evaluate(
        "() => [seen.size, box().children.length, [...seen].every(e => e.isConnected), touched]"
    )
    assert found == [7, 7, True, []]


TURN = "() => new Promise(go => requestAnimationFrame(() => setTimeout(go)))"


def test_each_formula_is_typeset_once(page: Page) -> None:
    """Also those in a block that is rendered again and again, and in a list that turns loose."""
    page.evaluate(STEPS, [messages(TEXT, 4), TURN])
    page.wait_for_function("() => !document.querySelector('.math[data-tex]:not([data-math])')")
    asked = page.evaluate("() => fake.asked.sort()")
    assert asked == sorted(formula.data_tex for formula in render(TEXT).formulas)
    assert page.evaluate("() => [...typeset.values()].reduce((a, b) => a + b)") == len(asked)


def test_a_formula_is_typeset_while_its_block_is_open(page: Page) -> None:
    """It is there before the message ends, and is the same node when the block is finished."""
    first, *others = messages("so $x$ and words, words, words.\n\nnext words\n", 6)
    page.evaluate("message => answer.apply(message)", first)
    shown = page.evaluate(
        """async (messages) => { let early;
        for (const message of messages) { answer.apply(message);
          const formula = box().querySelector(".math");
          if (formula && !early) { early = formula;
            await until(() => early.dataset.math); }
          if (early && early !== formula) return "another"; }
        answer.close();
        return [early === box().querySelector(".math"), early.closest("[aria-busy]") === null]; }""",
        others,
    )
    assert shown == [True, True]


def test_a_display_that_gets_company_keeps_its_drawing(page: Page) -> None:
    """Alone it is a div, with text behind it a span; it is typeset once all the same."""
    found = page.evaluate(
        """async ([alone, joined]) => {
        answer.apply({ patches: [{ op: "set", key: "0", html: alone }] });
        await until(() => box().querySelector("[data-math=typeset]"));
        answer.apply({ patches: [{ op: "set", key: "0", html: joined }] });
        await new Promise(go => requestAnimationFrame(() => setTimeout(go)));
        const formula = box().querySelector(".math");
        return [formula.localName, formula.dataset.math, fake.asked.length,
                formula.querySelectorAll(".math-drawing").length]; }""",
        [render("$$x$$").html, render("$$x$$ where").html.replace("</p>\n", "")],
    )
    assert found == ["span", "typeset", 1, 1]


def test_readers_keep_what_they_unfolded_scrolled_and_focused(page: Page) -> None:
    """When a block is finished its fold stays open, its code scrolled aside, its link focused."""
    found = page.evaluate(
        """() => {
        const open = (html, tail) => answer.apply({ patches: [{ op: "set", key: "0", html },
          { op: "set", key: "tail", html: `<span class="math-pending">${tail}` }] });
        const html = '<details><summary>a</summary><p><a href="#b">b</a></p><pre>' + "c".repeat(900);
        box().style.cssText = "overflow: hidden";
        open(html, "d"); document.querySelector("pre").style.overflow = "auto";
        document.querySelector("details").open = true;
        open(html, "e");
        const before = document.querySelector("details");
        document.querySelector("style").append("pre { overflow: auto }");
        document.querySelector("pre").scrollLeft = 50; document.querySelector("a").focus();
        answer.apply({ patches: [{ op: "drop", key: "tail" },
          { op: "append", key: "0", html: "</pre></details>\\n" },
          { op: "set", key: "1", html: "<p>next" }] });
        const after = document.querySelector("details");
        return [before !== after, after.open, document.querySelector("pre").scrollLeft,
                document.activeElement.textContent]; }"""
    )
    assert found == [True, True, 50, "b"]


@pytest.mark.parametrize("backwards", [False, True])
def test_what_the_reader_has_selected_stays_selected(page: Page, backwards: bool) -> None:
    """Over a formula and into the tail of a block, which is finished then."""
    found = page.evaluate(
        """([html, backwards]) => {
        answer.apply({ patches: [{ op: "set", key: "0", html },
          { op: "set", key: "tail", html: '<span class="math-pending"> and more' }] });
        const [first, last] = [box().querySelector("p").firstChild,
                               box().querySelector(".math-pending").firstChild];
        const ends = [first, 3, last, 6];
        getSelection().setBaseAndExtent(...(backwards ? [last, 6, first, 3] : ends));
        const before = String(getSelection());
        answer.apply({ patches: [{ op: "drop", key: "tail" },
          { op: "append", key: "0", html: " and more</p>" },
          { op: "set", key: "1", html: "<p>next" }] });
        const { anchorNode, focusNode, anchorOffset, focusOffset } = getSelection();
        return [before, String(getSelection()), [anchorNode, focusNode].every(e => box().contains(e)),
                last.isConnected, backwards ? focusOffset : anchorOffset]; }""",
        [render("so it $x$ is").html.replace("</p>\n", ""), backwards],
    )
    assert found == [found[0], found[0], True, False, 3]
    assert found[0].startswith("it")
    assert found[0].endswith("and m")


def test_focus_on_a_formula_stays(page: Page) -> None:
    """Who reads a formula by keyboard is not thrown out of it when its block is finished."""
    found = page.evaluate(
        """(html) => {
        answer.apply({ patches: [{ op: "set", key: "0", html }] });
        const box_ = box().querySelector(".math-box"); box_.tabIndex = 0; box_.focus();
        let left = 0; box_.addEventListener("blur", () => left += 1);
        answer.apply({ patches: [{ op: "append", key: "0", html: "</p>\\n" },
          { op: "set", key: "1", html: "<p>next" }] });
        return [document.activeElement === box_, left]; }""",
        render("so $x$ is").html.replace("</p>\n", ""),
    )
    assert found == [True, 0]


# --- the reader's place --------------------------------------------------------------------------

LONG = "\n\n".join(f"Paragraph {n} with $x_{n}$ and some more words in it." for n in range(60))
AT_END = "() => { const e = document.scrollingElement; return e.scrollHeight - e.scrollTop - innerHeight; }"


@pytest.mark.parametrize("inner", [False, True])
def test_reader_at_the_end_follows(lab: Lab, inner: bool) -> None:
    """The end stays in sight while text comes, in a page and in a box that scrolls."""
    style = "<style>section { height: 300px; overflow: auto }</style><section>" if inner else ""
    page = lab.open(f'{style}<main id="box"></main>', HELPERS)
    page.evaluate(OPEN)
    page.evaluate("() => start(document, { typesetter: new Fake(false) })")
    away = page.evaluate(
        f"""async (messages) => {{ let most = 0;
        const scroller = document.querySelector("section") ?? document.scrollingElement;
        for (const message of messages) {{ answer.apply(message); await ({FRAMES})();
          most = Math.max(most, scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight); }}
        return [most < 2, scroller.scrollTop > 500]; }}""",
        messages(LONG, 150),
    )
    assert away == [True, True]


def test_reader_who_scrolled_up_stays(page: Page) -> None:
    """What they read does not move while text comes, and at the end they follow again."""
    sent = messages(LONG, 150)
    half = len(sent) // 2
    walk = f"""async (messages) => {{
      for (const message of messages) {{ answer.apply(message); await ({FRAMES})(); }} }}"""
    page.evaluate(walk, sent[:half])
    page.mouse.move(100, 100)
    page.mouse.wheel(0, -400)
    page.wait_for_function(f"() => ({AT_END})() >= 300")
    place = page.evaluate("() => (window.seen = box().children[3]).getBoundingClientRect().top")
    page.evaluate(walk, sent[half:-5])
    assert page.evaluate("() => seen.getBoundingClientRect().top") == place
    page.evaluate("() => scrollTo(0, document.scrollingElement.scrollHeight)")
    page.evaluate(FRAMES)
    page.evaluate(walk, sent[-5:])
    assert page.evaluate(AT_END) < 2


def test_a_stream_that_does_not_follow_leaves_the_page_alone(lab: Lab) -> None:
    """``follow: false`` never scrolls."""
    page = lab.open('<main id="box"></main>', HELPERS)
    page.evaluate(OPEN, {"follow": False})
    page.evaluate("messages => messages.forEach(answer.apply)", messages(LONG, 300))
    page.evaluate(FRAMES)
    assert page.evaluate("() => [scrollY, document.scrollingElement.scrollHeight > 2000]") == [
        0,
        True,
    ]


# --- translators and voices ----------------------------------------------------------------------


def test_open_block_is_kept_from_translators_and_voices(page: Page) -> None:
    """Every element in it is marked, and no voice tells it; finished, it is new and bears nothing."""
    html = "<ul>\n<li>one <b>two</b></li>\n<li>"
    found = page.evaluate(
        """(html) => {
        answer.apply({ patches: [{ op: "set", key: "0", html },
          { op: "set", key: "tail", html: '<span class="math-pending">three' }] });
        const open = box().firstElementChild;
        const guarded = [open, ...open.querySelectorAll("*")].every(each =>
          each.matches(".notranslate[translate=no]"));
        const told = [box().getAttribute("role"), open.ariaLive, open.ariaBusy];
        answer.apply({ patches: [{ op: "drop", key: "tail" },
          { op: "append", key: "0", html: "three</li>\\n</ul>\\n" },
          { op: "set", key: "1", html: "<p>next" }] });
        const after = box().firstElementChild;
        return [guarded, told, after === open, after.outerHTML]; }""",
        html,
    )
    assert found == [True, ["log", "off", "true"], False, f"{html}three</li>\n</ul>"]


def test_a_log_of_the_page_s_own_is_enough(lab: Lab) -> None:
    """In a live region the container is none of its own, or all would be told twice."""
    page = lab.open('<section aria-live="polite"><main id="box"></main></section>', HELPERS)
    page.evaluate(OPEN)
    assert page.evaluate("() => box().getAttribute('role')") is None


# --- messages ------------------------------------------------------------------------------------


def test_malformed_messages_change_nothing(page: Page) -> None:
    """They are passed over with a warning, and the next good one is shown."""
    bad: list[Any] = [None, 1, "x", [], {}, {"patches": 1}, {"patches": [None]}]
    bad += [{"patches": [{"op": "set", "key": "0"}]}, {"patches": [{"op": "eat", "key": "0"}]}]
    bad += [{"patches": [{"op": "set", "key": 0, "html": ""}]}, {"patches": [], "css": 7}]
    bad += [{"patches": [{"op": "drop", "key": "9"}]}, {"patches": [], "css": "{ } } @x"}]
    found = page.evaluate(
        """(bad) => {
        answer.apply({ patches: [{ op: "set", key: "0", html: "<p>good" }] });
        const before = box().innerHTML;
        bad.forEach(answer.apply);
        const after = box().innerHTML;
        answer.apply({ patches: [{ op: "append", key: "0", html: " and better" }] });
        return [before === after, box().textContent]; }""",
        bad,
    )
    assert found == [True, "good and better"]


def test_rules_arrive_with_what_needs_them(lab: Lab) -> None:
    """In a sheet that strict policies allow, and once for all answers of a page."""
    page = lab.open('<main id="box"></main><main id="other"></main>', HELPERS)
    page.evaluate(OPEN)
    sent = messages(r"so $\color{red}{x}$ is")
    found = page.evaluate(
        """(messages) => { const second = stream(document.querySelector("#other"));
        for (const message of messages) { answer.apply(message); second.apply(message); }
        const sheets = document.adoptedStyleSheets;
        return [sheets.length, sheets[0].cssRules.length,
          getComputedStyle(document.querySelector("#other math [class]")).color,
          document.querySelector("#other").innerHTML === box().innerHTML]; }""",
        sent,
    )
    assert found == [1, 1, "rgb(255, 0, 0)", True]


def test_reset_begins_anew_and_keeps_what_is_the_same(page: Page) -> None:
    """After a reset only its own values are shown, formulas that were typeset among them."""
    said = messages("so $x$ is\n\nand $y$", closed=False)
    found = page.evaluate(
        """async ([said, html]) => { said.forEach(answer.apply);
        await until(() => box().querySelectorAll("[data-math]").length === 2);
        const formula = box().querySelector(".math");
        answer.reset({ patches: [{ op: "set", key: "0", html }] });
        return [box().textContent.trim().slice(0, 5), box().children.length,
                box().querySelector(".math") === formula, fake.asked.length]; }""",
        [said, render("now $x$").html],
    )
    assert found[1:] == [1, True, 2]
    assert found[0].startswith("now")


def test_after_the_end_nothing_is_taken(page: Page) -> None:
    """What comes too late changes nothing, and closing twice does no harm."""
    page.evaluate(
        """() => { answer.apply({ patches: [{ op: "set", key: "0", html: "<p>a</p>" }] });
        answer.close(); answer.close();
        answer.apply({ patches: [{ op: "set", key: "0", html: "<p>b</p>" }] }); }"""
    )
    assert page.evaluate("() => box().innerHTML") == "<p>a</p>"


def event(message: Any, number: int = 0, name: str = "") -> str:
    head = f"event: {name}\n" if name else ""
    tail = f"id: {number}\n" if number else ""
    return f"{head}{tail}data: {message if isinstance(message, str) else json.dumps(message)}\n\n"


class Source(ThreadingHTTPServer):
    """Sends what ``reply`` says to the id that a browser had last; None is a refusal."""

    daemon_threads = True

    def __init__(self, reply: Callable[[str | None], str | None]) -> None:
        self.reply = reply
        self.asked: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Events)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Events(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        last = self.headers.get("Last-Event-ID")
        self.server.asked.append(last)
        body = self.server.reply(last)
        self.send_response(204 if body is None else 200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


LISTEN = """async (url) => { const { listen } = await import("./client/stream.js");
  return listen(box(), url).done; }"""


def test_a_lost_connection_is_taken_up_where_it_broke(page: Page) -> None:
    """The browser tells the id of what it had last; ``end`` closes and finishes."""
    sent = messages(TEXT, 40)
    numbered = [event(message, number) for number, message in enumerate(sent, 1)]

    def reply(last: str | None) -> str:
        rest = numbered[int(last) :] if last else numbered[:8]
        return "retry: 1\n\n" + "".join([*rest, event("{}", name="end")] if last else rest)

    with Source(reply) as source:
        assert page.evaluate(LISTEN, source.url) is True
        source.shutdown()
    assert source.asked == [None, "8"]
    shown, meant = page.evaluate("html => [box().innerHTML, html].map(plain)", render(TEXT).html)
    assert shown == meant


def test_an_answer_that_the_server_broke_off_is_told(page: Page) -> None:
    """``end`` with an error closes as well, and ``done`` says that it was not the end."""
    with Source(lambda _: event('{"error": "interrupted"}', name="end")) as source:
        assert page.evaluate(LISTEN, source.url) is False
        source.shutdown()


def test_a_broken_event_is_passed_over_and_a_refusal_is_the_end(page: Page) -> None:
    """What was shown stays, closed as it stands, and nobody asks for ever."""
    bad = event("{nonsense") + event(
        {"patches": [{"op": "set", "key": "0", "html": "<p>a <b>b"}]}, 1
    )
    with Source(lambda last: None if last else "retry: 1\n\n" + bad) as source:
        assert page.evaluate(LISTEN, source.url) is False
        source.shutdown()
    assert source.asked == [None, "1"]
    assert page.evaluate("() => box().innerHTML") == "<p>a <b>b</b></p>"


# --- whole pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("disk", [False, True])
def test_classic_script_shows_answers_with_mathjax(typeset: Callable[..., Tab], disk: bool) -> None:
    """In a page from disk or a server, two answers at once; every formula is typeset, once."""
    tab = typeset("page $p$", disk=disk)
    page = tab.page
    page.add_script_tag(url=page.url.rpartition("/")[0] + "/mathward-assets/mathward-stream.js")
    sent = messages(TEXT, 40)
    page.evaluate(
        """async (messages) => { window.counts = new Map();
        addEventListener("mathward:typeset", ({ target }) =>
          counts.set(target, (counts.get(target) ?? 0) + 1));
        const boxes = [0, 1].map(() => document.body.appendChild(document.createElement("div")));
        const answers = boxes.map(box => mathward.stream(box));
        for (const message of messages) { answers.forEach(answer => answer.apply(message));
          await new Promise(go => requestAnimationFrame(() => setTimeout(go))); }
        await mathward.typesetAll();
        answers.forEach(answer => answer.close()); window.boxes = boxes; }""",
        sent,
    )
    found = page.evaluate(
        """() => { const all = boxes.flatMap(box => [...box.querySelectorAll(".math[data-tex]")]);
        return [all.length, all.filter(e => e.dataset.math === "typeset").length,
                [...counts.values()].every(n => n === 1), counts.size]; }"""
    )
    count = 2 * len(render(TEXT).formulas)
    assert found == [count, count, True, count]


def test_a_long_history_scrolls_without_a_jump(lab: Lab) -> None:
    """500 messages rest far from the screen: the page keeps its height, and nothing in it moves."""
    page = lab.open("<style>article { padding: 5px }</style>", HELPERS)
    found = page.evaluate(
        f"""async (html) => {{
        for (let n = 0; n < 500; n += 1) {{
          const message = document.body.appendChild(document.createElement("article"));
          message.id = `m${{n}}`; message.innerHTML = html; }}
        const {{ rest }} = await import("./client/rest.js");
        const page = document.scrollingElement, frames = {FRAMES};
        const all = [...document.querySelectorAll("article")];
        const places = () => all.map(each => each.offsetTop).join();
        const [height, before] = [page.scrollHeight, places()];
        all.forEach(rest);
        await frames();
        const resting = document.querySelectorAll(".math-rest").length;
        const skips = !document.querySelector("#m400 p").checkVisibility({{ contentVisibilityAuto: true }});
        let moved = 0;
        for (let step = 12; step > 0; step -= 1) {{
          scrollTo(0, height * step / 13);
          const seen = document.elementFromPoint(99, 300).closest("article");
          const place = seen.getBoundingClientRect().top;
          await frames();
          if (seen.getBoundingClientRect().top !== place || page.scrollHeight !== height) moved += 1; }}
        return [resting, skips, moved, places() === before]; }}""",
        render(TEXT).html,
    )
    assert found == [500, True, 0, True]


def test_resting_messages_are_measured_anew_when_the_width_changes(lab: Lab) -> None:
    """After a resize the page is as high as if nothing had rested."""
    body = "".join(f"<article>{render(LONG).html}</article>" for _ in range(6))
    page = lab.open(body)
    heights = []
    page.evaluate("""async () => { const { rest } = await import("./client/rest.js");
      document.querySelectorAll("article").forEach(rest); }""")
    page.set_viewport_size({"width": 300, "height": 600})
    page.wait_for_function("() => innerWidth === 300")
    for _ in range(3):
        page.evaluate(FRAMES)
    heights.append(page.evaluate("() => document.scrollingElement.scrollHeight"))
    page.evaluate(
        "() => document.querySelectorAll('.math-rest').forEach(e => e.classList.remove('math-rest'))"
    )
    heights.append(page.evaluate("() => document.scrollingElement.scrollHeight"))
    assert heights[0] == heights[1]
