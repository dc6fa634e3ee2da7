"""HTTP servers inside one event loop: uvicorn on a free port of 127.0.0.1, silent, quick to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STOP_SECONDS = 1


class _Protocol(HttpToolsProtocol):
    """Lets the application see its transport, so that a fault can hang up half way."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # Several servers share one process: `serve` handles the signals for all of them.
        yield


@dataclass(frozen=True)
class Tls:
    """Files (PEM) of a server that proves itself and wants its clients to: who is not signed by `trusted` gets no
    further than the handshake."""

    certificate: Path
    key: Path
    trusted: Path


class HttpServer:
    """One application on one port; over TLS when told with what."""

    def __init__(self, app: ASGIApp, tls: Tls | None = None) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=cast("type[asyncio.Protocol]", _Protocol),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="error",
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=STOP_SECONDS,
            ssl_certfile=str(tls.certificate) if tls else None,
            ssl_keyfile=str(tls.key) if tls else None,
            ssl_ca_certs=str(tls.trusted) if tls else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if tls else ssl.CERT_NONE,
        )
        self._server = _Server(config)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when connections are taken."""
        self._running = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not self._running.done():
            await asyncio.sleep(0.005)
        if self._running.done():
            self._running.result()

    async def stop(self) -> None:
        """Finish within STOP_SECONDS, whatever clients are doing."""
        self._server.should_exit = True
        if self._running is not None:
            await self._running
