"""The blocks of a text that still grows: what is finished stays, the rest is rendered again.

A text is cut behind a block once nothing that follows can change it: another block has begun on
a whole line, no display formula, raw element or front matter before it waits for its end.  What
the finished blocks leave to those behind them (numbers, macros, labels, ids, definitions) is kept
in a :class:`Memory`, so that the HTML of all blocks, joined, is that of one rendering.

      # Title                 <- finished, never looked at again
      A paragraph             <- finished when the next line is complete
      - a list that may       <- open
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from . import characters, rawhtml, sanitize
from .convert import without
from .document import Formula
from .formulas import Collector
from .html import FragmentRenderer
from .options import Options
from .slugs import Slugs
from .source import Source
from .syntax import parser
from .syntax.front_matter import may_follow
from .syntax.state import ENV_KEY, Context
from .units import Unit, split

Labels = set[tuple[str, str]]
"""Definitions that were asked for: the kind, and the label."""


class _Links(dict[str, Any]):
    """Link definitions by label; remembers what is asked for."""

    def __init__(self, known: dict[str, Any], asked: Labels) -> None:
        super().__init__(known)
        self.asked = asked

    def get(self, label: str, default: Any = None) -> Any:
        self.asked.add(("link", label))
        return super().get(label, default)


class _Notes(dict[str, int]):
    """Footnotes' numbers by label; one that is defined again keeps its number."""

    def __init__(self, known: dict[str, int], asked: Labels) -> None:
        super().__init__(known)
        self.asked = asked

    def __contains__(self, label: object) -> bool:
        self.asked.add(("note", str(label)))
        return super().__contains__(label)

    def __setitem__(self, label: str, number: int) -> None:
        if number != -1 or not super().__contains__(label):
            super().__setitem__(label, number)


