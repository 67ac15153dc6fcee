"""``mathward doctor``: it sees what is missing, says what to type, and mends what it can.

The machine is a folder of small programs that stand for ``apt-get``, ``fc-list``, Playwright and
browsers, so that the tests change nothing on the real one.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renderer import assets, needs, packages
from renderer.browser import find, fonts, install
from renderer.browser.find import VARIABLE, find_chromium
from renderer.browser.process import run
from renderer.cli.doctor import doctor
from renderer.errors import EnvironmentFault

BROWSER = 'echo "Chromium 150.0.1"'
FONTS = "echo 'Noto Sans CJK SC,Noto Sans CJK'"


class Machine:
    """A machine that has the programs it was given and nothing else."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.builds = folder / "builds"
        self.bin.mkdir()
        self._patch = patch
        patch.setenv("PATH", str(self.bin))
        patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(self.builds))
        patch.delenv(VARIABLE, raising=False)
        patch.setattr(os, "geteuid", lambda: 0)
        patch.setattr(sys, "platform", "linux")
        self.python(
            'echo "Error: getaddrinfo ENOTFOUND"; echo "Failed to install browsers"; exit 1'
        )

    def program(self, name: str, body: str, folder: Path | None = None) -> Path:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f'#!/bin/sh\necho "{name} $*" >>{self.log}\nPATH=$PATH:/usr/bin:/bin\n'
        path.write_text(f"{head}{body}\n", "utf-8")
        path.chmod(0o755)
        return path

    def python(self, body: str, driver: str = ":") -> None:
        """What this machine's Python does when asked to install, and to start the driver."""
        body = f'case "$*" in *--version) {driver}; exit ;; esac\n{body}'
        self._patch.setattr(sys, "executable", str(self.program("python", body, self.builds)))

    def apt(self, *, lists: bool = True) -> None:
        """An ``apt-get`` that installs a browser and fonts, once it has lists of packages."""
        known = self.log.parent / "lists"
        if lists:
            known.touch()
        self.program(
            "apt-get",
            f"""
            [ "$1" != update ] || {{ touch {known}; exit; }}
            [ -e {known} ] || {{ echo "E: Unable to locate package"; exit 100; }}
            case "$*" in *chromium*) echo '#!/bin/sh\n{BROWSER}' >{self.bin}/chromium
                chmod +x {self.bin}/chromium ;; esac
            case "$*" in *fonts-noto-cjk*) echo "#!/bin/sh\n{FONTS}" >{self.bin}/fc-list
                chmod +x {self.bin}/fc-list ;; esac
            case "$*" in *libatomic1*) touch {self.bin}/libatomic.so.1 ;; esac
            """,
        )

    def calls(self, name: str) -> list[str]:
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def silent(line: str) -> None:
    """Take no notice of what is about to be done."""


class TestFinder:
    def test_order_is_named_then_playwrights_then_path(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each source of a browser gives way to the one before it."""
        machine.program("msedge", BROWSER)
        assert find_chromium().path.name == "msedge"
        machine.program("google-chrome", BROWSER)
        assert find_chromium().path.name == "google-chrome"
        machine.program("chromium", BROWSER)
        assert find_chromium().path.name == "chromium"
        assert find_chromium().version == "150.0.1"
        build = machine.builds / "chromium-1200" / "chrome-linux64"
        machine.program("chrome", BROWSER, build)
        assert find_chromium().path == build / "chrome"
        for revision in (999, 1200):
            shell = f"chromium_headless_shell-{revision}/chrome-headless-shell-linux64"
            machine.program("chrome-headless-shell", BROWSER, machine.builds / shell)
        assert find_chromium().path.parent.parent.name == "chromium_headless_shell-1200"
        assert find_chromium().origin == "Playwright"
        mine = machine.program("mine", BROWSER, machine.log.parent)
        monkeypatch.setenv(VARIABLE, str(mine))
        assert find_chromium().path == mine

    def test_program_that_does_not_start_is_passed_over(self, machine: Machine) -> None:
        """A stub that only advertises a package, or a broken browser, is not a browser."""
        machine.program("chromium", "echo 'Command requires the snap'; exit 1")
        machine.program("google-chrome", "exit 127")
        machine.program("msedge", BROWSER)
        assert find_chromium().path.name == "msedge"

    @pytest.mark.parametrize("wrong", ["/no/such/file", "no-such-command", "."])
    def test_wrong_name_of_the_users_is_an_error(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, wrong: str
    ) -> None:
        """A browser that the user names and that is none is never replaced by another."""
        machine.program("chromium", BROWSER)
        machine.apt()
        monkeypatch.setenv(VARIABLE, wrong)
        for look in (find_chromium, lambda: install.install_chromium(silent)):
            with pytest.raises(EnvironmentFault, match=VARIABLE):
                look()
        assert not machine.calls("apt-get")

    def test_none_says_how_to_get_one(self, machine: Machine) -> None:
        """Without a browser the error names the command that installs one."""
        with pytest.raises(EnvironmentFault, match="doctor --fix"):
            find_chromium()

    def test_playwrights_folder_follows_the_system(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Playwright's builds are looked for where Playwright puts them on each system."""
        monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
        places = {
            "linux": ".cache/ms-playwright",
            "darwin": "Library/Caches/ms-playwright",
            "win32": "Local/ms-playwright",
        }
        for system, place in places.items():
            monkeypatch.setattr(sys, "platform", system)
            assert find._playwright_folder() == tmp_path / place
        monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "0")
        assert find._playwright_folder().parts[-4:] == (
            "playwright", "driver", "package", ".local-browsers",
        )  # fmt: skip


