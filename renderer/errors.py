"""The exceptions that callers may have to handle.

Content never raises: whatever a document holds becomes HTML and, where it is odd, a
:class:`~renderer.document.Diagnostic`.  Exceptions are for callers and machines::

    MathwardError
    ├── OptionError        an option, theme or configuration value that cannot be used
    ├── SourceError        an input that cannot be read or decoded        (exit code 2)
    ├── OutputError        a target that cannot be written                (exit code 3)
    └── EnvironmentFault   a browser, npm or an asset that is not there   (exit code 3)

Each carries the data one needs to act on it, and its text is one line.
"""

from __future__ import annotations


class MathwardError(Exception):
    """Root of everything that mathward raises on purpose."""


class OptionError(MathwardError, ValueError):
    """An option has a value that cannot be used; ``name`` is the option's name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class SourceError(MathwardError):
    """An input cannot be read; ``path`` names it as the caller did."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class OutputError(MathwardError):
    """A target cannot be written; ``path`` names it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class EnvironmentFault(MathwardError):
    """Something mathward needs from the machine is missing; ``remedy`` says what to type."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}; {remedy}" if remedy else message)
        self.remedy = remedy
