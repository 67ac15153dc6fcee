"""Faults of the machine and texts made to harm, caused for real.

What else the fault table of the design names is tried beside the part that it concerns:
reading, walking and writing in ``test_files.py``, names in ``test_targets.py``, signals, streams
and full disks in ``test_cli_render.py``, browsers in ``test_prerender.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from renderer import Options, page, publish, render, render_page
from renderer.errors import SourceError
from renderer.files import read_source
from renderer.publish import FILE_DEFAULTS, Publisher, Settings
from renderer.targets import plan

FILE = Options(front_matter=True)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(root: Path, *args: str, **more: str) -> tuple[list[str], dict[str, str]]:
    environ = {**os.environ, "PYTHONPATH": str(root), **more}
    return [sys.executable, "-m", "renderer", "render", *args], environ


# --- the disk --------------------------------------------------------------------------------

MOUNTED = """
set -e
mount -t tmpfs -o size=64k none disk
printf old >disk/big.html
set +e
"$@" in -o disk --keep-going
code=$?
cat disk/big.html; echo; ls -A disk
exit $code
"""


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="this user may not mount a disk to fill")
def test_disk_that_is_really_full(root: Path) -> None:
    """On a disk of 64 kB: one line, exit 3, the old page whole, no temporary file."""
    Path("in").mkdir()
    Path("disk").mkdir()
    Path("in/big.md").write_text("word " * 20_000)
    call, environ = command(root)
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", MOUNTED, "sh", *call],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == "disk/big.html: no space left on device\n"
    assert done.stdout == "old\nbig.html\n"


def _publish(text: str, during: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a source to which ``during`` happens right after it was read."""
    source = Path("a.md")
    source.write_text(text)

    def struck(path: Path, *args: object) -> str:
        found = read_source(path, *args)  # type: ignore[arg-type]
        during(path)
        return found

    (target,) = plan(["a.md"], "a.html").targets
    with monkeypatch.context() as patch:
        patch.setattr(publish, "read_source", struck)
        Publisher(Settings(assets="none"), Path()).publish(target)
    return Path("a.html").read_text()


@pytest.mark.parametrize("fate", ["changed", "cut short", "removed", "replaced by a folder"])
def test_source_that_changes_during_the_run(fate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is that of what was read, once and whole; the next run makes the new one."""

    def happens(path: Path) -> None:
        path.unlink()
        if fate == "replaced by a folder":
            path.mkdir()
        elif fate != "removed":
            path.write_text("# New" if fate == "changed" else "")

    html = _publish("# Old $x$\n\n" + "word " * 1_000, happens, monkeypatch)
    assert "<h1" in html
    assert "Old" in html
    assert "New" not in html
    if fate == "changed":
        (target,) = plan(["a.md"], None).targets
        assert "New" in Publisher(Settings(assets="none"), None).publish(target).html


def test_source_that_grows_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was small when it was looked at is refused all the same, unread."""
    path = Path("a.md")
    path.write_text("small")
    real = Path.open

    def grown(self: Path, *args: object) -> object:
        os.truncate(path, 10**12)
        return real(self, *args)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", grown)
    with pytest.raises(SourceError, match="more than the 1,000 bytes"):
        read_source(path, 1_000)


def test_pages_are_the_same_byte_for_byte(root: Path) -> None:
    """Neither the order of a hash, nor the clock, nor the folder that one stands in shows."""
    Path("in/sub").mkdir(parents=True)
    text = "---\ntags: [b, a]\n---\n# T\n\n$\\color{red}x$ $\\colorbox{blue}{y}$[^1]\n\n[^1]: n\n\n```python\nx\n```\n"
    for name in ("a.md", "sub/b.md"):
        Path("in", name).write_text(text)
    for out, seed, zone in (("one", "1", "UTC"), ("two", "2", "Asia/Tokyo")):
        call, environ = command(
            root, "in", "-o", out, "-q", "--assets", "none", PYTHONHASHSEED=seed, TZ=zone
        )
        subprocess.run(call, env=environ, check=True, timeout=120)
    made = [path for path in sorted(Path("one").rglob("*")) if path.is_file()]
    assert len(made) == 2
    for path in made:
        assert path.read_bytes() == Path("two", path.relative_to("one")).read_bytes(), path


# --- texts made to harm ----------------------------------------------------------------------

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    "front",
    [
        "a: !!python/object/apply:os.system ['touch owned']", "a: !!python/name:os.system", "!!binary x", BOMB,
        "a: " + "[" * 900, "a: " + "{a: " * 3_000, "? " * 3_000, "a: 2026-99-99", "a: !!timestamp x", "- a\n- b", "1" * 9_999,
        "a: " + "9" * 60_000, "<<: x", "a: !!int 1:" + "9:" * 2_000,
        "a: !!bool x", "title: 1" + ":59" * 9_000, "tags: [1" + ":59" * 9_000 + "]", "1" + ":59" * 9_000 + ": a", "title: 0x" + "f" * 9_000,
    ],
    ids=lambda front: front[:20],
)  # fmt: skip
def test_hostile_front_matter(front: str) -> None:
    """Tags, alias bombs, depth, huge numbers: nothing runs, nothing grows, the text is shown."""
    began = time.process_time()
    html = render_page(f"---\n{front}\n---\n\n# After\n", FILE)
    assert time.process_time() - began < 5
    assert "After</h1>" in html
    assert len(html) < 500_000
    assert not Path("owned").exists()


