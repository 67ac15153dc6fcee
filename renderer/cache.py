"""What was worked out once, kept from run to run: one SQLite file for all processes of a user.

A cache is there to save time and never a reason to fail.  Where it cannot be read or written,
everything goes on without it, and ``problem`` says why; a damaged file is replaced by a new one.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

VARIABLE: Final = "MATHWARD_CACHE"
"""The environment variable that names the cache's folder, or ``none``."""

_BUSY: Final = 10.0  # seconds to wait for another process that is writing
_DAY: Final = 86_400
_REFRESHED: Final = 7  # days after which a use is noted again
_CHUNK: Final = 500  # keys in one question; SQLite allows 999 everywhere
_SIDES: Final = ("", "-wal", "-shm", "-journal")

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS records (key BLOB PRIMARY KEY, used INTEGER, record TEXT) WITHOUT ROWID
"""


def default_cache() -> Path:
    """The folder for caches where the system keeps such things."""
    from platformdirs import user_cache_path

    return user_cache_path("mathward", appauthor=False)


def user_cache(name: str, folder: Path | str | None = None) -> Cache | None:
    """The file ``name`` in the folder that is given, that the environment names or the default.

    None where the word ``none`` stands for the folder.
    """
    folder = folder or os.environ.get(VARIABLE) or default_cache()
    return None if str(folder) == "none" else Cache(Path(folder) / name)


class Cache:
    """Texts by key in the file ``path``; no more than ``limit`` of them are kept."""

    def __init__(self, path: Path, limit: int = 200_000) -> None:
        self.path = path
        self.problem = ""
        self._limit = limit
        self._lock = Lock()
        self._grown = False
        self._opened = False
        self._base: sqlite3.Connection | None = None

    def read(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """The records that are there."""
        with self._lock:
            self._open()
            try:
                return self._read(keys)
            except sqlite3.Error as error:
                self._failed(error)
                return {}

    def write(self, records: Mapping[bytes, str]) -> None:
        """Keep these, in place of older ones."""
        rows = [(key, _today(), record) for key, record in records.items()]
        with self._lock:
            self._open()
            if self._base is None or not rows:
                return
            try:
                with self._base:
                    self._base.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", rows)
                self._grown = True
            except sqlite3.Error as error:
                self._failed(error)

    def close(self) -> None:
        """Drop what has not been used for longest, if there is too much, and close the file."""
        with self._lock:
            if self._base is None:
                return
            with suppress(sqlite3.Error):
                if self._grown:
                    self._prune(self._base)
            with suppress(sqlite3.Error):
                self._base.close()
            self._base = None

    def _open(self) -> None:
        """At first use, so that who needs no cache makes none."""
        if self._opened:
            return
        self._opened = True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._base = _connected(self.path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise  # it cannot be reached; whether it is damaged nobody knows
                self.problem = f"the cache {self.path} was damaged and begins anew"
                _remove(self.path)
                self._base = _connected(self.path)
        except (OSError, sqlite3.Error) as error:
            self._failed(error)

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        if self._base is None:
            return {}
        found: dict[bytes, str] = {}
        stale: list[bytes] = []
        for chunk in _chunks(keys):
            marks = ",".join("?" * len(chunk))
            query = f"SELECT key, used, record FROM records WHERE key IN ({marks})"  # noqa: S608
            for key, used, record in self._base.execute(query, chunk):
                found[key] = record
                if used <= _today() - _REFRESHED:
                    stale.append(key)
        if stale:
            with self._base:
                update = "UPDATE records SET used = ? WHERE key = ?"
                self._base.executemany(update, [(_today(), key) for key in stale])
        return found

    def _prune(self, base: sqlite3.Connection) -> None:
        (many,) = base.execute("SELECT count(*) FROM records").fetchone()
        if many > self._limit:
            with base:
                base.execute(
                    "DELETE FROM records WHERE key IN "
                    "(SELECT key FROM records ORDER BY used, key LIMIT ?)",
                    (many - self._limit * 3 // 4,),
                )

    def _failed(self, error: Exception) -> None:
        """Go on without the file; one that turns out to be damaged is gone at the next run."""
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        self.problem = f"the cache {self.path} cannot be used: {reason}"
        damaged = not isinstance(error, OSError | sqlite3.OperationalError)
        if self._base is not None:
            with suppress(sqlite3.Error):
                self._base.close()
            self._base = None
            if damaged:
                _remove(self.path)


def _connected(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=_BUSY, check_same_thread=False)
    try:
        base.execute("PRAGMA journal_mode = WAL")  # readers and a writer at once
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(_TABLE)
        base.execute("SELECT key, used, record FROM records LIMIT 1").fetchone()
    except BaseException:
        base.close()
        raise
    return base


def _remove(path: Path) -> None:
    for side in _SIDES:
        with suppress(OSError):
            path.with_name(path.name + side).unlink()


def _chunks(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    yield from (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))


def _today() -> int:
    return int(time.time()) // _DAY