@dataclass(slots=True)
class Memory:
    """What the finished blocks leave behind."""

    collector: Collector
    slugs: Slugs
    formulas: list[Formula] = field(default_factory=list)
    links: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)  # label to number, -1 before its use
    used_notes: dict[int, dict[str, object]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    is_begun: bool = False  # something was cut off already

    def knows(self, what: tuple[str, str]) -> bool:
        """Whether a definition that was missed is there now."""
        kind, label = what
        if kind == "label":
            return self.collector.labels.has(label)
        return label in (self.links if kind == "link" else self.notes)

    @classmethod
    def empty(cls, options: Options) -> Memory:
        return cls(Collector(Source(""), options), Slugs(options.id_prefix))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as units, with all that its parsing left behind."""

    source: Source
    env: dict[str, Any]
    context: Context
    asked: Labels
    notes: list[Token]  # what opens the footnotes' definitions, which are shown at the end
    units: list[Unit]

    def finished(self) -> int:
        """How many units no further text can change."""
        whole_lines = self.source.text.count("\n")
        may_be_meta = self.context.front_matter and not self.context.meta
        if may_be_meta and may_follow(self.source.text):
            return 0
        count = len(self.units) - 1
        while count > 0 and self._begins(count) >= whole_lines:
            count -= 1
        if self.context.open_lines:
            opened = min(self.context.open_lines)
            while count > 0 and self.units[count - 1].lines[1] > opened:
                count -= 1
        if (waiting := rawhtml.waiting(tokens_of(self.units[:count]))) is not None:
            holds = (any(each is waiting for each in unit.tokens) for unit in self.units)
            return next(index for index, found in enumerate(holds) if found)
        return max(count, 0)

    def _begins(self, index: int) -> int:
        """The line by which it is certain that a unit begins.

        A table in the midst of a paragraph is told by its second line.
        """
        line = self.units[index].lines[0]
        is_next = line == self.units[index - 1].lines[1] and not self.units[index].is_inner
        return line + is_next


def tokens_of(units: Sequence[Unit]) -> list[Token]:
    return [token for unit in units for token in unit.tokens]


def parse(text: str, options: Options, memory: Memory, *, notes: bool = False) -> Parsed:
    """The units of ``text``, which follows what ``memory`` knows.

    With ``notes`` the footnotes' are the last of them; without, they are left out.
    """
    source, asked = Source(text, is_first=not memory.is_begun), Labels()
    context = Context.under(options)
    context.front_matter &= not memory.is_begun
    context.grows = not notes
    numbers = {number: dict(note) for number, note in memory.used_notes.items()}
    env: dict[str, Any] = {
        ENV_KEY: context,
        "references": _Links(memory.links, asked),
    }
    if not notes:
        env["footnotes"] = {"refs": _Notes(memory.notes, asked), "list": numbers}
    read = parser(options, notes=notes).parse(source.text, env)
    tokens = without(read, "think") if options.think == "drop" else read
    defined = [token for token in tokens if token.type == "footnote_reference_open"]
    if defined:
        tokens = without(tokens, "footnote_reference")
    return Parsed(source, env, context, asked, defined, split(tokens))


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of each unit, and the memory behind the finished ones."""

    html: list[str]
    memory: Memory
    missed: Labels  # of what the units asked for, what the finished ones do not define


def render_units(parsed: Parsed, options: Options, memory: Memory, finished: int) -> Rendered:
    """The HTML of all units, of which the first are ``finished``."""
    first, rest = tokens_of(parsed.units[:finished]), tokens_of(parsed.units[finished:])
    tokens = [*first, *rest]
    collector = memory.collector.copy(parsed.source)
    collector.read(first)
    behind = collector.copy()
    collector.read(rest)
    formulas = collector.settle(tokens)
    known = behind.count
    asked = parsed.asked.union(("label", name) for name in collector.labels.used)
    everything = [*memory.formulas, *formulas]
    renderer = FragmentRenderer(options, tokens, everything, None, memory.slugs.copy())
    md = parser(options, notes=False)
    html: list[str] = []
    slugs = memory.slugs
    for index, unit in enumerate(parsed.units):
        if index == finished:
            slugs = renderer.slugs.copy()
        html.append(renderer.render(unit.tokens, md.options, parsed.env))
    if finished == len(parsed.units):
        slugs = renderer.slugs
    after = Memory(
        collector=behind,
        slugs=slugs,
        formulas=everything[:known],
        links=_links_until(parsed, memory, finished),
        rules={**memory.rules, **renderer.wrapper.rules},
        is_begun=memory.is_begun or finished > 0,
    )
    _remember_notes(after, memory, parsed.notes, first)
    missed = {each for each in asked if not after.knows(each)}
    return Rendered(_safe(html, options), after, missed)


def _safe(html: list[str], options: Options) -> list[str]:
    """The HTML of the units under the policy; one value where it holds for the whole alone."""
    if options.html == "sanitize":
        html = [sanitize.clean("".join(html), options)]
    return html if options.html == "trust" else [characters.neutral_html(each) for each in html]


def _links_until(parsed: Parsed, memory: Memory, finished: int) -> dict[str, Any]:
    """The link definitions up to the end of the finished units."""
    behind = parsed.units[finished - 1].lines[1] if finished else 0
    if finished == len(parsed.units):
        behind = len(parsed.source.starts)
    links = dict(memory.links)
    for label, link in parsed.env["references"].items():
        if label not in links and link["map"][1] <= behind:
            links[label] = link
    return links


def _remember_notes(
    after: Memory, before: Memory, definitions: Sequence[Token], tokens: Sequence[Token]
) -> None:
    """The footnotes defined so far, and what ``tokens`` use of them."""
    after.notes, after.used_notes = dict(before.notes), dict(before.used_notes)
    for token in definitions:  # those of open blocks, too: they are shown at the end anyway
        after.notes.setdefault(":" + token.meta["label"], -1)
    for token in tokens:
        for child in (token.children or []) if token.type == "inline" else []:
            if child.type == "footnote_ref":
                label, number = child.meta["label"], child.meta["id"]
                after.notes[":" + label] = number
                after.used_notes[number] = {"label": label, "count": child.meta["subId"] + 1}
