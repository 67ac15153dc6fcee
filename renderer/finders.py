r"""Where a formula ends and what it holds: one finder for each form of the delimiter grammar.

Every finder takes the table of a text, the offset of an opener and the offset behind which
nothing may be read, and returns a :class:`Match` or None; None means the opener is text.  With
``llm`` the repairs and doubts of that profile apply (L1 to L10), without it G1 to G8 alone.

Next hop: the rules in :mod:`renderer.syntax` push a Match as a token.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from . import evidence
from .delimiters import Delimiters, Opener
from .marks import NONE

SPACE: Final = " \t\n\r\u00a0\u3000"

# A longer run between two delimiters is text: what lies between is weighed, and openers that
# share one distant closer would each weigh it all.
MAX_CONTENT: Final = 20_000

_NUMBERED: Final = ("equation", "align", "gather", "multline", "alignat", "flalign", "eqnarray")
ENVIRONMENTS: Final = frozenset(_NUMBERED) | {name + "*" for name in _NUMBERED}
_INNER: Final = (
    "aligned", "alignedat", "gathered", "split", "cases", "dcases", "rcases", "array",
    "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix",
)  # fmt: skip
INNER_ENVIRONMENTS: Final = frozenset(_INNER) | {name + "*" for name in _INNER}


_NAME = re.compile(r"\\(?:begin|end)\{([^}]{0,50})")


def environment_name(text: str, place: int) -> str:
    r"""The name that ``\begin{`` or ``\end{`` at ``place`` gives, cut off where it is no name."""
    found = _NAME.match(text, place)
    return found[1] if found else ""


def is_environment(name: str, *, llm: bool) -> bool:
    """Whether a formula may begin with this environment."""
    return name in ENVIRONMENTS or (llm and name in INNER_ENVIRONMENTS)


class Match(NamedTuple):
    """A formula found: ``start`` and ``end`` are offsets into the text, delimiters included.

    ``tex`` is the content with its repairs made, ``markup`` the opening delimiter and
    ``repairs`` the diagnostic codes of what was mended.
    """

    start: int
    end: int
    tex: str
    markup: str
    display: bool
    repairs: tuple[str, ...] = ()


def display(
    table: Delimiters, place: int, end: int, *, llm: bool, block: bool = False
) -> Match | None:
    r"""The display formula that opens at ``place`` with ``$$``, ``\[`` or ``\begin{E}`` (G4-G6).

    ``block`` says that the opener is first on its line in its container; its content may then
    hold blank lines.
    """
    if table.text.startswith("\\begin{", place):
        return _environment(table, place, min(end, table.next_barrier(place)), llm=llm)
    opener = table.opener(place)
    if opener is None or opener.mark not in _DISPLAY_MARKS:
        return None
    if opener.mark == "\\\\[" and not (llm and block):
        return None
    limit = _limit(table, opener, end, block)
    close, mixed = _closer(table, opener, limit, llm=llm)
    if close == NONE or (llm and not block and _is_escaped_link(table.text, opener, close)):
        return None
    match = _match(table.text, opener, close, mixed=mixed, display=True, llm=llm)
    if match is None or (llm and _is_doubtful_display(table.text, match, block)):
        return None
    return match


def is_display_open(table: Delimiters, place: int, *, llm: bool, block: bool = False) -> bool:
    """Whether text behind the table's could give the display formula at ``place`` another end.

    The nearest closer at the opener's own depth holds for good; one at another depth, or none,
    gives way to what may come, as far as a closer may lie.
    """
    text = table.text
    if len(text) > place + MAX_CONTENT:
        return False
    if text.startswith("\\begin{", place):
        if table.environment(place):
            return False
        is_known = is_environment(environment_name(text, place), llm=llm)
        return is_known and table.next_barrier(place) == len(text)
    opener = table.opener(place)
    if opener is None or opener.mark not in _DISPLAY_MARKS or opener.level != NONE:
        return False
    mark = opener.mark
    if mark == "\\\\[" and not (llm and block):
        return False
    if _limit(table, opener, len(text), block) < len(text):
        return False
    content = _decoded(text[place + len(mark) :])[0]
    return not (llm and evidence.holds_prose_paragraph(content, is_open=True))


_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|\Z)")
_DISPLAY_MARKS: Final = frozenset({"$$", "\\[", "\\\\["})


def is_dollar_open(table: Delimiters, place: int) -> bool:
    """Whether the dollars at ``place``, which close nothing so far, may still open a formula."""
    opener = table.opener(place)
    if opener is None or opener.nearest != NONE:
        return False
    content = table.text[place + len(opener.mark) :]
    if content[:1] in SPACE or content[:1].isdecimal() or content[:1] in ')*_`"':
        return not content
    return not evidence.is_prose(content)


def parenthesised(table: Delimiters, place: int, end: int, *, llm: bool) -> Match | None:
    r"""The formula ``\(..\)`` at ``place`` (G3), ``\\(..\\)`` and ``\(..$`` mended (L6)."""
    opener = table.opener(place)
    if opener is None or opener.mark not in ("\\(", "\\\\("):
        return None
    if opener.mark == "\\\\(" and not llm:
        return None
    close, mixed = _closer(table, opener, end, llm=llm)
    if close == NONE or (llm and _is_taken(table, opener, close)):
        return None
    return _match(table.text, opener, close, mixed=mixed, display=False, llm=llm)


def _is_taken(table: Delimiters, opener: Opener, close: int) -> bool:
    r"""Whether a later opener at the same depth has the closer: ``\(a, and \(b\)`` holds ``b``."""
    if not _is_between(table, opener, close):
        return False
    following = table.opener(table.next_start(opener.mark, opener.start))
    return following is not None and following.level == close


def _is_between(table: Delimiters, opener: Opener, close: int) -> bool:
    """Whether the opener's mark may stand again before ``close``, as the text shows at a glance."""
    return table.text.find(opener.mark, opener.start + len(opener.mark), close) >= 0


def dollar(table: Delimiters, place: int, end: int, *, llm: bool) -> Match | None:
    r"""The formula ``$..$`` or ``$`..`$`` at ``place`` (G7, G8); ``$..\)`` mended (L6)."""
    if (ticked := _ticked(table, place, end)) is not None:
        return ticked
    opener = table.opener(place)
    if opener is None or opener.mark != "$":
        return None
    close, mixed = _closer(table, opener, end, llm=llm)
    if close == NONE or not (mixed or _is_single(table, close)):
        return None
    if not _is_dollar_content(table.text, place, close, llm=llm, mixed=mixed):
        return None
    return _match(table.text, opener, close, mixed=mixed, display=False, llm=llm)


def _is_single(table: Delimiters, close: int) -> bool:
    """Whether the run of dollars that begins at ``close`` is no longer than one."""
    return not table.text.startswith("$$", close)


def boxed(table: Delimiters, place: int, end: int) -> Match | None:
    r"""A bare ``\boxed{..}`` of prose: models are trained to end with it (L10)."""
    close = table.marks.boxed.get(place, NONE)
    if not NONE < close < min(end, place + MAX_CONTENT):
        return None
    content, repairs = _mend(table.text[place + len("\\boxed{") : close])
    if "$" in content or "\\(" in content:  # words with formulas: TeX's text mode reads both
        content = f"\\text{{{content}}}"
    tex = _NUMBERED_BOX.sub(_unnumbered, f"\\boxed{{{content}}}")
    return Match(place, close + 1, tex, "\\boxed", False, ("bare-boxed", *repairs))


_NUMBERED_BOX = re.compile(r"\\(begin|end)\{(align|gather|equation)\*?\}")
_INSIDE_BOX: Final = {"align": "aligned", "gather": "gathered", "equation": "aligned"}


def _unnumbered(found: re.Match[str]) -> str:
    r"""Numbered environments may not stand in a ``\boxed``; those of the same look may."""
    return f"\\{found[1]}{{{_INSIDE_BOX[found[2]]}}}"


def _limit(table: Delimiters, opener: Opener, end: int, block: bool) -> int:
    """Behind what offset a display formula's closer may not lie (G4, G5)."""
    place, mark = opener.start, opener.mark
    if not block:
        return min(end, table.next_blank(place))
    limit = min(end, table.next_barrier(place))
    if mark == "\\[" and (opener.level == NONE or _is_between(table, opener, opener.level)):
        limit = min(limit, table.next_line_start(mark, place))
    return limit


def _environment(table: Delimiters, place: int, limit: int, *, llm: bool) -> Match | None:
    if (environment := table.environment(place)) is None:
        return None
    name, _, behind = environment
    if not is_environment(name, llm=llm) or behind > min(limit, place + MAX_CONTENT):
        return None
    tex, repairs = _mend(table.text[place:behind]) if llm else (table.text[place:behind], ())
    return Match(place, behind, tex, f"\\begin{{{name}}}", True, repairs)


def _closer(table: Delimiters, opener: Opener, limit: int, *, llm: bool) -> tuple[int, bool]:
    """The offset of the closer within ``limit``, and whether it is of the mixed pair."""
    limit = min(limit, opener.start + MAX_CONTENT)
    own = opener.level if NONE < opener.level < limit else NONE
    if own == NONE and opener.mark != "$" and NONE < opener.nearest < limit:
        own = opener.nearest
    if not llm or not NONE < opener.mixed < (limit if own == NONE else own):
        return own, False
    if _is_mixed_pair(table, opener, own, limit):
        return opener.mixed, True
    return own, False


def _is_mixed_pair(table: Delimiters, opener: Opener, own: int, limit: int) -> bool:
    """L6: no blank line and no opener of the other kind lies before the wrong closer."""
    start, close = opener.start, opener.mixed
    if table.blank_between(start, close):
        return False
    inline = opener.mark in ("$", "\\(")
    if table.next_start("\\(" if inline else "\\[", start) < close:
        return False
    if opener.mark == "\\(" and not _is_dollar_closer(table, opener, close, limit):
        return False
    # Behind "\\(" a proper closer before the next opener tells: the dollars inside are content.
    return own == NONE or opener.mark != "\\(" or table.next_start(opener.mark, start) < own


def _is_dollar_closer(table: Delimiters, opener: Opener, close: int, end: int) -> bool:
    r"""Whether the ``$`` at ``close`` ends ``\(..$`` and does not open a formula of its own."""
    content, after = table.text[opener.start + 2 : close], table.text[close + 1 : close + 2]
    if not _is_single(table, close) or not content or content[-1] in SPACE:
        return False
    if after.isdecimal() or evidence.is_prose(content):
        return False
    return dollar(table, close, end, llm=True) is None


def _ticked(table: Delimiters, place: int, end: int) -> Match | None:
    if not table.text.startswith("`", place + 1):
        return None
    behind = table.marks.code.get(place + 1, NONE)
    if not NONE < behind < end or table.text[behind] != "$":
        return None
    inner = table.text[place + 1 : behind]
    ticks = len(inner) - len(inner.lstrip("`"))
    tex = inner[ticks:-ticks].strip()
    return Match(place, behind + 1, tex, "$`", False) if tex else None


def _is_dollar_content(text: str, place: int, close: int, *, llm: bool, mixed: bool) -> bool:
    """G8, and under ``llm`` L1 to L5, for the content between ``place`` and ``close``."""
    content = text[place + 1 : close]
    before, after = text[place - 1 : place], text[close + 1 : close + 2]
    if not content:
        return False
    if llm:
        content = _decoded(content)[0]
    if not mixed and after.isdecimal() and not (llm and evidence.has_command(content)):
        return False
    if content[0] in SPACE or content[-1] in SPACE:
        return llm and evidence.is_spaced_math(content) and evidence.is_glued_math(content, before)
    if not llm:
        return True
    if not evidence.is_glued_math(content, before):
        return False
    if not evidence.has_tex(content) and (evidence.is_money(content) or evidence.is_prose(content)):
        return False
    return mixed or not evidence.is_dangling(content, after)


def _is_escaped_link(text: str, opener: Opener, close: int) -> bool:
    r"""L9, asked first: thousands of ``\[`` before one ``\](`` would each weigh all between."""
    return opener.mark == "\\[" and text.startswith("(", close + 2)


def _is_doubtful_display(text: str, match: Match, block: bool) -> bool:
    before, after = text[match.start - 1 : match.start], text[match.end : match.end + 1]
    if match.markup == "$$":
        content = _decoded(text[match.start + 2 : match.end - 2])[0]
        if not block and (
            evidence.is_prose(content) or not evidence.is_glued_math(content, before)
        ):
            return True
        if evidence.is_doubled_money(content, after):
            return True
    inner = text[match.start + 2 : match.end - 2]
    if match.markup == "\\[" and evidence.is_escaped_prose(inner, after):
        return not (block and _REST_OF_LINE.match(text, match.end))
    return evidence.holds_prose_paragraph(match.tex)


def _match(
    text: str, opener: Opener, close: int, *, mixed: bool, display: bool, llm: bool
) -> Match | None:
    """The formula between ``opener`` and ``close``, mended; None if it is empty."""
    start, mark = opener.start, opener.mark
    content = text[start + len(mark) : close]
    behind = close + (_MIXED_LENGTH[mark] if mixed else len(mark))
    repairs: tuple[str, ...] = ("mixed-delimiters",) if mixed else ()
    if mark.startswith("\\\\"):
        content, repairs = _undouble(content), ("doubled-backslash",)
        mark = mark[1:]
    if llm:
        content, mended = _mend(content)
        repairs += mended
    content = content.strip(SPACE)
    if not content:
        return None
    return Match(start, behind, content, mark, display, repairs)


_MIXED_LENGTH: Final = {"$": 2, "\\(": 1, "$$": 2, "\\[": 2}  # of the other pair's closer
_COMMANDS = re.compile(r"(\\+)[A-Za-z]")
_PAIRS = re.compile(r"\\\\")
# What there is to mend holds one of these.
_DAMAGE = re.compile("[&\x08\x0c\u200b\u200c\u200d\u2060\ufeff]")
_CONTROL = re.compile(r"[\x08\x0c](?=[A-Za-z])")
_CONTROL_LETTERS: Final = {"\x08": "\\b", "\x0c": "\\f"}
_ENTITY = re.compile(r"&(lt|gt|amp);")
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&"}
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff"


def _undouble(content: str) -> str:
    """Halve the backslashes if every command is doubled."""
    if all(len(m[1]) % 2 == 0 for m in _COMMANDS.finditer(content)):
        return _PAIRS.sub(r"\\", content)
    return content


def _decoded(content: str) -> tuple[str, list[str]]:
    """The content without the damage that JSON and HTML escaping do, and what was mended."""
    repairs: list[str] = []
    if not _DAMAGE.search(content):
        return content, repairs
    mended = _CONTROL.sub(lambda m: _CONTROL_LETTERS[m.group()], content)
    if mended != content:
        repairs.append("control-character")
    decoded = _ENTITY.sub(lambda m: _ENTITIES[m[1]], mended)
    if decoded != mended:
        repairs.append("entity-in-math")
    return decoded, repairs


def _mend(content: str) -> tuple[str, tuple[str, ...]]:
    """The content decoded and without zero-width characters at its ends, and what was mended."""
    if not _DAMAGE.search(content):
        return content, ()
    decoded, repairs = _decoded(content)
    stripped = decoded.strip(SPACE)
    bare = stripped.strip(_ZERO_WIDTH)
    if bare != stripped:
        repairs.append("zero-width")
        decoded = bare
    return decoded, tuple(repairs)
