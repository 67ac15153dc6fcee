"""``./run fuzz``: texts that no one thought of, for as long as one likes.

Atheris drives one process; this one starts it again when a text hangs it, keeps the corpus in
``.fuzz/corpus`` between runs and every text that breaks a law in ``.fuzz/found``, one for each
place in the code.  Exit codes: 0 nothing found, 1 something found, 3 no atheris.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from .alphabet import EVERY
from .laws import MODES, SECONDS, breach

ROOT: Final = Path(__file__).resolve().parents[2]
WORK: Final = ROOT / ".fuzz"
_CORPUS: Final = WORK / "corpus"
_FOUND: Final = WORK / "found"
_WORDS: Final = WORK / "words.dict"
_LONGEST: Final = 4_096  # bytes of an input
_HANG: Final = 120  # seconds by the clock, on a machine that may be busy


def main() -> int:
    """Run from the command line."""
    given = _arguments()
    if given.replay:
        return _replay(given.replay)
    try:
        import atheris  # noqa: F401
    except ImportError as error:
        say(f"atheris is not here ({error}); it has no build for every Python")
        return 3
    before = set(_FOUND.glob("*"))
    _prepare()
    end = time.monotonic() + given.seconds
    while (left := int(end - time.monotonic())) > 0:
        _drive(left)
    new = sorted(set(_FOUND.glob("*")) - before)
    for path in new:
        say(f"./run fuzz --replay {path.relative_to(ROOT)}")
    kept = len(list(_CORPUS.iterdir()))
    say(f"{len(new)} new findings in {given.seconds:,} s; {kept:,} texts in the corpus")
    return int(bool(new))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, metavar="N", help="how long  [600]")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="tell what a kept text breaks")
    return parser.parse_args()


def _replay(path: Path) -> int:
    mode, text = decoded(path.read_bytes())
    say(f"mode {mode}: {text!r}")
    found = breach(text, mode, seconds=SECONDS)
    say(found or "breaks no law")
    return int(bool(found))


def say(line: str) -> None:
    """One line for people."""
    sys.stderr.write(f"fuzz: {line}\n")


def _drive(seconds: int) -> None:
    """One process of atheris, which ends when its time is over or a text hangs it."""
    command = [
        *(sys.executable, "-m", "tests.fuzz.target", str(_CORPUS), f"-max_total_time={seconds}"),
        *(
            f"-dict={_WORDS}",
            f"-max_len={_LONGEST}",
            f"-timeout={_HANG}",
            f"-report_slow_units={_HANG}",
        ),
        *(
            f"-artifact_prefix={_FOUND}/",
            "-print_final_stats=0",
            "-verbosity=0",
            "-rss_limit_mb=4096",
        ),
    ]
    subprocess.run(command, cwd=ROOT, check=False)


# --- inputs ----------------------------------------------------------------------------------


def decoded(data: bytes) -> tuple[str, str]:
    """The mode, which the first byte names, and the text."""
    names = list(MODES)
    return names[data[0] % len(names)] if data else names[0], data[1:].decode(
        "utf-8", "surrogateescape"
    )


def keep(law: str, data: bytes) -> Path:
    """Keep an input that breaks ``law``, one for each kind and place."""
    _FOUND.mkdir(parents=True, exist_ok=True)
    where = [line for line in law.splitlines() if "File " in line][-1:] or [law.partition(":")[0]]
    path = _FOUND / f"{law.split()[0].strip(':')}-{sha256(where[0].encode()).hexdigest()[:8]}"
    if not path.exists():
        path.write_bytes(data)
        say(f"{law}\nfuzz: ./run fuzz --replay {path.relative_to(ROOT)}")
    return path


def _prepare() -> None:
    """The first corpus, from the fixtures, and the words to try."""
    for folder in (_CORPUS, _FOUND):
        folder.mkdir(parents=True, exist_ok=True)
    escaped = ("".join(f"\\x{byte:02x}" for byte in _bytes(word)) for word in EVERY)
    _WORDS.write_text("".join(f'"{word}"\n' for word in dict.fromkeys(escaped)), "ascii")
    for number, text in enumerate(_seeds()):
        data = bytes([number % len(MODES)]) + _bytes(text)[: _LONGEST - 1]
        (_CORPUS / f"seed-{sha256(data).hexdigest()[:16]}").write_bytes(data)


def _seeds() -> Iterator[str]:
    for path in sorted((ROOT / "fixtures").rglob("*")):
        if path.suffix == ".md":
            text = path.read_text("utf-8")
            yield from (text[place : place + 1_000] for place in range(0, len(text), 1_000))
        elif path.suffix == ".jsonl":
            for record in map(json.loads, path.read_text("utf-8").splitlines()):
                yield from (
                    v
                    for k, v in record.items()
                    if k in ("markdown", "text", "source") and isinstance(v, str)
                )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    sys.exit(main())