class TestInstaller:
    def test_nothing_is_done_where_all_is_there(self, machine: Machine) -> None:
        """On a machine with a browser and fonts nothing is installed."""
        machine.program("chromium", BROWSER)
        machine.program("fc-list", FONTS)
        machine.apt()
        install.install_chromium(silent)
        install.install_fonts(silent)
        assert not machine.calls("apt-get")
        assert not machine.calls("python")

    def test_playwright_comes_first(self, machine: Machine) -> None:
        """Where Playwright can download its build, apt-get is left alone."""
        shell = machine.builds / "chromium_headless_shell-1/x/headless_shell"
        machine.python(
            f"mkdir -p {shell.parent}; echo '#!/bin/sh\n{BROWSER}' >{shell}; chmod +x {shell}"
        )
        machine.apt()
        assert install.install_chromium(silent).path == shell
        assert machine.calls("python") == ["-m playwright install --only-shell chromium"]
        assert not machine.calls("apt-get")

    def test_apt_follows_where_playwright_cannot(self, machine: Machine) -> None:
        """Where only package registries answer, the distribution's packages serve."""
        machine.apt()
        said: list[str] = []
        assert install.install_chromium(said.append).path == machine.bin / "chromium"
        install.install_fonts(said.append)
        assert not fonts.missing_cjk()
        assert [call.split()[-1] for call in machine.calls("apt-get")] == [
            "chromium",
            "fonts-noto-cjk",
        ]
        assert len(said) == 3

    def test_lists_are_updated_when_needed(self, machine: Machine) -> None:
        """On a new machine, where apt-get knows no package, its lists come first."""
        machine.apt(lists=False)
        assert install.install_chromium(silent).path == machine.bin / "chromium"
        assert [call.split()[0] for call in machine.calls("apt-get")] == [
            "install",
            "update",
            "install",
        ]

    def test_apt_asks_no_questions(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        """apt-get is told to ask nothing and to wait for another apt-get."""
        machine.program("apt-get", f'echo "front $DEBIAN_FRONTEND" >>{machine.log}; exit 1')
        with pytest.raises(EnvironmentFault):
            install.install_chromium(silent)
        assert set(machine.calls("front")) == {"noninteractive"}
        assert "--yes" in machine.calls("apt-get")[0]
        assert "Lock::Timeout" in machine.calls("apt-get")[0]

    def test_others_than_root_are_told_what_to_type(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the right to install, the error has the reason of each way and the words."""
        machine.apt()
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(EnvironmentFault) as caught:
            install.install_chromium(silent)
        assert "ENOTFOUND" in str(caught.value)
        assert "root" in str(caught.value)
        assert "sudo apt-get install chromium" in caught.value.remedy
        with pytest.raises(EnvironmentFault, match=r"sudo apt-get install .*fonts-noto-cjk"):
            install.install_fonts(silent)
        assert not machine.calls("apt-get")

    def test_download_that_never_ends_is_given_up(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A connection that hangs costs its deadline and then apt-get serves."""
        machine.python("sleep 600")
        machine.apt()
        monkeypatch.setattr(install, "_DOWNLOAD_SECONDS", 0.3)
        began = time.monotonic()
        assert install.install_chromium(silent).origin == "PATH"
        assert time.monotonic() - began < 20

    def test_installed_browser_that_does_not_start_is_said(self, machine: Machine) -> None:
        """An installer that is content and leaves no browser that starts is not believed."""
        machine.python("exit 0")
        machine.program("apt-get", "exit 0")
        with pytest.raises(EnvironmentFault, match=r"does not start.*apt-get install chromium"):
            install.install_chromium(silent)

    def test_library_of_the_driver_is_installed(self, machine: Machine) -> None:
        """Playwright's driver needs a library that slim images lack: seen, told and mended."""
        library = machine.bin / "libatomic.so.1"
        machine.python("exit 1", driver=f"[ -e {library} ] || {{ echo 'no libatomic'; exit 127; }}")
        with pytest.raises(EnvironmentFault, match=r"no libatomic \(no apt-get here\)"):
            install.install_driver(silent)
        machine.apt()
        install.install_driver(silent)
        assert install.driver_problem() == ""
        install.install_driver(silent)
        assert len(machine.calls("apt-get")) == 1

    def test_deadline_ends_grandchildren_too(self, tmp_path: Path) -> None:
        """What a program started ends with it: its end of a pipe is closed."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        try:
            outcome = run(["sh", "-c", f"sleep 600 >{pipe} & wait"], seconds=0.5)
            assert outcome.code is None
            assert "no end after 0.5 s" in outcome.reason
            assert select.select([reader], [], [], 10)[0]
            assert os.read(reader, 1) == b""
        finally:
            os.close(reader)


class TestPackages:
    @pytest.fixture(autouse=True)
    def environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An environment with three packages."""
        there = {"click": "8.5.1", "nh3": "0.3", "markdown-it-py": "4.10.0rc1"}

        def version(name: str) -> str:
            if name not in there:
                raise metadata.PackageNotFoundError
            return there[name]

        monkeypatch.setattr(metadata, "version", version)
        self.wanted: list[str] = []
        monkeypatch.setattr(metadata, "requires", lambda _: self.wanted)

    def test_versions_are_shown(self) -> None:
        """What is there is shown with its version, extras apart."""
        self.wanted += ["click>=8.1", "nh3>=0.3", "playwright>=1.55; extra == 'visual'"]
        assert packages.installed() == "click 8.5.1, nh3 0.3"

    @pytest.mark.parametrize(
        "wanted", ["click>=8.6", "markdown-it-py<4.10,>=4.3", "jinja2>=3", "markdown-it-py<4.4,>=4"]
    )
    def test_missing_old_and_new_ones_are_named(self, wanted: str) -> None:
        """A package that is absent, too old or too new is named with what is wanted."""
        self.wanted += ["nh3>=0.3", wanted]
        with pytest.raises(EnvironmentFault) as caught:
            packages.installed()
        assert wanted in str(caught.value)
        assert "nh3" not in str(caught.value)

    def test_extra_is_checked_by_its_name(self) -> None:
        """Playwright belongs to the extra ``visual`` and is missed only there."""
        self.wanted += ["playwright>=1.55; extra == 'visual'", "flask; extra == 'flask'"]
        assert packages.installed() == ""
        with pytest.raises(EnvironmentFault, match=r"pip install 'playwright>=1\.55'"):
            packages.installed("visual")

    def test_install_names_only_what_is_missing(self, machine: Machine) -> None:
        """pip gets the missing requirements, in the environment that is running."""
        machine.python("exit 0")
        self.wanted += ["click>=8.1", "click>=9", "playwright>=1.55; extra == 'visual'"]
        packages.install(silent, "visual")
        assert machine.calls("python") == ["-m pip install --quiet playwright>=1.55"]

    @pytest.mark.parametrize(
        ("origin", "words"),
        [
            ('{"dir_info": {"editable": true}, "url": "file:///a%20b"}', "--editable /a b"),
            ('{"archive_info": {}, "url": "https://example.com/a.whl"}', "mathward==0.1.0"),
            (None, "mathward==0.1.0"),
        ],
    )
    def test_mathward_is_installed_from_where_it_came(
        self,
        machine: Machine,
        monkeypatch: pytest.MonkeyPatch,
        origin: str | None,
        words: str,
    ) -> None:
        """A checkout is installed from its folder, a release from the index."""

        class Own:
            version = "0.1.0"

            def read_text(self, name: str) -> str | None:
                return origin if name == "direct_url.json" else None

        machine.python("exit 0")
        monkeypatch.setattr(metadata, "distribution", lambda _: Own())
        packages.install_anew(silent)
        (call,) = machine.calls("python")
        assert call == f"-m pip install --quiet --force-reinstall --no-deps {words}"

    def test_failed_install_gives_pips_reason(self, machine: Machine) -> None:
        """pip's own error is what is shown."""
        machine.python("echo 'ERROR: no matching distribution'; exit 1")
        self.wanted += ["click>=9"]
        with pytest.raises(EnvironmentFault, match="no matching distribution"):
            packages.install(silent)


class TestCommand:
    """The verb itself, on a machine whose packages are real and the rest is not."""

    def doctor(self, *words: str) -> Result:
        return CliRunner().invoke(doctor, list(words))

    def test_missing_things_are_shown_with_their_remedy(self, machine: Machine) -> None:
        """Exit code 3, and for each missing thing the words to type."""
        machine.apt()
        result = self.doctor()
        assert result.exit_code == 3
        assert "missing  Chromium" in result.stdout
        assert "doctor --fix" in result.stdout
        assert "apt-get install fontconfig fonts-noto-cjk" in result.stdout
        assert not machine.calls("apt-get")

    def test_fix_installs_and_then_all_is_well(self, machine: Machine) -> None:
        """--fix installs what is missing, tells so on standard error, and ends with 0."""
        machine.apt(lists=False)
        result = self.doctor("--fix")
        assert result.exit_code == 0, result.output
        assert "missing" not in result.stdout
        assert "installing chromium with apt-get" in result.stderr
        assert self.doctor().exit_code == 0
        assert "installing" not in self.doctor("--fix").stderr

    def test_fix_that_fails_says_why(self, machine: Machine) -> None:
        """Where nothing can be installed: the reasons, what to type, exit code 3."""
        result = self.doctor("--fix")
        assert result.exit_code == 3
        assert "ENOTFOUND" in result.stdout
        assert "no apt-get here" in result.stdout
        assert VARIABLE in result.stdout

    def test_optional_things_do_not_count(self, machine: Machine) -> None:
        """Without a mathematical font all is well, though one is advised."""
        machine.program("chromium", BROWSER)
        machine.program("fc-list", f'case "$*" in *zmth*) ;; *) {FONTS} ;; esac')
        result = self.doctor()
        assert result.exit_code == 0, result.output
        assert "advised" in result.stdout

    def test_damaged_file_of_mathjax_is_seen(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A file of MathJax that lacks or differs is named, and the remedy is to install anew."""
        shutil.copytree(assets._VENDOR, tmp_path / "vendor")
        monkeypatch.setattr(assets, "_VENDOR", tmp_path / "vendor")
        assert "ok       MathJax" in self.doctor().stdout
        (tmp_path / "vendor" / "core.js").write_text("", "utf-8")
        assert "missing  MathJax            MathJax's file core.js" in self.doctor().stdout
        (tmp_path / "vendor" / "manifest.json").unlink()
        assert "install mathward anew" in self.doctor("--fix").output
        assert any("--force-reinstall" in call for call in machine.calls("python"))

    def test_json_has_a_line_for_each_need(self, machine: Machine) -> None:
        """--json gives lines that a program reads: name, found, ok, remedy, optional."""
        result = self.doctor("--json")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert [line["name"] for line in lines] == [need.name for need in needs.NEEDS]
        chromium = next(line for line in lines if line["name"] == "Chromium")
        assert chromium["ok"] is False
        assert chromium["remedy"]
        python = next(line for line in lines if line["name"] == "Python")
        assert python == {**python, "ok": True, "remedy": "", "optional": False}
        assert result.exit_code == 3
