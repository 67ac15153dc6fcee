r"""Text that arrives piece by piece -> patches that keep its HTML up to date on a page.

>>> stream = Stream()
>>> stream.feed("so $a")
[{'op': 'set', 'key': '0', 'html': '<p>so'}, ...]

The values in the order of their keys, joined, are HTML that a browser shows well at any moment;
after :meth:`Stream.close` they are exactly ``render(text).html``.  A block that is finished keeps
its key and its value.  A formula that has half arrived, and text that is too fresh to be worth a
rendering, stand as they are in a last value, ``tail``, which translators leave alone.

Cost: a text of n characters costs less than ten times one rendering in all, since the open block is
rendered again only after it has grown by a fifth.  What depends on what comes later (references,
link definitions, footnotes) is put right when the text has grown by a half, and at the end.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final, Literal, NotRequired, TypedDict

from . import characters, mathml
from .convert import render
from .held import before, hold
from .options import Options
from .pieces import Labels, Memory, Parsed, parse, render_blocks
from .wrapper import GUARD


class Patch(TypedDict):
    """A change of one value: ``set`` it, let it grow by ``html``, or ``drop`` it.

    A new key comes after all others; the key of a value that was dropped counts as new.
    """

    op: Literal["set", "append", "drop"]
    key: str
    html: NotRequired[str]


TAIL: Final = "tail"
_SHARE: Final = 5  # the open text is rendered again when it has grown by this part of it
_LATER: Final = 1.5  # and all of it, for what came too late, when it has grown by this factor
_PENDING: Final = f'<span class="math-pending {GUARD}>'
_CLOSERS = re.compile(
    r"(?:</(?:p|li|ul|ol|blockquote|h[1-6]|dd|dl|dt|details|t[dhr]|thead|tbody|table)>\s*"
    r"|\n?</code></pre>\s*)+\Z"
)
_OPENER: Final = 3  # characters that tell a formula's opener
_DOUBTFUL: Final = 40  # characters after which half a formula may turn out to be prose
_MAY_CLOSE = re.compile(r"\$|\\[)\]]|\\end\{|\n[ \t]*\n|\n[ ]{0,3}[#`~]|\}\s*\Z")


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
            parsed = parse(self._open, self._options, self._memory)
            first = self._count
            html = self._take(parsed, len(parsed.blocks))
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
        """Render the open text, and let go of the blocks in it that are finished."""
        parsed = parse(self._open, self._options, self._memory)
        source, held = parsed.source, hold(parsed)
        finished = 0 if self._options.html == "sanitize" else parsed.finished()
        pending = ""
        if held is not None:
            pending = source.text[held:]
            shown = before(parsed, held, self._options, self._memory)
            if shown.lines[:finished] != parsed.lines[:finished]:
                finished = 0
            parsed = shown
        first = self._count
        html = self._take(parsed, finished)
        is_open = finished < len(html)
        cut = source.original(source.starts[parsed.lines[finished - 1][1]]) if finished else 0
        self._past.append(self._open[:cut])
        self._open = self._open[cut:]
        self._rendered = len(self._open)
        self._hold = None if held is None else source.original(held) - cut
        self._closers = self._gap = ""
        if is_open:
            html[-1], self._closers = _opened(html[-1])
            self._gap = _gap(source.text[:held], html[-1])
        return self._show(html, first, pending)

    def _take(self, parsed: Parsed, finished: int) -> list[str]:
        """The HTML of the open blocks, of which the first are ``finished`` from now on."""
        rendered = render_blocks(parsed, self._options, self._memory, finished)
        self._rules = rendered.memory.rules
        if finished:
            self._memory = rendered.memory
            self._missed |= rendered.missed
            self._is_stale = self._is_stale or any(map(self._memory.knows, self._missed))
            self._count += finished
        return rendered.html

    def _begin_anew(self) -> None:
        """Let all blocks be open again, for those that asked for what came later."""
        self._open, self._past = self.text.removesuffix(self._waiting), []
        self._memory, self._missed = Memory.empty(self._options), Labels()
        self._is_stale, self._count, self._whole = False, 0, self._length

    def _whole_blocks(self) -> list[str]:
        """The HTML of all blocks, from one rendering."""
        if self._is_too_long():
            return [render(self.text, self._options).html]
        memory = Memory.empty(self._options)
        parsed = parse(self.text, self._options, memory, notes=True)
        rendered = render_blocks(parsed, self._options, memory, len(parsed.blocks))
        self._rules = rendered.memory.rules
        return rendered.html

    # --- patches -------------------------------------------------------------------------------

    def _append_to_tail(self, chunk: str) -> list[Patch]:
        """Show what has just come as it is."""
        value = self._values.get(TAIL) or self._tail("")
        return self._put(TAIL, value + _raw(chunk))

    def _tail(self, text: str) -> str:
        """The last value, with ``text`` in it."""
        return self._closers + _PENDING + _raw(self._gap + text)

    def _show(self, html: list[str], first: int, pending: str = "") -> list[Patch]:
        """The values of the blocks from the one with number ``first`` on, and the tail."""
        tail = self._tail(pending) if pending else ""
        patches: list[Patch] = []
        behind = first + len(html)
        before = len(self._values) - (TAIL in self._values)
        if TAIL in self._values and not (tail and behind <= before):
            patches += self._drop(TAIL)
        for number in range(before - 1, behind - 1, -1):
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


def _raw(text: str) -> str:
    """Text that is shown before it is read as Markdown."""
    return escape(characters.without_controls(text), quote=False)


def _opened(html: str) -> tuple[str, str]:
    """A block's HTML without the ends of what may grow; and those, where no text can follow."""
    opened = _CLOSERS.sub("", html)
    closers = html[len(opened) :]
    return opened, closers if "</table>" in closers else ""


def _gap(text: str, html: str) -> str:
    """The white space at the end of ``text`` that its HTML, which may be open, does not show."""
    space = text[len(text.rstrip()) :]
    shown = html[len(html.rstrip()) :]
    return space[len(shown) :] if space.startswith(shown) else ""
