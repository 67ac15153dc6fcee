"""The disk: sources are read strictly, folders walked without surprises, targets replaced whole.

Nothing else in the package opens a source or writes a page.  A target is at every moment the
old file or the new one: the bytes go to a temporary name beside it, which then takes its place.

Next hop: :func:`read_source` hands the exact characters of a file, as ``str``, to
:func:`renderer.convert.render`.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final, Literal

from .errors import OutputError, SourceError

if sys.platform != "win32":
    import fcntl

EncodingErrors = Literal["strict", "replace"]

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn"})
HTML: Final = frozenset({".html", ".htm"})
STDIN_NAME: Final = "<stdin>"
_TEMPORARY: Final = (".mathward-", ".tmp")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def reason(error: OSError) -> str:
    """What went wrong, in the system's words and without the path."""
    text = error.strerror or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


# --- reading ---------------------------------------------------------------------------------


def read_source(path: Path, limit: int, errors: EncodingErrors = "strict") -> str:
    """The text of a regular file of at most ``limit`` bytes, every character as it stands.

    Pipes and devices are refused before they are opened (opening one may hang or act), and a
    file that is too large before it is read.
    """
    name = str(path)
    try:
        status = path.stat()
        _refuse_special(name, status.st_mode)
        if status.st_size > limit:
            raise SourceError(name, f"{status.st_size:,} bytes, {_too_much(limit)}")
        with path.open("rb") as stream:
            return _bounded(stream, name, limit, errors)
    except OSError as error:
        raise SourceError(name, reason(error)) from error


def read_stdin(limit: int, errors: EncodingErrors = "strict") -> str:
    """The text on standard input; no more than ``limit`` bytes and one are ever read."""
    if sys.stdin is None:
        raise SourceError(STDIN_NAME, "it is closed")
    try:
        return _bounded(sys.stdin.buffer, STDIN_NAME, limit, errors)
    except OSError as error:
        raise SourceError(STDIN_NAME, reason(error)) from error


def _bounded(stream: BinaryIO, name: str, limit: int, errors: EncodingErrors) -> str:
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceError(name, _too_much(limit))
    return decode(data, name, errors)


def decode(data: bytes, name: str, errors: EncodingErrors = "strict") -> str:
    """``data`` as UTF-8; otherwise a SourceError that names the first bad byte and its place."""
    try:
        return data.decode("utf-8", errors)
    except UnicodeDecodeError as error:
        at = error.start
        line = data.count(b"\n", 0, at) + 1
        hint = "it looks like UTF-16" if data.startswith(_UTF16) else "see --encoding-errors"
        raise SourceError(
            name, f"not UTF-8: byte 0x{data[at]:02x} at offset {at:,} (line {line:,}); {hint}"
        ) from None


def _too_much(limit: int) -> str:
    return f"more than the {limit:,} bytes that a source may have (see --max-source)"


def _refuse_special(name: str, mode: int) -> None:
    """Raise SourceError unless ``mode`` is that of a regular file."""
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise SourceError(name, "is a folder")
    if stat.S_ISFIFO(mode):
        raise SourceError(name, "is a pipe; give - to read standard input")
    raise SourceError(name, "is a device or socket, not a file")


# --- walking ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """The sources below a folder, and what there cannot be one, each with its reason."""

    sources: tuple[Path, ...]
    problems: tuple[SourceError, ...]


def find_sources(root: Path) -> Found:
    """The Markdown files below ``root``, sorted; hidden names are passed over.

    A link out of the tree, in a circle or to nowhere is a problem.  A link to another folder
    of the tree is not followed: the pages there are found where they are.
    """
    home = os.path.realpath(root)
    sources: list[Path] = []
    problems: list[SourceError] = []
    pending = [root]  # a list and no recursion: a path may be deeper than the stack
    while pending:
        folder = pending.pop()
        try:
            for path, is_folder in _children(folder, home, problems):
                (pending if is_folder else sources).append(path)
        except OSError as error:
            problems.append(SourceError(str(folder), reason(error)))
    if not sources and not problems:
        problems.append(SourceError(str(root), "no Markdown files in this folder"))
    return Found(tuple(sorted(sources)), tuple(problems))


