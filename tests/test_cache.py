"""``renderer.cache``: kept from run to run, for many processes, and never a reason to fail."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from renderer.cache import Cache


def _keys(number: int) -> list[bytes]:
    return [index.to_bytes(16, "big") for index in range(number)]


def test_records_stay(tmp_path: Path) -> None:
    """What one run writes the next one reads, thousands at once."""
    records = {key: f"record {index}" for index, key in enumerate(_keys(2500))}
    cache = Cache(tmp_path / "new" / "cache.sqlite")
    cache.write(records)
    cache.close()
    again = Cache(tmp_path / "new" / "cache.sqlite")
    assert again.read([*records, b"unknown"]) == records
    again.close()
    assert (cache.problem, again.problem) == ("", "")


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    """A cache that nobody asks leaves no folder behind."""
    Cache(tmp_path / "cache" / "x").close()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_damaged_file_begins_anew(tmp_path: Path, damage: bytes) -> None:
    """Whatever is in the file, the run goes on, says so once, and the next one finds it mended."""
    path = tmp_path / "cache.sqlite"
    path.write_bytes(damage)
    for problem in (True, False):
        cache = Cache(path)
        cache.read(_keys(1))
        cache.write(dict.fromkeys(_keys(1), "x"))
        cache.close()
        assert bool(cache.problem) == problem
    assert Cache(path).read(_keys(1)) == dict.fromkeys(_keys(1), "x")


def test_damage_deep_in_the_file(tmp_path: Path) -> None:
    """Pages of the file that turn out to be damaged while reading end the cache, not the run."""
    path = tmp_path / "cache.sqlite"
    cache = Cache(path)
    cache.write(dict.fromkeys(_keys(2000), "x" * 100))
    cache.close()
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
    cache = Cache(path)
    cache.read(_keys(2000))
    cache.close()
    assert "cache.sqlite" in cache.problem
    fresh = Cache(path)
    fresh.write(dict.fromkeys(_keys(1), "y"))
    assert fresh.read(_keys(1)) == dict.fromkeys(_keys(1), "y")
    fresh.close()


def test_place_that_cannot_be_used(tmp_path: Path) -> None:
    """A file where the folder should be: nothing is kept, nothing fails, the path is named."""
    (tmp_path / "file").write_text("", "utf-8")
    cache = Cache(tmp_path / "file" / "cache.sqlite")
    cache.write(dict.fromkeys(_keys(1), "x"))
    assert cache.read(_keys(1)) == {}
    cache.close()
    assert str(tmp_path / "file" / "cache.sqlite") in cache.problem


def test_growth_is_bounded_by_last_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit those go that were not used for longest; reading counts as use."""
    old, new = _keys(10)[:5], _keys(10)[5:]
    path = tmp_path / "cache.sqlite"
    cache = Cache(path, limit=8)
    cache.write(dict.fromkeys(old, "x"))
    cache.close()
    later = time.time() + 30 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    cache = Cache(path, limit=8)
    cache.read(old[:1])
    cache.write(dict.fromkeys(new, "x"))
    cache.close()
    assert set(Cache(path).read([*old, *new])) == {old[0], *new}


WRITER = """
import sys
from pathlib import Path
from renderer.cache import Cache
cache = Cache(Path(sys.argv[1]))
first = int(sys.argv[2])
for index in range(first, first + 200):
    cache.write({index.to_bytes(16, "big"): str(index)})
cache.close()
print(cache.problem)
"""


def test_many_processes_write_at_once(tmp_path: Path) -> None:
    """No record is lost and none waits in vain when four runs share one file."""
    path = tmp_path / "cache.sqlite"
    command = [sys.executable, "-c", WRITER, str(path)]
    runs = [
        subprocess.Popen([*command, str(start * 200)], stdout=subprocess.PIPE, text=True)
        for start in range(4)
    ]
    assert [run.communicate()[0].strip() for run in runs] == [""] * 4
    assert len(Cache(path).read(_keys(800))) == 800


def test_locked_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process never lets go of is not taken for damaged."""
    monkeypatch.setattr("renderer.cache._BUSY", 0.1)
    path = tmp_path / "cache.sqlite"
    cache = Cache(path)
    cache.write(dict.fromkeys(_keys(1), "x"))
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    cache.write(dict.fromkeys(_keys(2), "y"))
    holder.rollback()
    holder.close()
    assert "locked" in cache.problem
    assert os.path.getsize(path) > 0
    assert Cache(path).read(_keys(2)) == dict.fromkeys(_keys(1), "x")
