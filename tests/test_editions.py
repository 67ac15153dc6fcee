"""Editions: an assets folder whose addresses tell their content, and `mathward assets`."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from renderer import OutputError, assets, editions
from renderer.assets import digests
from renderer.cli import main
from renderer.editions import RECORD, edition_of, install_edition, looks, scratch_folder


def below(folder: Path) -> dict[str, str]:
    """SHA-256 of each file."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def as_other_version(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(editions, "__version__", version)


def test_edition_is_named_after_what_is_written(tmp_path: Path) -> None:
    """The digests that make the name are those of the very files, all of them."""
    made = install_edition(tmp_path, looks())
    assert below(tmp_path / made.edition) == digests(looks())
    assert made.edition == edition_of(looks())
    assert made.files == made.written + 1  # fonts.css is written by another hand
    assert json.loads((tmp_path / RECORD).read_bytes())["edition"] == made.edition


def test_another_theme_makes_another_edition(tmp_path: Path) -> None:
    """A look of the application's own is in the folder, and in its name."""
    theme = tmp_path / "mine"
    theme.mkdir()
    (theme / "theme.toml").write_text('inherits = "plain"\ncss = ["mine.css"]\n', "utf-8")
    (theme / "mine.css").write_text("p { color: teal }", "utf-8")
    assert edition_of(looks(theme)) != edition_of(looks()) == edition_of(looks("plain"))
    made = install_edition(tmp_path / "out", looks(theme))
    assert "teal" in (tmp_path / "out" / made.edition / "mine.css").read_text("utf-8")


def test_second_run_writes_nothing_and_mends_what_was_changed(tmp_path: Path) -> None:
    """A deployment may run it each time; a file that is not as it should be is replaced."""
    first = install_edition(tmp_path, looks())
    damaged = tmp_path / first.edition / "mathward.js"
    damaged.write_text("half", "utf-8")
    assert install_edition(tmp_path, looks()).written == 1
    again = install_edition(tmp_path, looks())
    assert (again.edition, again.written) == (first.edition, 0)
    assert below(tmp_path / first.edition) == digests(looks())


def test_superseded_edition_stays_for_a_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that are open find their files; counted from when it was superseded, not written."""
    old = install_edition(tmp_path, looks()).edition
    os.utime(tmp_path / old, (0, 0))
    as_other_version(monkeypatch, "0.2.0")
    made = install_edition(tmp_path, looks())
    assert (made.kept, made.removed) == ((old,), ())
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + editions.KEPT + 60)
    made = install_edition(tmp_path, looks())
    assert (made.kept, made.removed) == ((), (old,))
    assert sorted(path.name for path in tmp_path.iterdir()) == [made.edition, RECORD]


def test_way_back_to_an_earlier_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rolled back, the earlier edition is current again and the later one superseded."""
    old = install_edition(tmp_path, looks()).edition
    with monkeypatch.context() as later:
        as_other_version(later, "0.2.0")
        new = install_edition(tmp_path, looks()).edition
    made = install_edition(tmp_path, looks(), prune=True)
    assert (made.edition, made.removed) == (old, (new,))


@pytest.mark.parametrize(
    "record",
    [
        b"no json",
        b"[1]",
        b'{"edition": "../precious", "superseded": {"precious": 0, "..": 0, "/": 0}}',
        b'{"edition": 7, "superseded": {"0.1.0-0123456789ab": "yesterday"}}',
    ],
)
def test_record_of_anybody_removes_nothing(tmp_path: Path, record: bytes) -> None:
    """Only names of editions are believed, so no record can have another folder deleted."""
    folder = tmp_path / "static"
    for kept in (tmp_path / "precious", folder / "precious", folder / "0.1.0-0123456789ab"):
        kept.mkdir(parents=True)
    (folder / RECORD).write_bytes(record)
    assert install_edition(folder, looks(), prune=True).removed == ()
    assert (tmp_path / "precious").is_dir()
    assert (folder / "precious").is_dir()
    assert (folder / "0.1.0-0123456789ab").is_dir()


def test_scratch_folder_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user's cache cannot be written, a temporary folder takes its place."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert scratch_folder().is_relative_to(tmp_path)
    (tmp_path / "file").write_text("in the way", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert scratch_folder().parent == tmp_path


def test_command_prints_the_edition_or_its_record(tmp_path: Path) -> None:
    """The folder to link to is what standard output says; --json says all."""
    run = CliRunner().invoke(main, ["assets", str(tmp_path)])
    assert run.exit_code == 0
    assert Path(run.stdout.strip()) == tmp_path / edition_of(looks())
    assert f"{len(digests(looks()))} files" in run.stderr
    run = CliRunner().invoke(main, ["assets", str(tmp_path), "--prune", "--json"])
    assert json.loads(run.stdout) == {
        "type": "assets",
        "folder": str(tmp_path),
        "edition": edition_of(looks()),
        "files": len(digests(looks())),
        "written": 0,
        "removed": [],
        "kept": [],
    }
    assert run.stderr == ""
    assert CliRunner().invoke(main, ["assets", str(tmp_path), "-q"]).output == ""


def test_command_says_what_is_wrong_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No theme of that name: 2; no folder to write to, or damaged files of MathJax: 3."""
    run = CliRunner().invoke(main, ["assets", str(tmp_path), "--theme", "plein"])
    assert (run.exit_code, run.stderr.count("\n")) == (2, 1)
    assert "did you mean plain" in run.stderr
    (tmp_path / "file").write_text("in the way", "utf-8")
    run = CliRunner().invoke(main, ["assets", str(tmp_path / "file")])
    assert run.exit_code == 3
    assert re.fullmatch(r".*file.*: .*\n", run.stderr)
    monkeypatch.setattr(assets, "_VENDOR", tmp_path)
    run = CliRunner().invoke(main, ["assets", str(tmp_path / "out")])
    assert run.exit_code == 3
    assert "MathJax's files are not in the package" in run.stderr


def test_folder_that_cannot_be_removed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier edition that stays for want of permission is an error with its path."""
    old = install_edition(tmp_path, looks()).edition
    as_other_version(monkeypatch, "0.2.0")

    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(OutputError, match=f"{old}: permission denied"):
        install_edition(tmp_path, looks(), prune=True)
