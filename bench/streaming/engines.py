"""The engines that are compared, and one interface to play a text on each."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, Final, TypeVar

from renderer import Stream, render

from .. import tools

T = TypeVar("T")

_HERE: Final = Path(__file__).parent
_SCRIPT: Final = "play.mjs"
_DATA = re.compile(r' data-tex="([^"]*)"')


@dataclass(frozen=True)
class Job:
    """A text to play: in chunks that end at ``ends``, of which only those in ``windows`` count.

    ``watched``: the formulas of each state are kept.
    """

    text: str
    ends: Sequence[int]
    windows: Sequence[tuple[int, int]] | None
    watched: bool
    renderings: int
    warm: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Played:
    """What was measured: seconds of CPU, characters of HTML, formulas as TeX."""

    once: float
    closing: float
    times: list[float]
    states: list[list[list[str]]]  # the formulas of states that follow each other
    sent: int | None
    size: int | None
    formulas: list[str]
    same: bool


@dataclass(frozen=True)
class Engine:
    """``is_whole``: fast enough to be played from the first chunk to the last."""

    label: str
    play: Callable[[Job, Path], Played]
    is_whole: bool = False


def _ours(job: Job, work: Path) -> Played:
    stream, values = Stream(), dict[str, str]()
    sent, place = 0, 0
    times, states = [], []
    for end in (*job.ends, None):
        chunk = job.text[place:end] if end else ""
        used, patches = _cpu(partial(stream.feed, chunk) if end else stream.close)
        place = end or place
        for patch in patches:
            sent += len(json.dumps(patch, ensure_ascii=False))
            _apply(values, patch)
        times.append(used)
        if job.watched:
            states.append(_formulas("".join(values.values())))
    document = render(job.text)
    html = "".join(values.values())
    return Played(
        once=min(_cpu(lambda: render(job.text))[0] for _ in range(job.renderings)),
        closing=times.pop(),
        times=times,
        states=[states],
        sent=sent,
        size=len(document.html),
        formulas=_formulas(html),
        same=html == document.html,
    )


def _apply(values: dict[str, str], patch: Any) -> None:
    if patch["op"] == "drop":
        del values[patch["key"]]
    else:
        old = values.get(patch["key"], "") if patch["op"] == "append" else ""
        values[patch["key"]] = old + patch["html"]


def _again(job: Job, work: Path) -> Played:
    """Our own rendering of all that has arrived, at every chunk."""
    times, states, sent = [], list[list[list[str]]](), 0
    for begin, behind in job.windows or [(0, len(job.ends))]:
        states.append([])
        for end in job.ends[begin:behind]:
            used, document = _cpu(partial(render, job.text[:end]))
            times.append(used)
            sent += len(document.html)
            if job.watched:
                states[-1].append(_formulas(document.html))
    document = render(job.text)
    return Played(
        once=min(_cpu(lambda: render(job.text))[0] for _ in range(job.renderings)),
        closing=0.0,
        times=times,
        states=states,
        sent=sent,
        size=len(document.html),
        formulas=_formulas(document.html),
        same=True,
    )


def _in_node(name: str) -> Callable[[Job, Path], Played]:
    return lambda job, work: Played(**_ask(name, asdict(job), work))


ENGINES: Final = {
    "mathward": Engine("mathward, `Stream`", _ours, is_whole=True),
    "again": Engine("mathward, rendering anew", _again),
    "marked": Engine("remend + marked + KaTeX", _in_node("marked")),
    "streamdown": Engine("Streamdown + KaTeX", _in_node("streamdown")),
    "incremark": Engine("incremark (tree only)", _in_node("incremark"), is_whole=True),
    "markstream": Engine("markstream (tree only)", _in_node("markstream")),
}


def refused(formulas: Sequence[str], work: Path) -> set[str]:
    """Those that KaTeX shows as an error."""
    verdicts: list[bool] = _ask("katex", list(formulas), work)
    return {tex for tex, good in zip(formulas, verdicts, strict=True) if not good}


def install(work: Path) -> None:
    """See that the engines of the lock file lie in ``work``."""
    tools.install(_HERE, work)
    shutil.copy(_HERE / _SCRIPT, work / _SCRIPT)


def versions() -> dict[str, str]:
    """The pinned version of each engine by its package."""
    named = json.loads((_HERE / "package.json").read_bytes())["dependencies"]
    return dict(named)


def _ask(name: str, job: Any, work: Path) -> Any:
    command = ["node", _SCRIPT, name]
    return json.loads(tools.run(command, work, json.dumps(job), {"NODE_ENV": "production"}))


def _formulas(html: str) -> list[str]:
    return [unescape(tex).strip() for tex in _DATA.findall(html)]


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    value = work()
    return time.process_time() - start, value