@pytest.mark.parametrize(
    "value",
    ["9" * 5_000, "0x" + "f" * 9_000, "[" * 4_000, "{a=" * 3_000, "1e999", "nan", '"\\u0000"'],
)
def test_hostile_front_matter_in_toml(value: str) -> None:
    """The same for TOML."""
    html = render_page(f"+++\ntitle = {value}\ntags = [{value}]\n+++\n\n# After\n", FILE)
    assert "After</h1>" in html
    assert "\0" not in html


def test_front_matter_beyond_its_limit_is_text() -> None:
    """YAML of more than 64 kB is not read at all."""
    document = render("---\ntitle: " + "a" * 70_000 + "\n---\n\n# After\n", FILE)
    assert document.meta == {}
    assert document.title


def test_html_in_every_value_is_escaped() -> None:
    """Title, author, date, tags, summary, and a heading as title: never markup."""
    evil = "</title></style><script>alert(1)</script>"
    front = "".join(f'{key}: "{evil}"\n' for key in ("title", "author", "date", "summary", "lang"))
    for text in (
        f"---\n{front}tags: ['{evil}']\n---\n\nx",
        f"# {evil}\n\n## {evil}\n\n## b\n\n## c",
    ):
        for theme in ("plain", "paper"):
            assert "<script" not in render_page(text, FILE, theme=theme)


LOOSENING = [
    ("html", "trust"), ("links", "any"), ("images", "any"), ("images", ["https://evil.example/"]), ("id_prefix", "x-"),
    ("id-prefix", "x-"), ("front_matter", True), ("max_source", 10**9), ("max_formulas", 10**9), ("max-formula-depth", 10**9),
    ("max_formula_length", 10**9), ("max_formula_cells", 10**9), ("HTML", "trust"), ("assets", "cdn"), ("theme", "../evil"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), LOOSENING)
def test_front_matter_loosens_nothing(key: str, value: object) -> None:
    """Whatever a text asks for itself, the policy that its page is made under is the same."""
    text = f"---\n{key}: {value!r}\n---\n\n<script>x</script> [a](javascript:x) ![b](//evil.example/c)\n"
    Path("a.md").write_text(text.replace("True", "true"))
    (target,) = plan(["a.md"], "a.html").targets
    published = Publisher(Settings(assets="none"), Path()).publish(target)
    assert published.options == FILE_DEFAULTS or key in ("theme", "assets")
    policy = page._policy(FILE_DEFAULTS, page.NONE, scripted=False)
    assert policy.replace("'", "&#39;") in published.html
    assert "<script" not in published.html
    assert "<img" not in published.html
    assert "href=" not in published.document.html.replace('href="//evil.example/c"', "")
