r"""Text that arrives piece by piece -> patches that keep its HTML up to date on a page.

>>> stream = Stream()
>>> stream.feed("so $a")
[{'op': 'set', 'key': '0', 'html': '<p>so'}, ...]

The values in the order of their keys, joined, are HTML that a browser shows well at any moment;
after :meth:`Stream.close` they are exactly ``render(text).html``.  A block that is finished keeps
its key and its value.  A formula that has half arrived, and text that is too fresh to be worth a
rendering, stand as they are in a last value, ``tail``, which translators leave alone.

Cost: a text of n characters costs less than ten times one rendering in all, since the open block is
rendered again only after it has grown by a quarter.  What depends on what comes later (references,
link definitions, footnotes) is put right when the text has doubled, and at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final, Literal, NotRequired, TypedDict

from . import characters, mathml
from .convert import render
from .held import before, hold
from .options import Options
from .pieces import Labels, Memory, Parsed, parse, render_units
from .source import Source
from .units import Frame, Unit
from .wrapper import GUARD


class Patch(TypedDict):
    """A change of one value: ``set`` it, let it grow by ``html``, or ``drop`` it.

    A new key comes after all others; the key of a value that was dropped counts as new.
    """

    op: Literal["set", "append", "drop"]
    key: str
    html: NotRequired[str]


TAIL: Final = "tail"
_SHARE: Final = 4  # the open text is rendered again when it has grown by this part of it
_LATER: Final = 2  # and all of it, for what came too late, when it has grown by this factor
_PENDING: Final = f'<span class="math-pending {GUARD}>'
_CLOSERS = re.compile(
    r"(?:</(?:p|li|ul|ol|blockquote|h[1-6]|dd|dl|dt|details|t[dhr]|thead|tbody|table)>\s*"
    r"|\n?</code></pre>\s*)+\Z"
)
_OPENER: Final = 3  # characters that tell a formula's opener
_DOUBTFUL: Final = 40  # characters after which half a formula may turn out to be prose
_LAST: Final = 2_000  # characters of HTML in which its ends are looked for
_TRIES: Final = 3  # times that a block may change what was finished of it
_MAY_CLOSE = re.compile(r"\$|\\[)\]]|\\end\{|\n[ \t]*\n|\n[ ]{0,3}[#`~]|\}\s*\Z")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A block whose first parts are finished: their HTML, and how all was before it."""

    frame: Frame
    html: str
    past: int
    memory: Memory
    missed: Labels
    is_stale: bool


