"""Which elements are open at a place of HTML, as far as it tells what may hold a formula.

Not a whole tree: the rules of the HTML standard for what a tag closes, kept so that no text counts
as outside of ``<code>`` and its like that a browser has inside, however the tags are mixed up.
Every tag costs the same, whatever is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .tags import attributes

VOID: Final = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source"
    " track wbr".split()
)
# What text in these is, is not for the reader, not prose, or not HTML.  ``head`` needs no entry.
_HOLDS_NONE: Final = frozenset(
    "annotation annotation-xml code iframe kbd listing math mjx-container noembed noframes noscript"
    " option plaintext pre samp script select style svg template textarea title xmp".split()
)
# Which classes say so: of MathJax 2 to 4, of typeset formulas, of formulas that wait to be.
_IGNORED = re.compile(
    r"(?:^|\s)(?:mathjax_ignore|tex2jax_ignore|asciimath2jax_ignore|math|katex|katex-display"
    r"|katex-html|MathJax\w*|mjx-chtml|MJXc-display|arithmatex|md-anchor)(?:\s|$)"
)
_PROCESSED = re.compile(r"(?:^|\s)(?:mathjax_process|tex2jax_process)(?:\s|$)")

_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_SPECIAL: Final = frozenset(
    "address applet article aside blockquote button caption center colgroup dd details dir div dl"
    " dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup li listing"
    " main marquee menu nav object ol p plaintext pre search section select summary table tbody td"
    " template tfoot th thead tr ul iframe noembed noframes noscript script style textarea title"
    " xmp".split()
)
# Their end tags close what they hold; those of all others stop at an element of these.
_CLOSES_P: Final = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext"
    " pre search section summary ul xmp".split()  # a table does not in pages without a doctype
)
_LASTING: Final = ("code", "a")
_MARKERS: Final = frozenset(("td", "th", "caption", "applet", "object", "marquee", "template"))
_WALLS: Final = ("table", *_MARKERS, "select")
_TABLE_WALLS: Final = ("table", "template")
_TABLE_PARTS: Final = {
    "caption": (),
    "colgroup": (),
    "tbody": (),
    "thead": (),
    "tfoot": (),
    "tr": ("tbody", "thead", "tfoot"),
    "td": ("tbody", "thead", "tfoot", "tr"),
    "th": ("tbody", "thead", "tfoot", "tr"),
}
_BREAKOUT: Final = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img"
    " li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul"
    " var".split()
)
_HTML_INSIDE: Final = {
    "svg": frozenset(("foreignobject", "desc", "title")),
    "math": frozenset(("mi", "mo", "mn", "ms", "mtext")),
}
_XML_AS_HTML: Final = frozenset(("text/html", "application/xhtml+xml"))


@dataclass(frozen=True, slots=True)
class _Open:
    """An open element: its key, and whether what it holds is out of reach for formulas."""

    key: str
    is_closed_off: bool  # for good
    is_ignored: bool  # until a class says otherwise
    namespace: str = ""
    holds_html: bool = True
    html: int = 0  # the index of the innermost element of HTML, itself included


@dataclass(slots=True)
class _Level:
    """The ``<code>`` and ``<a>`` that were opened within one table cell or the like.

    They stay open where the elements around them end, until their own end tag.  ``hidden`` are
    links that formulas may not stand in.
    """

    index: int
    counts: dict[str, int] = field(default_factory=lambda: {"code": 0, "a": 0, "hidden": 0})


class OpenElements:
    """What is open, tag by tag."""

    def __init__(self) -> None:
        self._stack = [_Open("html", is_closed_off=False, is_ignored=False)]
        self._places: dict[str, list[int]] = {}
        self._specials: list[int] = [0]
        self._levels = [_Level(0)]
        self._totals = {"code": 0, "a": 0, "hidden": 0}

    @property
    def holds_formulas(self) -> bool:
        """Whether a formula may stand in text here."""
        top = self._stack[-1]
        totals = self._totals
        return not (top.is_closed_off or top.is_ignored or totals["code"] or totals["hidden"])

    @property
    def is_in_link(self) -> bool:
        return self._totals["a"] > 0

    @property
    def is_foreign(self) -> bool:
        """Whether the innermost element is of SVG or MathML."""
        return bool(self._stack[-1].namespace)

    def open(self, name: str, tag: str) -> bool:
        """Take in a start tag; whether it is one of HTML."""
        if self._is_foreign_tag(name, tag):
            self._open_foreign(name, tag, self._stack[-1].namespace)
            return False
        if name in ("svg", "math"):
            self._open_foreign(name, tag, name)
            return False
        self._make_room(name)
        if name in _LASTING:
            self._count(name, 1)
            self._count("hidden", int(name == "a" and _ignores(tag)))
        elif name in ("html", "body"):
            self._stack[0] = self._entry("html", name, tag, self._stack[0])
        elif name in _TABLE_PARTS and self._last(_TABLE_WALLS) < 1:
            return True  # it stands in no table, and browsers pass over it
        elif name not in VOID and name != "head":
            entry = self._entry(_key(name), name, tag, self._stack[-1])
            self._push(entry, is_special=name in _SPECIAL)
        return True

    def close(self, name: str) -> None:
        """Take in an end tag."""
        if self.is_foreign and self._close_foreign(name):
            return
        if name in _LASTING:
            self._close_lasting(name)
            return
        key = _key(name)
        place = self._last((key,))
        if place < 1 or name in ("html", "body", "head"):
            return
        if name == "form":  # goes alone: what it holds stays open
            if place == len(self._stack) - 1:
                self._pop_to(place)
            return
        if place >= self._wall(name):
            self._pop_to(place)

    # --- what closes what ----------------------------------------------------------------------

    def _wall(self, name: str) -> int:
        """The index below which the end tag ``name`` closes nothing."""
        if name not in _SPECIAL:
            return self._specials[-1]
        if name == "table" or name in _TABLE_PARTS:
            return self._last(_TABLE_WALLS)
        wall = self._last_wall()
        if name == "p":
            return max(wall, self._last(("button",)))
        return max(wall, self._last(("ol", "ul"))) if name == "li" else wall

    def _make_room(self, name: str) -> None:
        """Close what may not hold the element ``name``, which is about to begin."""
        if name in _CLOSES_P:
            paragraph = self._last(("p",))
            if paragraph > max(self._last_wall(), self._last(("button",))):
                self._pop_to(paragraph)
        if name == "table" and (table := self._last(("table",))) > self._last(_MARKERS):
            self._pop_to(max(table, 1))
        if name in ("li", "dd", "dt"):
            item = self._last(("li",) if name == "li" else ("dd", "dt"))
            if item > 0 and item == self._specials[-1]:
                self._pop_to(item)
        elif name in _TABLE_PARTS and (table := self._last(_TABLE_WALLS)) > 0:
            around = self._last(_TABLE_PARTS[name])
            self._pop_to(max(table, around) + 1)
        elif name == "a" and self._levels[-1].counts["a"]:
            self._close_lasting("a")

    def _close_lasting(self, name: str) -> None:
        """The end tag of ``<code>`` or ``<a>``, which counts within its table cell alone."""
        counts = self._levels[-1].counts
        if counts[name]:
            self._count(name, -1)
            self._count("hidden", min(0, counts["a"] - counts["hidden"]))

    def _count(self, name: str, more: int) -> None:
        self._levels[-1].counts[name] += more
        self._totals[name] += more

    # --- SVG and MathML ------------------------------------------------------------------------

    def _is_foreign_tag(self, name: str, tag: str) -> bool:
        """Whether a start tag is one of SVG or MathML; those of HTML end what cannot hold them."""
        top = self._stack[-1]
        if top.holds_html:
            return top.namespace == "math" and name in ("mglyph", "malignmark")
        if name == "svg" and top.key == "math annotation-xml":
            return False
        if name not in _BREAKOUT and not (
            name == "font" and not {"color", "face", "size"}.isdisjoint(attributes(tag))
        ):
            return True
        while not self._stack[-1].holds_html:
            self._pop_to(len(self._stack) - 1)
        return False

    def _open_foreign(self, name: str, tag: str, namespace: str) -> None:
        if tag.endswith("/>"):
            return
        holds_html = name in _HTML_INSIDE[namespace]
        if name == "annotation-xml":
            holds_html = attributes(tag).get("encoding", "").lower() in _XML_AS_HTML
        top = self._stack[-1]
        entry = _Open(
            f"{namespace} {name}",
            is_closed_off=True,
            is_ignored=top.is_ignored,
            namespace=namespace,
            holds_html=holds_html,
            html=top.html,
        )
        self._push(entry, is_special=holds_html)

    def _close_foreign(self, name: str) -> bool:
        """Whether the end tag is that of an element of SVG or MathML."""
        place = self._last((f"svg {name}", f"math {name}"))
        if place <= self._stack[-1].html:
            return False
        self._pop_to(place)
        return True

    # --- the stack -----------------------------------------------------------------------------

    def _entry(self, key: str, name: str, tag: str, around: _Open) -> _Open:
        is_processed = bool(_PROCESSED.search(_classes(tag)))
        ignores = around.is_ignored or _ignores(tag)
        return _Open(
            key,
            is_closed_off=around.is_closed_off or (name in _HOLDS_NONE and not is_processed),
            is_ignored=ignores and not is_processed,
            html=len(self._stack) if key != "html" else 0,
        )

    def _push(self, entry: _Open, *, is_special: bool) -> None:
        index = len(self._stack)
        self._stack.append(entry)
        self._places.setdefault(entry.key, []).append(index)
        if is_special:
            self._specials.append(index)
        if entry.key in _WALLS or (entry.namespace and entry.holds_html):
            self._levels.append(_Level(index))

    def _pop_to(self, index: int) -> None:
        """Close the elements from ``index`` on."""
        while len(self._stack) > index:
            entry = self._stack.pop()
            self._places[entry.key].pop()
            if self._specials[-1] == len(self._stack):
                self._specials.pop()
            if self._levels[-1].index == len(self._stack):
                self._leave(self._levels.pop(), is_marker=entry.key in _MARKERS)

    def _leave(self, level: _Level, *, is_marker: bool) -> None:
        for name, count in level.counts.items():
            if is_marker:
                self._totals[name] -= count
            else:
                self._levels[-1].counts[name] += count

    def _last_wall(self) -> int:
        """The index of the innermost element that most end tags do not reach out of."""
        return self._levels[-1].index or -1

    def _last(self, keys: Iterable[str]) -> int:
        """The index of the innermost of these elements; -1 if none is open."""
        return max((found[-1] for key in keys if (found := self._places.get(key))), default=-1)


def _classes(tag: str) -> str:
    return attributes(tag).get("class", "") if "class" in tag.lower() else ""


def _ignores(tag: str) -> bool:
    return _IGNORED.search(_classes(tag)) is not None


def _key(name: str) -> str:
    return "h1" if name in _HEADINGS else name  # any heading's end tag closes any heading
