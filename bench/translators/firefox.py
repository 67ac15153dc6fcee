"""Firefox's own page translator: fetched from the Debian archive, driven over Marionette.

The package and the libraries that it lacks are downloaded with ``apt-get download`` and unpacked
into a folder of the cache; nothing is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from engine import Setting, Unavailable, script
from marionette import Marionette, MarionetteError
from pages import Page

PACKAGE = "firefox-esr"

# A different one for each translation: Firefox keeps answers per pair of languages.
TARGETS = ("fr", "ar", "de", "es", "he", "it", "pl", "pt", "ru", "tr")

# How the words of a translation are aligned with those of the source; see bergamot.js.
SETTINGS = (
    Setting("identity"),
    Setting("reversed", reorders=True),
    Setting("rotated", reorders=True),
    Setting("first"),
)

_PREFERENCES = """\
user_pref("marionette.port", 0);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("browser.translations.automaticallyPopup", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
"""  # the loopback goes past the proxy, and at its port nobody answers

# Marionette turns the translator off, from version 150 or so on; a user's own value equal to the
# default one would not count, so it is set anew when the session runs.
_ENABLE = 'Services.prefs.setBoolPref("browser.translations.enable", true);'

_RELOADED = """
return document.readyState === "complete" && !document.documentElement.hasAttribute("data-old");
"""


@dataclass(slots=True)
class Firefox:
    """A running Firefox as an engine."""

    marionette: Marionette
    name: str = "Firefox ESR"
    settings: tuple[Setting, ...] = SETTINGS

    _targets: Iterator[str] = field(default_factory=lambda: cycle(TARGETS))

    def __post_init__(self) -> None:
        self.marionette.chrome(_ENABLE)

    @property
    def version(self) -> str:
        return self.marionette.version

    def open(self, address: str) -> None:
        self.marionette.navigate(address)

    def run(self, function: str, argument: Any) -> Any:
        return self.marionette.content(
            f"{script('page.js')}\nreturn {function}(arguments[0]);", [argument]
        )

    def append(self, html: str) -> None:
        self.marionette.content(
            "document.querySelector('main').insertAdjacentHTML('beforeend', arguments[0]);", [html]
        )

    def translate(self, page: Page, setting: Setting) -> None:
        self._chrome("installEngine(...arguments);", setting.name, [*TARGETS, "zh-Hans"])
        found = self._chrome("return translatePage(...arguments);", next(self._targets))
        if not page.lang.startswith(found[:2]):
            raise Unavailable(f"Firefox takes {page.name} for {found}")

    def restore(self) -> None:
        """Firefox restores by loading the page anew."""
        self.marionette.content("document.documentElement.setAttribute('data-old', '');")
        self._chrome("restorePage();")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(MarionetteError):  # the old document goes away meanwhile
                if self.marionette.content(_RELOADED):
                    return
            time.sleep(0.05)
        raise Unavailable("Firefox does not reload the page")

    def _chrome(self, call: str, *arguments: Any) -> Any:
        scripts = "".join(script(name) for name in ("letters.js", "bergamot.js", "firefox.js"))
        return self.marionette.chrome(f"{scripts}\n{call}", arguments)


def versions() -> list[str]:
    """The versions of the package that the archive offers, newest first."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Unavailable("no apt-get and dpkg-deb here: give --firefox PATH")
    lines = _output("apt-cache", "madison", PACKAGE).splitlines()
    found = [line.split("|")[1].strip() for line in lines]
    if not found:
        raise Unavailable(f"apt knows no {PACKAGE}: apt-get update, or give --firefox PATH")
    return list(dict.fromkeys(found))


def unpack(version: str, cache: Path) -> Path:
    """The program of that version, downloaded and unpacked once."""
    folder = cache / f"{PACKAGE}-{version.partition('-')[0]}"
    program = folder / "usr/lib" / PACKAGE / "firefox-bin"
    if program.exists():
        return program
    debs = folder / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    try:
        _output("apt-get", "download", *_missing(version), cwd=debs)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"{PACKAGE} {version} is not downloaded: {reason}") from None
    for deb in sorted(debs.glob("*.deb")):
        _output("dpkg-deb", "-x", str(deb), str(folder))
    shutil.rmtree(debs)
    return program


def _missing(version: str) -> list[str]:
    """The package and whatever apt would install with it on this machine, as name=version."""
    wanted = f"{PACKAGE}={version}"
    plan = _output("apt-get", "--simulate", "--no-install-recommends", "install", wanted)
    steps = [line.split() for line in plan.splitlines() if line.startswith("Inst ")]
    new = [f"{step[1]}={_version_in(step)}" for step in steps]
    return [wanted, *(each for each in new if not each.startswith(f"{PACKAGE}="))]


def _version_in(step: list[str]) -> str:
    """Inst NAME [OLD] (NEW ARCHIVE): the new one."""
    return next(word for word in step if word.startswith("(")).strip("()")


def _output(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd)  # noqa: S603
    return done.stdout


@contextmanager
def running(program: Path) -> Iterator[Firefox]:
    """Firefox with a new profile, without a screen, ended after the block."""
    with tempfile.TemporaryDirectory(
        prefix="mathward-firefox-", ignore_cleanup_errors=True
    ) as name:
        profile = Path(name)
        (profile / "user.js").write_text(_PREFERENCES, "utf-8")
        process = _start(program, profile)
        try:
            marionette = Marionette(_port(process, profile))
            try:
                yield Firefox(marionette)
                with suppress(MarionetteError, OSError):
                    marionette.call("Marionette:Quit", flags=["eForceQuit"])
            finally:
                marionette.close()
        finally:
            process.terminate()
            process.wait(30)


def _start(program: Path, profile: Path) -> subprocess.Popen[bytes]:
    # firefox-bin lies in usr/lib/firefox-esr, libraries unpacked beside it in usr/lib/*-linux-gnu.
    libraries = [str(path) for path in program.parents[1].glob("*-linux-gnu*")]
    path = os.pathsep.join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")]).strip(os.pathsep)
    surroundings = {**os.environ, "HOME": str(profile), "LD_LIBRARY_PATH": path}
    options = ["-headless", "-no-remote", "-marionette", "-remote-allow-system-access"]
    return subprocess.Popen(  # noqa: S603
        [str(program), *options, "-profile", str(profile)],
        env=surroundings,
        stdout=(profile / "firefox.log").open("wb"),
        stderr=subprocess.STDOUT,
    )


def _port(process: subprocess.Popen[bytes], profile: Path) -> int:
    told = profile / "MarionetteActivePort"
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if told.exists() and (text := told.read_text().strip()):
            return int(text)
        time.sleep(0.05)
    log = (profile / "firefox.log").read_text("utf-8", "replace").strip().splitlines()
    raise Unavailable(f"Firefox does not start: {log[-1] if log else 'it says nothing'}")
