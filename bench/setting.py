"""What the figures of a run depend on."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Setting:
    """What results depend on besides the pages: when, with what, on which machine."""

    date: str
    versions: Mapping[str, str]
    machine: str
    load: float
    """The machine's load average when the run began."""


def today(versions: Mapping[str, str]) -> Setting:
    """The setting of a run that begins now, with these programs."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Setting(datetime.now(UTC).date().isoformat(), versions, machine, load)
