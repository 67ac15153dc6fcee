"""The application, and what its settings make of the library."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import setting_changed

from ..web import Web

PREFIX = "mathward"
"""The folder of our files below ``STATIC_URL``."""


class Mathward(AppConfig):
    """Reads ``MATHWARD`` when Django starts, so that what is wrong with it is told at once."""

    name = "renderer.integrations.django"
    label = "mathward"
    verbose_name = "mathward"

    def ready(self) -> None:
        web()
        setting_changed.connect(_forget)


@cache
def web() -> Web:
    """The library as ``settings.MATHWARD`` wants it."""
    return Web.of(getattr(settings, "MATHWARD", {}))


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "MATHWARD":
        web.cache_clear()
