"""Drives Firefox over Marionette, its own remote protocol: JSON messages, each after its length."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Any


class MarionetteError(Exception):
    """A command that Firefox refused, with its reason."""


class Marionette:
    """A session with a running Firefox.

    ``chrome`` runs scripts with the browser's own rights (Firefox must have been started with
    ``-remote-allow-system-access``), ``content`` runs them in the page.
    """

    def __init__(self, port: int, *, timeout: float = 120) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._stream = self._socket.makefile("rb")
        self._count = 0
        self._context = "content"
        self._receive()  # the greeting
        capabilities = self.call("WebDriver:NewSession", pageLoadStrategy="eager")["capabilities"]
        self.version = str(capabilities["browserVersion"])
        self.call("WebDriver:SetTimeouts", script=timeout * 1000, pageLoad=timeout * 1000)

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def call(self, command: str, **parameters: Any) -> Any:
        """The answer to one command."""
        self._count += 1
        message = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._receive()
        if error:
            raise MarionetteError(f"{command}: {error['error']}: {error['message']}")
        return result

    def navigate(self, address: str) -> None:
        self._enter("content")
        self.call("WebDriver:Navigate", url=address)

    def content(self, script: str, arguments: Sequence[Any] = ()) -> Any:
        """What a script in the page returns; a promise is waited for."""
        return self._run("content", script, arguments)

    def chrome(self, script: str, arguments: Sequence[Any] = ()) -> Any:
        """What a script in the browser returns; a promise is waited for."""
        return self._run("chrome", script, arguments)

    def _run(self, context: str, script: str, arguments: Sequence[Any]) -> Any:
        self._enter(context)
        answer = self.call("WebDriver:ExecuteScript", script=script, args=list(arguments))
        return answer["value"]

    def _enter(self, context: str) -> None:
        if context != self._context:
            self.call("Marionette:SetContext", value=context)
            self._context = context

    def _receive(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise MarionetteError("Firefox has closed the connection")
            length += byte
        return json.loads(self._stream.read(int(length)))
