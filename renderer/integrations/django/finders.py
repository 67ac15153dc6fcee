"""Where ``collectstatic`` and ``runserver`` find the files that pages ask for."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

from .apps import PREFIX, web


class AssetsFinder(FileSystemFinder):
    """The current edition, as ``mathward/EDITION/..`` below ``STATIC_URL``."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        made = web()
        root = str(made.static / made.edition)
        storage = FileSystemStorage(location=root)
        storage.prefix = f"{PREFIX}/{made.edition}"
        self.locations = [(storage.prefix, root)]
        self.storages = {root: storage}

    def check(self, **kwargs: Any) -> list[Any]:
        return []  # the base class looks at STATICFILES_DIRS, which is not ours
