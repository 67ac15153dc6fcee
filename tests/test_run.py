"""``./run``: it makes the environment when needed and only then, and passes words on untouched.

The script is copied into a checkout of its own, beside a ``uv`` or ``python3`` that only makes
small programs which write down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = """#!/bin/sh
for word; do printf '<%s>' "$word"; done >>"$LOG/${0##*/}"; echo >>"$LOG/${0##*/}"
case " $BROKEN " in *" ${0##*/} "*) exit 1 ;; esac
"""
# A Python that says that it is new enough, makes an environment, and has one extra to tell of.
PYTHON = """#!/bin/sh
echo "$*" >>"$LOG/python"
case "$*" in
    *'-m venv'*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
    *--editable*) case "$OFFLINE" in *pip*) exit 1 ;; esac
        for name in mathward ruff mypy pytest; do cp "$LOG/program" "${0%/*}/$name"; done ;;
    *tomllib*) echo '.[visual]' ;;
esac
"""
UV = """#!/bin/sh
echo "$*" >>"$LOG/uv"
case "$*" in
    venv*) for last; do :; done; mkdir -p "$last/bin"; cp "$LOG/fake-python" "$last/bin/python" ;;
    *--editable*) case "$OFFLINE" in *uv*) echo 'uv: no network' >&2; exit 1 ;; esac
        for name in mathward ruff mypy pytest; do cp "$LOG/program" ".venv/bin/$name"; done ;;
esac
"""


class Checkout:
    """A checkout with ``run`` in it, on a machine that has the programs it was given."""

    def __init__(self, folder: Path, script: Path) -> None:
        self.root, self.bin, self.log = folder / "a checkout", folder / "bin", folder / "log"
        for place in (self.root, self.bin, self.log):
            place.mkdir()
        shutil.copy(script, self.root / "run")
        (self.root / "pyproject.toml").write_text("[project]\n", "utf-8")
        for name in ("package.json", "package-lock.json"):
            (self.root / name).write_text("{}\n", "utf-8")
        self.put(self.log / "program", PROGRAM)
        self.put(self.bin / "npm", PROGRAM)
        self.put(self.log / "fake-python", PYTHON)
        programs = "sh sed cat cksum cmp cp dirname ls mkdir mv rm flock"
        for name in programs.split():
            if found := shutil.which(name):
                (self.bin / name).symlink_to(found)

    def put(self, path: Path, body: str) -> None:
        path.write_text(body, "utf-8")
        path.chmod(0o755)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "run"), *words],
            capture_output=True,
            text=True,
            cwd=self.log,
            env={"PATH": str(self.bin), "LOG": str(self.log), **environ},
        )

    def calls(self, name: str) -> list[str]:
        path = self.log / name
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def bare(tmp_path: Path, root: Path) -> Checkout:
    """A machine without uv and without Python."""
    return Checkout(tmp_path, root / "run")


@pytest.fixture
def checkout(bare: Checkout) -> Checkout:
    """A machine with uv."""
    bare.put(bare.bin / "uv", UV)
    return bare


def test_words_reach_the_command_untouched(checkout: Checkout) -> None:
    """Blanks, quotes and empty words arrive as they were typed, also from another folder."""
    result = checkout.run("render", "two words", "", "it's", "*.md")
    assert result.returncode == 0, result.stderr
    assert checkout.calls("mathward") == ["<render><two words><><it's><*.md>"]
    assert result.stdout == ""


def test_exit_code_is_the_commands(checkout: Checkout) -> None:
    """What mathward ends with, run ends with."""
    assert checkout.run("render", BROKEN="mathward").returncode == 1


def test_environment_is_made_once(checkout: Checkout) -> None:
    """A second call neither asks uv nor says anything."""
    assert "making the environment" in checkout.run("doctor").stderr
    made = checkout.calls("uv")
    assert checkout.run("doctor").stderr == ""
    assert checkout.calls("uv") == made


def test_nothing_to_do_is_quick(checkout: Checkout) -> None:
    """With the environment in place the script itself costs under half a second."""
    checkout.run("doctor")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        checkout.run("doctor")
        times.append(time.perf_counter() - began)
    assert min(times) < 0.5


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "package-lock.json", "package.json", "hatch_build.py", "run"]
)
def test_environment_follows_what_it_is_made_from(checkout: Checkout, name: str) -> None:
    """A change of the project, its lock file or its build hook installs anew, once."""
    checkout.run("doctor")
    with (checkout.root / name).open("a", encoding="utf-8") as file:
        file.write("# more\n")
    before = len(checkout.calls("uv"))
    checkout.run("doctor")
    after = checkout.calls("uv")
    assert len(after) > before
    assert "--reinstall-package mathward" in after[-1]
    checkout.run("doctor")
    assert checkout.calls("uv") == after


def test_lost_files_of_mathjax_are_brought_back(checkout: Checkout) -> None:
    """Where MathJax's files were cleaned away, installing anew brings them."""
    vendor = checkout.root / "renderer" / "mathjax" / "vendor"
    vendor.mkdir(parents=True)
    (vendor / "tex-chtml.js").touch()
    checkout.run("doctor")
    before = len(checkout.calls("uv"))
    shutil.rmtree(vendor)
    checkout.run("doctor")
    assert len(checkout.calls("uv")) > before


def test_copied_environment_is_made_anew(checkout: Checkout) -> None:
    """An environment that came with a copied checkout points to the old one: away with it."""
    checkout.run("doctor")
    (checkout.root / ".venv" / "old").touch()
    moved = checkout.root.rename(checkout.root.with_name("moved"))
    checkout.root = moved
    assert checkout.run("doctor").returncode == 0
    assert not (moved / ".venv" / "old").exists()


