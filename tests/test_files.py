"""The disk: what is read, what is found in a folder, and what a write leaves behind."""

from __future__ import annotations

import fcntl
import os
import resource
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from renderer.errors import OutputError, SourceError
from renderer.files import (
    copy_atomically,
    decode,
    encoded,
    find_sources,
    read_source,
    sweep,
    write_atomically,
)

LIMIT = 1_000


def _leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".mathward-*")]


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "a\r\nb\rc\n", "\ufeff# x", "nul \0 here", "line\u2028separator", "公式 $x$ 😀"]
)
def test_every_character_arrives(tmp_path: Path, text: str) -> None:
    """The text handed on is the file's, character by character."""
    path = tmp_path / "a.md"
    path.write_bytes(text.encode())
    assert read_source(path, LIMIT) == text


def test_bad_byte_is_named_with_its_place() -> None:
    """Invalid UTF-8 is refused with the byte, its offset and its line."""
    with pytest.raises(SourceError) as caught:
        decode(b"one\ntwo \xff", "a.md")
    expected = "a.md: not UTF-8: byte 0xff at offset 8 (line 2); see --encoding-errors"
    assert str(caught.value) == expected


def test_utf16_is_recognised() -> None:
    """A file saved as UTF-16, as Windows editors do, is called by its name."""
    with pytest.raises(SourceError, match="it looks like UTF-16"):
        decode("text".encode("utf-16"), "a.md")


def test_bad_bytes_can_be_replaced() -> None:
    """``replace`` puts U+FFFD for what is not UTF-8 and keeps the rest."""
    assert decode(b"a\xffb", "a.md", "replace") == "a\ufffdb"


def test_too_large_is_told_without_reading(tmp_path: Path) -> None:
    """A file of 100 TB, which nobody could read, is refused by its size alone."""
    path = tmp_path / "big.md"
    path.touch()
    os.truncate(path, 10**13)
    with pytest.raises(SourceError, match=r"10,000,000,000,000 bytes, more than the 1,000 bytes"):
        read_source(path, LIMIT)


def test_size_limit_is_exact(tmp_path: Path) -> None:
    """A source of exactly the limit is read; one byte more is refused."""
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * LIMIT)
    assert len(read_source(path, LIMIT)) == LIMIT
    with pytest.raises(SourceError, match="more than"):
        read_source(path, LIMIT - 1)


def test_endless_file_is_not_read_to_its_end() -> None:
    """A file of the system that tells no size is read up to the limit and no further."""
    with pytest.raises(SourceError, match="more than the 10 bytes"):
        read_source(Path("/proc/self/status"), 10)


def test_special_files_are_refused_unopened(tmp_path: Path) -> None:
    """A pipe nobody writes to would hang the reader; it and a device are refused at once."""
    pipe = tmp_path / "a.md"
    os.mkfifo(pipe)
    with pytest.raises(SourceError, match="is a pipe; give - to read standard input"):
        read_source(pipe, LIMIT)
    with pytest.raises(SourceError, match="is a device or socket"):
        read_source(Path("/dev/zero"), LIMIT)
    with pytest.raises(SourceError, match="is a folder"):
        read_source(tmp_path, LIMIT)


def test_missing_file_is_one_line(tmp_path: Path) -> None:
    """The message is the path as it was given and the reason."""
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / "none.md", LIMIT)
    assert str(caught.value) == f"{tmp_path / 'none.md'}: no such file or directory"


# --- walking ---------------------------------------------------------------------------------


def _tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_markdown_below_a_folder_is_found_in_order(tmp_path: Path) -> None:
    """Sources come sorted, from sub folders too; hidden and other files are passed over."""
    _tree(tmp_path, "b.md", "a.markdown", "sub/c.MD", "note.txt", ".hidden.md", ".git/x.md")
    found = find_sources(tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in found.sources]
    assert names == ["a.markdown", "b.md", "sub/c.MD"]
    assert found.problems == ()


def test_folder_without_markdown_is_a_problem(tmp_path: Path) -> None:
    """An empty result is told, never passed over in silence."""
    (problem,) = find_sources(tmp_path).problems
    assert str(problem) == f"{tmp_path}: no Markdown files in this folder"


@pytest.mark.parametrize(
    ("link", "target", "reason"),
    [
        ("in/loop", "loop", "links lead in a circle"),
        ("in/up", "..", "leads out of the folder"),
        ("in/sub/top", "../../in", "leads back to a folder that it lies in"),
        ("in/other", "../elsewhere", "leads out of the folder"),
        ("in/secret.md", "/etc/passwd", "leads out of the folder, to /etc/passwd"),
        ("in/gone.md", "nothing", "leads nowhere"),
    ],
)
def test_links_astray_are_problems(tmp_path: Path, link: str, target: str, reason: str) -> None:
    """Circles and ways out of the tree are named, with the link, and not followed."""
    _tree(tmp_path, "in/a.md", "in/sub/b.md", "elsewhere/c.md")
    (tmp_path / link).symlink_to(target)
    found = find_sources(tmp_path / "in")
    (problem,) = found.problems
    assert problem.path == str(tmp_path / link)
    assert reason in str(problem)
    assert len(found.sources) == 2


