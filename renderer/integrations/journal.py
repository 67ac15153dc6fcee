"""The HTML of an answer that is being written, and what has changed since any moment.

A reader is one number: how much it has seen.  What it lacks is put together from the journal
when it asks, merged to the fewest patches, so one that reads slowly costs nothing while it does.
The journal is bounded: a reader from before its beginning is told to start over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..stream import Patch

LIMIT: Final = 65_536
"""Characters of patches that are kept, unless the HTML itself is longer."""

_EACH: Final = 100  # characters that stand for what a patch costs besides its HTML


@dataclass(frozen=True, slots=True)
class Change:
    """What a reader lacks; after ``reset`` it clears what it shows first.

    ``number`` is what it has seen then.  ``css`` is there if the rules have changed: all of them.
    """

    number: int
    patches: tuple[Patch, ...]
    css: str | None = None
    reset: bool = False

    def __bool__(self) -> bool:
        return self.reset or bool(self.patches) or self.css is not None


@dataclass(frozen=True, slots=True)
class _Entry:
    change: Change
    fresh: frozenset[str]  # keys whose first patch of this entry makes them
    weight: int


class Journal:
    """Patches in their order, numbered from ``first`` on."""

    def __init__(self, first: int, limit: int = LIMIT) -> None:
        self.number = first
        self.css = ""
        self._values: dict[str, str] = {}
        self._entries: deque[_Entry] = deque()
        self._limit = limit
        self._weight = 0
        self._length = 0  # of all values

    def add(self, patches: Iterable[Patch], css: str = "") -> bool:
        """Note what has changed; false if nothing has.  ``css`` are all rules there are now."""
        patches = tuple(patches)
        if not patches and css == self.css:
            return False
        fresh = frozenset(self._apply(patches))
        self.number += 1
        change = Change(self.number, patches, css if css != self.css else None)
        self.css = css
        weight = sum(len(patch.get("html", "")) + _EACH for patch in patches) + len(
            change.css or ""
        )
        self._entries.append(_Entry(change, fresh, weight))
        self._weight += weight
        while self._weight > max(self._limit, self._length):
            self._weight -= self._entries.popleft().weight
        return True

    def since(self, seen: int | None) -> Change:
        """What a reader lacks that has ``seen`` that much; all, to a new one."""
        if seen == self.number:
            return Change(seen, ())
        oldest = self.number - len(self._entries)
        if seen is None or not oldest <= seen < self.number:
            return self._all(reset=seen is not None)
        missing = [self._entries[place] for place in range(seen - self.number, 0)]
        if len(missing) == 1:
            return missing[0].change
        css = [entry.change.css for entry in missing if entry.change.css is not None]
        return Change(self.number, tuple(_merged(missing)), css[-1] if css else None)

    def _all(self, *, reset: bool) -> Change:
        patches: list[Patch] = [
            {"op": "set", "key": key, "html": html} for key, html in self._values.items()
        ]
        return Change(self.number, tuple(patches), self.css if self.css or reset else None, reset)

    def _apply(self, patches: Iterable[Patch]) -> Iterator[str]:
        """Bring the values up to date; the keys that these patches make, if they begin so."""
        seen: set[str] = set()
        for patch in patches:
            key, html = patch["key"], patch.get("html", "")
            if key not in seen and key not in self._values:
                yield key
            seen.add(key)
            old = self._values.get(key, "")
            if patch["op"] == "drop":
                del self._values[key]
                self._length -= len(old)
            else:
                self._values[key] = new = old + html if patch["op"] == "append" else html
                self._length += len(new) - len(old)


def _merged(entries: Iterable[_Entry]) -> Iterator[Patch]:
    """The fewest patches that do the same: drops first, then each key once.

    A key that is dropped and set again counts as new and comes last, so its order is that of
    its latest beginning.
    """
    had: set[str] = set()  # by the reader, of the keys that are met
    met: set[str] = set()
    dropped: dict[str, None] = {}
    changed: dict[str, Patch] = {}
    for entry in entries:
        had |= {patch["key"] for patch in entry.change.patches} - met - entry.fresh
        for patch in entry.change.patches:
            key = patch["key"]
            met.add(key)
            if patch["op"] == "drop":
                changed.pop(key, None)
                if key in had:
                    dropped[key] = None
            else:
                changed[key] = _joined(changed.get(key), patch)
    for key in dropped:
        yield {"op": "drop", "key": key}
    yield from changed.values()


def _joined(before: Patch | None, patch: Patch) -> Patch:
    if before is None or patch["op"] == "set":
        return patch
    html = before.get("html", "") + patch.get("html", "")
    return {"op": before["op"], "key": patch["key"], "html": html}
