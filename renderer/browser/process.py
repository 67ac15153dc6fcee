"""Runs a program that is sure to end: in time, and with everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended: ``code`` is None if it did not start or was stopped at the deadline."""

    code: int | None
    output: str

    @property
    def good(self) -> bool:
        return self.code == 0

    @property
    def reason(self) -> str:
        """The line of a failed program's output that says most: its last error, or its last."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith(("error", "e:"))]
        return (errors or lines or ["it said nothing"])[-1].rstrip(".")[:200]


def run(
    command: Sequence[str], *, seconds: float, environ: Mapping[str, str] | None = None
) -> Outcome:
    """The outcome of ``command``, both output streams together; never raises for its failures."""
    # A file and not a pipe: a grandchild that outlives the child would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(  # noqa: S603 - every caller passes a list of its own words
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environ or {})},
                start_new_session=True,
            )
        except OSError as error:
            return Outcome(None, error.strerror or str(error))
        code = _wait(process, seconds)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Outcome(code, text if code is not None else f"{text}\nno end after {seconds:g} s")


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        _stop(process)
        return None
    except BaseException:
        _stop(process)
        raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group: first with a word, then without."""
    _signal(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def kill(pid: int) -> None:
    """End a process without a word, with its group where it leads one."""
    number = getattr(signal, "SIGKILL", signal.SIGTERM)
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