def test_pip_serves_without_uv(bare: Checkout) -> None:
    """With nothing but Python: an environment of venv's, with the dev group and every extra."""
    bare.put(bare.bin / "python3", PYTHON)
    result = bare.run("doctor")
    assert result.returncode == 0, result.stderr
    assert bare.calls("mathward") == ["<doctor>"]
    assert bare.calls("python")[-1].endswith("--group dev --editable .[visual]")


def test_pip_serves_where_uv_fails(checkout: Checkout) -> None:
    """A uv that cannot reach its registry is no reason to give up."""
    checkout.put(checkout.bin / "python3", PYTHON)
    result = checkout.run("doctor", OFFLINE="uv")
    assert result.returncode == 0, result.stderr
    assert "uv: no network" in result.stderr
    assert "-m pip install" in checkout.calls("python")[-1]


def test_without_python_the_need_is_named(bare: Checkout) -> None:
    """Neither uv nor a new enough Python: one line on what is needed, exit code 3."""
    bare.put(bare.bin / "python3", "#!/bin/sh\nexit 1\n")
    result = bare.run("doctor")
    assert result.returncode == 3
    assert "needs Python 3.11 or newer, or uv" in result.stderr


def test_failed_environment_is_tried_again(checkout: Checkout) -> None:
    """A failure leaves no stamp behind: the next call starts over and succeeds."""
    assert checkout.run("doctor", OFFLINE="uv pip").returncode == 3
    assert checkout.run("doctor").returncode == 0


@pytest.mark.skipif(not shutil.which("flock"), reason="this system has no command to lock with")
def test_two_at_once_make_one_environment(checkout: Checkout) -> None:
    """The second of two runs waits for the first and uses what it made."""
    slow = UV.replace("venv*)", "venv*) /bin/sleep 0.3;")
    checkout.put(checkout.bin / "uv", slow)
    command = [str(checkout.root / "run"), "doctor"]
    environ = {"PATH": str(checkout.bin), "LOG": str(checkout.log)}
    both = [subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert sum(call.startswith("venv") for call in checkout.calls("uv")) == 1


def test_test_runs_every_check(checkout: Checkout) -> None:
    """``./run test ARGS``: the machine, style, format, types, then pytest with the words given."""
    result = checkout.run("test", "-k", "two words", "--heavy")
    assert result.returncode == 0, result.stderr
    assert checkout.calls("mathward") == ["<doctor><--fix>"]
    assert checkout.calls("ruff") == ["<check>", "<format><--check>"]
    assert checkout.calls("mypy") == [""]
    (pytest_call,) = checkout.calls("pytest")
    assert pytest_call.endswith("<-k><two words><--heavy>")


def test_fuzz_brings_atheris_when_it_is_used(checkout: Checkout) -> None:
    """``./run fuzz ARGS`` installs its group, once and then only, and passes the words on."""
    python = checkout.root / ".venv" / "bin" / "python"
    checkout.run("doctor")
    assert not any("--group fuzz" in call for call in checkout.calls("uv"))
    real = python.read_text("utf-8")
    checkout.put(python, real + 'case "$*" in *atheris*) [ -e "$LOG/atheris" ] || exit 1 ;; esac\n')
    result = checkout.run("fuzz", "--seconds", "5")
    assert result.returncode == 0, result.stderr
    assert checkout.calls("uv")[-1].endswith("--only-binary atheris --group fuzz")
    assert checkout.calls("python")[-1] == "-m tests.fuzz --seconds 5"
    (checkout.log / "atheris").touch()
    calls = checkout.calls("uv")
    checkout.run("fuzz")
    assert checkout.calls("uv") == calls


def test_fuzz_without_a_build_of_atheris(checkout: Checkout) -> None:
    """Where atheris cannot be had the line says so, with exit code 3; a replay needs none."""
    checkout.run("doctor")
    python = checkout.root / ".venv" / "bin" / "python"
    checkout.put(
        python, '#!/bin/sh\necho "$*" >>"$LOG/python"\ncase "$*" in *atheris*) exit 1 ;; esac\n'
    )
    checkout.put(checkout.bin / "uv", "#!/bin/sh\nexit 1\n")
    result = checkout.run("fuzz")
    assert result.returncode == 3
    assert "atheris has no build for" in result.stderr
    assert checkout.run("fuzz", "--replay", "x").returncode == 0


def test_tools_for_our_scripts_come_once(checkout: Checkout) -> None:
    """TypeScript and esbuild are fetched by the lock file, and anew only when that changes."""
    for _ in range(2):
        assert checkout.run("test").returncode == 0
    (call,) = checkout.calls("npm")
    assert call.startswith("<ci><--ignore-scripts>")
    (checkout.root / "package-lock.json").write_text("{ }\n", "utf-8")
    checkout.run("test")
    assert len(checkout.calls("npm")) == 2


@pytest.mark.parametrize("broken", ["mathward", "ruff", "mypy", "pytest"])
def test_one_failure_hides_no_other(checkout: Checkout, broken: str) -> None:
    """Each check runs whatever the others found, and any failure is the run's."""
    result = checkout.run("test", BROKEN=broken)
    assert result.returncode == 1
    assert f"failed: {broken}" in result.stderr
    assert checkout.calls("pytest")


def test_ci_runs_what_people_run(checkout: Checkout, root: Path) -> None:
    """CI's entry is ``./run test``, from wherever it is called."""
    (checkout.root / ".ci").mkdir()
    shutil.copy(root / ".ci" / "run", checkout.root / ".ci" / "run")
    done = subprocess.run(
        [str(checkout.root / ".ci" / "run")],
        cwd=os.sep,
        env={"PATH": str(checkout.bin), "LOG": str(checkout.log)},
        capture_output=True,
    )
    assert done.returncode == 0
    assert len(checkout.calls("pytest")) == 1
