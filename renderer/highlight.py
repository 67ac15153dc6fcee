"""Code as HTML with Pygments' classes, within a bounded time whatever the code.

Pygments works in a process of its own (:mod:`renderer.lexing`), started at the first code of a
language; it ends with this one.  A block that takes too much of its processor's time stays plain,
and so do all further ones of a document that has used up its share.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Final

_MAX_LENGTH: Final = 100_000  # characters; longer code stays plain
_BLOCK: Final = 1.0  # seconds of work that a block may take
_DOCUMENT: Final = 2.0  # and those that all of a document may take, beyond what follows
_CHARACTER: Final = 5e-6  # seconds; Pygments usually needs a fifth of that
_WALL: Final = 20.0  # seconds by the clock, after which the process is given up
_PROGRAM: Final = Path(__file__).with_name("lexing.py")
_PLAIN: Final = frozenset(("", "text", "plain", "txt", "plaintext"))

Answer = tuple[str | None, float, bool]


class Highlighter:
    """Highlights the code of one document; ``gave_up`` says that the last one was too much."""

    def __init__(self) -> None:
        self._left = _DOCUMENT
        self.gave_up = False

    def highlighted(self, code: str, language: str) -> str | None:
        """``code`` marked up as ``language``; None if that is unknown or cannot be done in time."""
        language = language.lower()
        self.gave_up = len(code) > _MAX_LENGTH or self._left <= 0
        if self.gave_up:
            return None
        if language in _PLAIN:
            return None
        html, seconds, in_time = _WORKER.ask(language, code, _BLOCK)
        self._left -= max(seconds - len(code) * _CHARACTER, 0)
        self.gave_up = not in_time
        return html


class _Worker:
    """The process that runs Pygments; any thread may ask, and a forked process has its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._parents: subprocess.Popen[bytes] | None = None

    def ask(self, language: str, code: str, seconds: float) -> Answer:
        """The HTML, or None, the seconds of work that it took, and whether those were enough."""
        with self._lock:
            try:
                return self._asked([language, code, seconds])
            except (OSError, ValueError):  # it could not be started, or was ended: code stays plain
                self.close()
                return None, seconds, False
            except BaseException:  # Ctrl-C: its answer must not be taken for that to the next
                self.close()
                raise

    def _asked(self, request: list[object]) -> Answer:
        process = self._running()
        assert process.stdin  # noqa: S101 - both are pipes
        assert process.stdout  # noqa: S101
        guard = Timer(_WALL, process.kill)
        guard.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            html, seconds, in_time = json.loads(process.stdout.readline())
        finally:
            guard.cancel()
        return html, seconds, in_time

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            if not sys.executable:
                raise OSError("no Python to run it")
            self._process = subprocess.Popen(  # noqa: S603 - our own file, no shell
                [sys.executable, "-P", str(_PROGRAM)],  # -P: not our folder, whose names are common
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(OSError):  # what it did not read
                    stream.close()
        process.wait()

    def forget(self) -> None:
        """In a forked process: the pipes belong to the parent."""
        self._lock = Lock()
        self._parents, self._process = self._process, None  # kept, since it is not ours to reap


_WORKER: Final = _Worker()
atexit.register(_WORKER.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORKER.forget)