class Stream:
    """Markdown in pieces, patches out; not for use by two threads at once."""

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        self._past: list[str] = []  # the text of the finished blocks
        self._open = ""  # and all behind it, as it came
        self._waiting = ""  # a carriage return whose line feed may follow
        self._length = 0  # of all text, its line ends counted once
        self._rendered = 0  # how much of the open text was rendered last
        self._whole = 0  # length when all text was rendered last
        self._hold: int | None = None  # where in the open text a half-arrived formula begins
        self._memory = Memory.empty(self._options)
        self._missed = Labels()  # by finished blocks
        self._is_stale = False  # something of it came later
        self._count = 0  # of finished blocks
        self._begun: _Begun | None = None
        self._taken_back = 0  # how often, of the block that is open now
        self._closers = ""  # what ends a table before the tail
        self._gap = ""  # white space at the end of what was rendered, which its HTML does not show
        self._values: dict[str, str] = {}
        self._rules: dict[str, str] = {}
        self._is_closed = False

    @property
    def text(self) -> str:
        """What has arrived."""
        return "".join((*self._past, self._open, self._waiting))

    @property
    def html(self) -> str:
        """The values, joined."""
        return "".join(self._values.values())

    @property
    def css(self) -> str:
        """The rules that the values need besides the theme's, as in ``Document.css``."""
        return mathml.stylesheet(self._rules)

    def cost(self, chunk: str) -> int:
        """About how many characters :meth:`feed` would render for ``chunk``; 0 if it would wait.

        For callers that do in a thread what takes long; a kilobyte takes about a millisecond.
        """
        length = len(self._open) + len(chunk)
        if (length - self._rendered) * _SHARE < length:
            return 0
        return self._length if self._is_stale else length

    def feed(self, chunk: str) -> list[Patch]:
        """What changes when ``chunk`` arrives.  Raises ValueError after :meth:`close`."""
        if self._is_closed:
            raise ValueError("the stream is closed")
        chunk = self._waiting + chunk
        self._waiting = "\r" if chunk.endswith("\r") else ""
        chunk = chunk.removesuffix(self._waiting)
        if not chunk:
            return []
        self._open += chunk
        self._length += len(chunk) - chunk.count("\r\n")
        if self._is_too_long() or not self._is_due(chunk):
            return self._append_to_tail(chunk)
        if self._is_stale and self._length > _LATER * self._whole:
            self._begin_anew()
        return self._render()

    def close(self) -> list[Patch]:
        """What changes when nothing more arrives; the values are then those of one rendering."""
        if self._is_closed:
            return []
        self._is_closed = True
        self._open, self._waiting = self._open + self._waiting, ""
        if self._is_regular():
            parsed = self._rest(self._parse_open())
            if parsed is None:
                self._take_back()
                parsed = self._parse_open()
            first = self._count
            html = self._take(parsed, len(parsed.units), None)
            if not (self._is_stale or parsed.notes):
                return self._show(html, first)
        return self._show(self._whole_blocks(), 0)

    # --- when ----------------------------------------------------------------------------------

    def _is_too_long(self) -> bool:
        return self._length > self._options.max_source

    def _is_regular(self) -> bool:
        """Whether the blocks may be put together as they were rendered."""
        return not (
            self._is_stale
            or self._memory.notes
            or self._is_too_long()
            or self._options.html == "sanitize"
        )

    def _is_due(self, chunk: str) -> bool:
        """Whether the open text is worth another rendering."""
        fresh = len(self._open) - self._rendered
        if self._hold is not None and not self._may_close(self._hold, fresh, len(chunk)):
            return False
        return fresh * _SHARE >= len(self._open)

    def _may_close(self, hold: int, fresh: int, arrived: int) -> bool:
        """Whether the half-arrived formula may be whole now, or turn out to be none."""
        seen = self._rendered - hold  # of it, at the last rendering
        if seen < _OPENER or fresh >= max(_DOUBTFUL, seen):
            return True
        behind_opener = hold + 1 + self._open.startswith("$$", hold)
        begin = max(behind_opener, len(self._open) - arrived - len("\\end{"))
        return _MAY_CLOSE.search(self._open, begin) is not None

    # --- what ----------------------------------------------------------------------------------

    def _render(self) -> list[Patch]:
        """Render the open text, and let go of the units in it that are finished."""
        parsed = self._parse_open()
        source, held = parsed.source, hold(parsed)
        finished = 0 if self._options.html == "sanitize" else parsed.finished()
        if held is not None:
            lines = _lines(parsed.units[:finished])
            parsed = before(parsed, held, self._options) or self._parse(source.text[:held])
            if _lines(parsed.units[:finished]) != lines:
                finished = 0
        rest = self._rest(parsed)
        if rest is None:
            self._take_back()
            return self._render()
        return self._let_go(rest, finished, source, held)

    def _let_go(
        self, parsed: Parsed, finished: int, source: Source, held: int | None
    ) -> list[Patch]:
        """Render what was parsed, of which the first units are finished; the rest stays open.

        ``source`` is what has arrived, with a formula that is ``held`` back.
        """
        first, skipped = self._count, len(self._head)
        finished, frame = self._cut(parsed, finished)
        html = self._take(parsed, finished, frame)
        cut = 0
        if finished:
            cut = source.original(source.starts[parsed.units[finished - 1].lines[1]]) - skipped
        self._past.append(self._open[:cut])
        self._open = self._open[cut:]
        self._rendered = len(self._open)
        self._hold = None if held is None else source.original(held) - skipped - cut
        self._closers = self._gap = ""
        if finished < len(parsed.units) or self._begun:
            html[-1], self._closers = _opened(html[-1])
            self._gap = _gap(source.text[:held], html[-1])
        return self._show(html, first, "" if held is None else source.text[held:])

    @property
    def _head(self) -> str:
        """What the open text has to be parsed behind."""
        return self._begun.frame.head if self._begun else ""

    def _parse_open(self) -> Parsed:
        return self._parse(self._head + self._open)

    def _parse(self, text: str) -> Parsed:
        return parse(text, self._options, self._memory)

    def _rest(self, parsed: Parsed) -> Parsed | None:
        """What was parsed, without the parts of its first block that are finished.

        None if it changes these.
        """
        if self._begun is None:
            return parsed
        rest = self._begun.frame.rest(parsed.units, parsed.source)
        return None if rest is None else replace(parsed, units=rest)

    def _cut(self, parsed: Parsed, finished: int) -> tuple[int, Frame | None]:
        """How many of the finished units to let go; and the block, if these end in its midst."""
        units, begun = parsed.units, self._begun
        if 0 < finished < len(units) and units[finished].is_end:
            finished -= 1  # what follows has to be the rest of something
        if finished == 0:
            return 0, begun.frame if begun else None
        if finished == len(units) or not units[finished].is_inner:
            return finished, None
        first = next((n for n in range(finished, -1, -1) if not units[n].is_inner), 0)
        if first:
            return first, None
        if begun:
            return finished, begun.frame
        frame = Frame.around(units, parsed.source) if self._taken_back < _TRIES else None
        return (finished, frame) if frame else (0, None)

    def _take(self, parsed: Parsed, finished: int, frame: Frame | None) -> list[str]:
        """The HTML of the open blocks, of whose units the first are ``finished`` from now on.

        If the last one of these is only a part, ``frame`` is that of its block.
        """
        rendered = render_units(parsed, self._options, self._memory, finished)
        self._rules = rendered.memory.rules
        begun = self._begun
        html = _joined(parsed.units, rendered.html, begun)
        if not finished:
            return html
        done = _joined(parsed.units[:finished], rendered.html, begun)
        if frame:
            frame = frame.behind(parsed.units[:finished])
            self._begun = self._begun_with(frame, done.pop())
        else:
            self._begun, self._taken_back = None, 0
        self._count += len(done)
        self._memory = rendered.memory
        self._missed |= rendered.missed
        self._is_stale = self._is_stale or any(map(self._memory.knows, self._missed))
        return html

    def _begun_with(self, frame: Frame, html: str) -> _Begun:
        """The open block, of which this is finished; how all was before it stays what it was."""
        if self._begun:
            return replace(self._begun, frame=frame, html=html)
        missed = {*self._missed}
        return _Begun(frame, html, len(self._past), self._memory, missed, self._is_stale)

    def _take_back(self) -> None:
        """Let the block whose first parts were finished be open again as a whole."""
        begun = self._begun
        assert begun is not None  # noqa: S101 - else there is nothing to take back
        self._open = "".join(self._past[begun.past :]) + self._open
        del self._past[begun.past :]
        self._memory, self._missed, self._is_stale = begun.memory, begun.missed, begun.is_stale
        self._begun = None
        self._taken_back += 1

    def _begin_anew(self) -> None:
        """Let all blocks be open again, for those that asked for what came later."""
        self._open, self._past = self.text.removesuffix(self._waiting), []
        self._memory, self._missed = Memory.empty(self._options), Labels()
        self._is_stale, self._count, self._whole = False, 0, self._length
        self._begun, self._taken_back = None, 0

    def _whole_blocks(self) -> list[str]:
        """The HTML of all blocks, from one rendering."""
        if self._is_too_long():
            return [render(self.text, self._options).html]
        memory = Memory.empty(self._options)
        parsed = parse(self.text, self._options, memory, notes=True)
        rendered = render_units(parsed, self._options, memory, len(parsed.units))
        self._rules = rendered.memory.rules
        return _joined(parsed.units, rendered.html, None)

    # --- patches -------------------------------------------------------------------------------

    def _append_to_tail(self, chunk: str) -> list[Patch]:
        """Show what has just come as it is."""
        value = self._values.get(TAIL) or self._tail("")
        end = value[-characters.KEPT_MARKS :]  # what is stacked may go on
        return self._put(TAIL, value + _raw(chunk, end))

    def _tail(self, text: str) -> str:
        """The last value, with ``text`` in it."""
        return self._closers + _PENDING + _raw(self._gap + text)

    def _show(self, html: list[str], first: int, pending: str = "") -> list[Patch]:
        """The values of the blocks from the one with number ``first`` on, and the tail."""
        tail = self._tail(pending) if pending else ""
        patches: list[Patch] = []
        behind = first + len(html)
        shown = len(self._values) - (TAIL in self._values)
        if TAIL in self._values and not (tail and behind <= shown):
            patches += self._drop(TAIL)
        for number in range(shown - 1, behind - 1, -1):
            patches += self._drop(str(number))
        for number, value in enumerate(html, first):
            patches += self._put(str(number), value)
        return patches + (self._put(TAIL, tail) if tail else [])

    def _put(self, key: str, value: str) -> list[Patch]:
        old = self._values.get(key)
        self._values[key] = value
        if old is None or not value.startswith(old):
            return [{"op": "set", "key": key, "html": value}]
        if value == old:
            return []
        return [{"op": "append", "key": key, "html": value[len(old) :]}]

    def _drop(self, key: str) -> list[Patch]:
        del self._values[key]
        return [{"op": "drop", "key": key}]


def _joined(units: Sequence[Unit], html: Sequence[str], begun: _Begun | None) -> list[str]:
    """The HTML of each block, made of its units' and of what is finished of the first one."""
    blocks = [begun.html] if begun else []
    for unit, part in zip(units, html, strict=False):
        if unit.is_inner:
            blocks[-1] += part
        else:
            blocks.append(part)
    return blocks


def _lines(units: Sequence[Unit]) -> list[tuple[int, int]]:
    return [unit.lines for unit in units]


def _raw(text: str, before: str = "") -> str:
    """Text that is shown before it is read as Markdown, behind ``before``."""
    return characters.bare(before + escape(text, quote=False))[len(before) :]


def _opened(html: str) -> tuple[str, str]:
    """A block's HTML without the ends of what may grow; and those, where no text can follow."""
    end = html[-_LAST:]
    closers = end[len(_CLOSERS.sub("", end)) :]
    opened = html.removesuffix(closers)
    return opened, closers if "</table>" in closers else ""


def _gap(text: str, html: str) -> str:
    """The white space at the end of ``text`` that its HTML, which may be open, does not show."""
    space = text[len(text.rstrip()) :]
    shown = html[len(html.rstrip()) :]
    return space[len(shown) :] if space.startswith(shown) else ""
