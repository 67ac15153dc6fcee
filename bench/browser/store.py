"""Results as JSON lines, one for each visit, so that a run that is killed loses nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from ..setting import Setting


@dataclass(frozen=True, slots=True)
class Result:
    """One visit; ``reason`` says why it gave no figures."""

    size: int
    engine: str
    visit: str
    round: int
    figures: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


class Store:
    """The results of one run, in memory and in a file; ``setting`` is its first line."""

    def __init__(self, path: Path, setting: Setting) -> None:
        self.setting = setting
        self.results: list[Result] = []
        self._path = path

    @classmethod
    def begin(cls, path: Path, setting: Setting) -> Store:
        """An empty store; what was at ``path`` is kept beside it."""
        if path.is_file():
            path.replace(path.with_suffix(".previous.jsonl"))
        path.write_text(json.dumps(asdict(setting)) + "\n", "utf-8")
        return cls(path, setting)

    @classmethod
    def load(cls, path: Path) -> Store:
        """What is at ``path``; a line that was cut off by a kill is dropped."""
        first, *lines = path.read_text("utf-8").splitlines()
        store = cls(path, Setting(**json.loads(first)))
        for line in lines:
            try:
                store.results.append(Result(**json.loads(line)))
            except json.JSONDecodeError:
                continue
        whole = [asdict(store.setting), *(asdict(result) for result in store.results)]
        path.write_text("".join(json.dumps(each) + "\n" for each in whole), "utf-8")
        return store

    def add(self, result: Result) -> None:
        """Keep a result, on disk before anything else happens."""
        self.results.append(result)
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(result)) + "\n")

    def has(self, size: int, engine: str, visit: str, round: int) -> bool:
        """Whether there are figures of this visit."""
        wanted = (size, engine, visit, round)
        made = (result for result in self.results if result.figures)
        return any((r.size, r.engine, r.visit, r.round) == wanted for r in made)

    @property
    def sizes(self) -> list[int]:
        """The sizes that there are results of."""
        return sorted({result.size for result in self.results})

    def medians(self, size: int) -> dict[str, dict[str, float]]:
        """For each engine the median of each figure over its rounds."""
        found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for result in self.results:
            if result.size == size:
                for name, value in result.figures.items():
                    found[result.engine][name].append(value)
        return {
            engine: {name: median(values) for name, values in figures.items()}
            for engine, figures in found.items()
        }

    def rounds(self, size: int) -> int:
        """How often each engine was visited at this size, at the most."""
        return max((r.round for r in self.results if r.size == size), default=-1) + 1

    def reasons(self, size: int) -> dict[str, str]:
        """Why an engine has no figures, or not all, at this size."""
        here = [result for result in self.results if result.size == size]
        made = {key for r in here if r.figures for key in ((r.engine, r.visit), (r.engine, "none"))}
        return {r.engine: r.reason for r in here if r.reason and (r.engine, r.visit) not in made}