def test_links_inside_the_tree(tmp_path: Path) -> None:
    """A linked file is a source under its own name; a linked folder is not walked twice."""
    _tree(tmp_path, "a.md", "sub/b.md", "readme.txt")
    (tmp_path / "again.md").symlink_to("a.md")
    (tmp_path / "alias").symlink_to("sub")
    (tmp_path / "outside.txt").symlink_to("/etc/passwd")
    found = find_sources(tmp_path)
    assert [path.name for path in found.sources] == ["a.md", "again.md", "b.md"]
    assert found.problems == ()


# --- writing ---------------------------------------------------------------------------------


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    """A write makes the missing folders and leaves the target alone in its folder."""
    target = tmp_path / "new" / "sub" / "a.html"
    write_atomically(target, b"page")
    assert target.read_bytes() == b"page"
    assert os.listdir(target.parent) == ["a.html"]


def test_permissions(tmp_path: Path) -> None:
    """A new file gets what the umask allows; one that is replaced keeps its permissions."""
    before = os.umask(0o027)
    try:
        new, old = tmp_path / "new.html", tmp_path / "old.html"
        old.touch()
        old.chmod(0o604)
        write_atomically(new, b"x")
        write_atomically(old, b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    assert stat.S_IMODE(old.stat().st_mode) == 0o604


def test_link_is_written_through(tmp_path: Path) -> None:
    """A target that is a link stays one; the file that it means is replaced."""
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    link.symlink_to(real.name)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_longest_name_can_be_written(tmp_path: Path) -> None:
    """The temporary name does not grow with the target's, whose 255 bytes are the most."""
    target = tmp_path / ("é" * 125 + ".html")
    write_atomically(target, b"x")
    assert target.read_bytes() == b"x"


@pytest.mark.parametrize("name", ["folder", "pipe", "file/a.html"])
def test_what_cannot_be_a_page_is_left_alone(tmp_path: Path, name: str) -> None:
    """A folder, a pipe or a file where a folder should be: one line, nothing changed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / name, b"x")
    assert caught.value.path == str(tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "pipe"]
    assert (tmp_path / "file").read_text() == "mine"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_device_is_not_replaced() -> None:
    """Even root's ``-o /dev/null`` leaves the device a device."""
    with pytest.raises(OutputError, match="is a device or pipe"):
        write_atomically(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """When the bytes run out half-way the target is the old one and no temporary stays."""
    target = tmp_path / "a.html"
    target.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    try:
        with pytest.raises(OutputError, match="file too large"):
            write_atomically(target, b"x" * 20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.html"]


@pytest.mark.parametrize("step", ["chmod", "fsync", "replace"])
def test_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """An exception of any kind at any step takes the temporary file away."""
    target = tmp_path / "a.html"
    target.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, b"new")
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.html"]


def test_sweep_takes_the_dead_and_leaves_the_living(tmp_path: Path) -> None:
    """Leftovers of killed runs go; a temporary in use, and the user's files, stay."""
    (tmp_path / ".mathward-dead.tmp").touch()
    (tmp_path / ".mathward-notes.md").touch()
    alive = tmp_path / ".mathward-alive.tmp"
    with alive.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        sweep(tmp_path)
        assert sorted(_leftovers(tmp_path)) == [".mathward-alive.tmp", ".mathward-notes.md"]
    sweep(tmp_path)
    assert _leftovers(tmp_path) == [".mathward-notes.md"]


def test_sweep_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    """Something odd under a temporary name does not hang the next run."""
    os.mkfifo(tmp_path / ".mathward-odd.tmp")
    sweep(tmp_path)


def test_writers_and_sweepers_at_once(tmp_path: Path) -> None:
    """Processes that write one target and sweep its folder all the time never fail or tear it."""
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from renderer.files import sweep, write_atomically
        target, letter = Path(sys.argv[1]), sys.argv[2].encode()
        for _ in range(40):
            write_atomically(target, letter * 50_000)
            sweep(target.parent)
            assert len(set(target.read_bytes())) == 1
    """)
    target = tmp_path / "a.html"
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(target), letter], cwd=_checkout())
        for letter in "abc"
    ]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    assert len(target.read_bytes()) == 50_000
    assert os.listdir(tmp_path) == ["a.html"]


def test_equal_copy_is_left_alone(tmp_path: Path) -> None:
    """A picture that is already there is not written again; a changed one is."""
    source, copy = tmp_path / "a.png", tmp_path / "out" / "a.png"
    source.write_bytes(b"one")
    copy_atomically(source, copy)
    os.utime(copy, (1, 1))
    copy_atomically(source, copy)
    assert copy.stat().st_mtime == 1
    source.write_bytes(b"two")
    copy_atomically(source, copy)
    assert copy.read_bytes() == b"two"


def test_half_a_surrogate_pair_is_written() -> None:
    """What no encoding can hold does not end the run."""
    assert encoded("a\ud800b") == b"a?b"


def _checkout() -> Path:
    return Path(__file__).resolve().parents[1]
