"""Faults of source systems, switched on by a file, so that a load can be tried against them.

The file (`--trouble`) is JSON: `{"rules": [{...}, ...]}`. A rule has
- `service`: `mis`, `gias`, `statistics`, `mesh` or `sftp`; `path`: what the request's path starts with (default `/`;
  for SFTP `/<user>/<path>`);
- `skip`: matching requests that pass before it (0); `first`: how many it then hits (all);
- `fault`: `latency` (`seconds`) · `status` (`status`, and `retry_after` in seconds) · `burst` (429 with Retry-After
  once more than `calls` came within `seconds`) · `wrong_token` (401; SFTP: login refused) · `reset` (connection reset
  half way through the body) · `cut` (closed half way, so the body is shorter than Content-Length) · `truncate` (half
  the body, with a Content-Length that agrees).
SFTP knows `latency`, `wrong_token` and `reset`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections import deque
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from area.errors import SettingsError

FAULTS = ("latency", "status", "burst", "wrong_token", "reset", "cut", "truncate")
SERVICES = ("mis", "gias", "statistics", "mesh", "sftp")


@dataclass
class Rule:
    """One fault of one service; counts the requests it has seen."""

    service: str
    fault: str
    path: str = "/"
    skip: int = 0
    first: int | None = None
    seconds: float = 1.0
    status: int = 503
    retry_after: int | None = None
    calls: int = 10
    seen: int = field(default=0, init=False)
    times: deque[float] = field(default_factory=deque, init=False)

    def hits(self, service: str, path: str) -> bool:
        """Whether the rule applies to this request; counts it when it matches."""
        if service != self.service or not path.startswith(self.path):
            return False
        self.seen += 1
        if self.seen <= self.skip:
            return False
        if self.fault == "burst":
            return self._too_many()
        return self.first is None or self.seen <= self.skip + self.first

    def _too_many(self) -> bool:
        now = time.monotonic()
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) >= self.calls:
            return True
        self.times.append(now)
        return False


class Trouble:
    """All rules of a run; without rules everything passes."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    @classmethod
    def read(cls, path: Path | None) -> Trouble:
        """The rules of a trouble file, none without a file.

        Raises SettingsError when the file cannot be read or a rule has an unknown member, service or fault.
        """
        if path is None:
            return cls([])
        known = {f.name for f in fields(Rule) if f.init}
        try:
            rules = json.loads(path.read_text(encoding="utf-8"))["rules"]
            for rule in rules:
                unknown = set(rule) - known
                if unknown or rule["service"] not in SERVICES or rule["fault"] not in FAULTS:
                    raise ValueError(f"rule {json.dumps(rule)}")
            return cls([Rule(**rule) for rule in rules])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                "--trouble",
                expected="a JSON file of trouble rules (sandbox/servers/trouble.py)",
                came=str(error),
                where=str(path),
            ) from error

    def around(self, service: str, app: ASGIApp) -> ASGIApp:
        """`app` with this run's faults of `service`; `app` itself when there are none."""
        rules = [rule for rule in self._rules if rule.service == service]
        return _Troubled(app, service, rules) if rules else app

    async def delay(self, service: str, path: str) -> None:
        for rule in self._rules:
            if rule.fault == "latency" and rule.hits(service, path):
                await asyncio.sleep(rule.seconds)

    def breaks_off(self, service: str, path: str) -> bool:
        return any(rule.fault == "reset" and rule.hits(service, path) for rule in self._rules)

    def refuses_login(self, service: str, path: str) -> bool:
        return any(rule.fault == "wrong_token" and rule.hits(service, path) for rule in self._rules)


class _Troubled:
    def __init__(self, app: ASGIApp, service: str, rules: list[Rule]) -> None:
        self._app, self._service, self._rules = app, service, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for rule in self._rules:
            if not rule.hits(self._service, scope["path"]):
                continue
            if rule.fault == "latency":
                await asyncio.sleep(rule.seconds)
            elif rule.fault in ("reset", "cut", "truncate"):
                await self._damage(rule.fault, scope, receive, send)
                return
            else:
                await _refusal(rule)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _damage(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self._app(scope, receive, gather)
        half = bytes(body[: len(body) // 2])
        length = len(half if fault == "truncate" else body)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(length).encode())]})
        await send({"type": "http.response.body", "body": half, "more_body": fault != "truncate"})
        if fault != "truncate":
            await _hang_up(scope["state"]["transport"], reset=fault == "reset")


async def _hang_up(transport: asyncio.Transport, *, reset: bool) -> None:
    """Close the connection under the server's feet and wait until it has noticed."""
    if reset:
        # Linger 0: the kernel sends RST instead of FIN.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await asyncio.sleep(0.05)
        transport.abort()
    else:
        transport.close()
    await asyncio.sleep(0.05)


def _refusal(rule: Rule) -> Response:
    headers: dict[str, Any] = {}
    if rule.fault == "wrong_token":
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return JSONResponse({"error": "unauthorized"}, 401, headers)
    status = 429 if rule.fault == "burst" else rule.status
    if rule.retry_after is not None or rule.fault == "burst":
        headers["Retry-After"] = str(rule.retry_after if rule.retry_after is not None else max(1, round(rule.seconds)))
    return JSONResponse({"error": "rate_limited" if status == 429 else "unavailable"}, status, headers)
