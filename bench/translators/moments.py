"""The moments at which a reader may ask for a translation, and what is measured then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from engine import Engine, Setting
from judge import Inventory, Score, judge, restored
from pages import OPTED_OUT, Page, Server

PATIENCE = 60_000  # milliseconds for one reading; a page that is done is left at once


@dataclass(slots=True)
class Run:
    """One page translated once."""

    engine: str
    page: str
    moment: str
    setting: str
    control: bool
    score: Score
    restored: bool | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Bench:
    """One engine with the pages' server; ``run`` measures one page at one moment."""

    engine: Engine
    server: Server
    _untranslated: dict[tuple[str, bool], Inventory] = field(default_factory=dict)

    def run(self, page: Page, moment: str, setting: Setting) -> Run:
        started = time.monotonic()
        appended = moment == "appended"
        original = self._original(page, appended)
        late = MOMENTS[moment](self, page, setting)
        now = self._inventory(page)
        score = judge(
            original, now, reordered=setting.reorders, seen_only=not setting.honours_marks
        )
        if late and not score.is_good:
            score.wrong.insert(0, f"time was up with {late}")
        name = f"{self.engine.name} {self.engine.version}"
        run = Run(name, page.name, moment, setting.name, page.is_control, score)
        if moment == "after":
            wrong = self._restore(page, original)
            run.restored = not wrong
            score.wrong += wrong
        run.seconds = time.monotonic() - started
        return run

    def before(self, page: Page, setting: Setting) -> str:
        """Translated and read to the end while MathJax is still on its way."""
        self._open(page, gate=False)
        self.engine.translate(page, setting)
        self._read(page, typeset=False, translated=True)
        self.server.gate.set()
        return self._read(page, typeset=True, translated=True)

    def during(self, page: Page, setting: Setting) -> str:
        """Translated while MathJax loads and typesets."""
        self._open(page, gate=False)
        self.server.gate.set()
        self.engine.translate(page, setting)
        return self._read(page, typeset=True, translated=True)

    def after(self, page: Page, setting: Setting) -> str:
        """Translated when all is typeset."""
        self._open(page)
        self._read(page, typeset=True, translated=False)
        self.engine.translate(page, setting)
        return self._read(page, typeset=True, translated=True)

    def appended(self, page: Page, setting: Setting) -> str:
        """As after; then a script appends a batch, which the translation has to take in as well."""
        self.after(page, setting)
        self.engine.append(page.more)
        return self._read(page, typeset=True, translated=True)

    def _original(self, page: Page, appended: bool) -> Inventory:
        key = (page.name, appended)
        if key not in self._untranslated:
            self._open(page)
            if appended:
                self.engine.append(page.more)
            self._read(page, typeset=True, translated=False)
            self._untranslated[key] = self._inventory(page)
        return self._untranslated[key]

    def _restore(self, page: Page, original: Inventory) -> list[str]:
        self.engine.restore()
        self._read(page, typeset=True, translated=False)
        return restored(original, self._inventory(page))

    def _open(self, page: Page, *, gate: bool = True) -> None:
        (self.server.gate.set if gate else self.server.gate.clear)()
        self.engine.open(self.server.url(page))

    def _read(self, page: Page, *, typeset: bool, translated: bool) -> str:
        wanted = {**_selectors(page), "typeset": typeset, "translated": translated}
        return str(self.engine.run("readThrough", {**wanted, "patience": PATIENCE}))

    def _inventory(self, page: Page) -> Inventory:
        found: Inventory = self.engine.run("inventory", _selectors(page))
        return found


MOMENTS: dict[str, Callable[[Bench, Page, Setting], str]] = {
    "before": Bench.before,
    "during": Bench.during,
    "after": Bench.after,
    "appended": Bench.appended,
}


def _selectors(page: Page) -> dict[str, Any]:
    return {**asdict(page.look), "optedOut": OPTED_OUT}