def _children(folder: Path, home: str, problems: list[SourceError]) -> Iterator[tuple[Path, bool]]:
    """What in ``folder`` is a source (False) or a folder to look into (True)."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                problem, wanted = _follow(path, home)
                problems.extend([SourceError(str(path), problem)] if problem else [])
                if wanted:
                    yield path, False
            elif entry.is_dir(follow_symlinks=False):
                yield path, True
            elif is_markdown(path):
                yield path, False


def _follow(link: Path, home: str) -> tuple[str, bool]:
    """What is wrong with a link below ``home`` (or ``""``), and whether it is a source."""
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        circle = error.errno == errno.ELOOP
        return "links lead in a circle" if circle else _nowhere(link), False
    is_folder = os.path.isdir(real)
    if not is_folder and not is_markdown(link):
        return "", False
    if not is_within(real, home):
        return f"this link leads out of the folder, to {real}", False
    if is_folder and is_within(os.path.realpath(link.parent), real):
        return "this link leads back to a folder that it lies in", False
    return "", not is_folder


def _nowhere(link: Path) -> str:
    return "this link leads nowhere" if is_markdown(link) else ""


def is_markdown(path: Path) -> bool:
    """Whether the name is that of a Markdown file."""
    return path.suffix.lower() in MARKDOWN


def is_html(path: Path) -> bool:
    """Whether the name is that of an HTML file."""
    return path.suffix.lower() in HTML


def is_within(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it; both absolute and free of links."""
    return Path(path).is_relative_to(folder)


# --- writing ---------------------------------------------------------------------------------


def write_atomically(target: Path, data: bytes) -> None:
    """Make ``data`` the content of ``target``, wholly or not at all; missing folders are made.

    A link is written through and the permissions of an existing file stay.  Whatever ends the
    write takes its temporary file away, the exception of a signal handler included; what a
    killed process left behind goes with the next :func:`sweep`.
    """
    try:
        real = Path(os.path.realpath(target))
        mode = _mode_to_keep(real, str(target))
        real.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(real.parent) as stream:
            write_all(stream, data)
            if mode is not None:
                os.chmod(stream.name, mode)
                os.fsync(stream.fileno())  # 4 ms, for the old file's sake: a new one risks none
            if sys.platform == "win32":
                stream.close()  # an open file cannot be moved there; elsewhere the lock stays
            os.replace(stream.name, real)
    except OSError as error:
        raise OutputError(str(target), reason(error)) from error


def encoded(html: str) -> bytes:
    """``html`` as UTF-8; half a surrogate pair, which YAML can smuggle in, becomes ``?``."""
    return html.encode("utf-8", "replace")


def copy_atomically(source: Path, target: Path) -> None:
    """Make ``target`` a copy of ``source``; one that is already equal is left alone."""
    try:
        data = source.read_bytes()
    except OSError as error:
        raise SourceError(str(source), reason(error)) from error
    write_if_changed(target, data)


def write_if_changed(target: Path, data: bytes) -> bool:
    """Make ``data`` the content of ``target``; false if it is that already and left alone."""
    with suppress(OSError):
        if target.stat().st_size == len(data) and target.read_bytes() == data:
            return False
    write_atomically(target, data)
    return True


def sweep(folder: Path, *, deep: bool = False) -> None:
    """Take the temporary files of killed runs out of ``folder``; those in use are locked."""
    if sys.platform == "win32":
        return
    prefix, suffix = _TEMPORARY
    for path in (folder.rglob if deep else folder.glob)(f"{prefix}*{suffix}"):
        with suppress(OSError), FileIO(path, opener=_without_waiting) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _mode_to_keep(real: Path, name: str) -> int | None:
    """The permissions of the file that is to be replaced; None if there is none yet."""
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise OutputError(name, "is a folder")
    if not stat.S_ISREG(mode):  # replacing /dev/null by a page would break the machine
        raise OutputError(name, "is a device or pipe; leave out -o to write to standard output")
    return stat.S_IMODE(mode)


@contextmanager
def _temporary(folder: Path) -> Iterator[FileIO]:
    """A new locked file in ``folder``; it is gone at the end unless it was moved."""
    stream = _claim(folder)  # unbuffered: a full disk is told by the write, not by the closing
    try:
        yield stream
    finally:
        with suppress(FileNotFoundError):
            os.unlink(stream.name)
        stream.close()


def _claim(folder: Path) -> FileIO:
    """A new file whose lock tells every :func:`sweep` that it is in use."""
    prefix, suffix = _TEMPORARY
    while True:
        name = os.path.join(folder, f"{prefix}{os.urandom(8).hex()}{suffix}")
        stream = FileIO(name, "x")
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks; nothing is swept there
                fcntl.flock(stream, fcntl.LOCK_EX)
        if os.path.exists(name):  # else a sweep came between creating and locking
            return stream
        stream.close()


def write_all(stream: FileIO | BinaryIO, data: bytes) -> None:
    """Write to the last byte: an unbuffered stream takes what fits and says how much it was."""
    rest = memoryview(data)
    while rest:
        written = stream.write(rest)
        if not written:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[written:]


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
