"""NHS MESH: the council's mailbox on NHS England's own sandbox, with what the health provider has sent to it.

The provider sends when the server starts, as a provider's client does: packed, in pieces, with the file's name and the
workflow. A message that the council has acknowledged is gone until the sandbox is served again. Server and council
prove themselves by certificate, as MESH wants it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import tempfile
from pathlib import Path

import mesh_client
from starlette.types import ASGIApp

from sandbox.servers.certificates import Authority
from sandbox.servers.http import HttpServer, Tls
from sandbox.servers.trouble import Trouble

# Two of the mailboxes that the sandbox comes with; the secret is the shared key, made anew each time.
COUNCIL, PROVIDER, PASSWORD = "X26ABC1", "X26ABC2", "password"
WORKFLOW = "SEND_WAITING_LIST"
PIECE = 100_000  # bytes of a chunk, so that a message of a whole area comes in several


class MeshServer:
    """The mailbox on a port of its own; `shared_key` is what messages' senders and receivers prove themselves with,
    `council` the certificate that lets the council connect, `authority` who signed it and the server's (PEM)."""

    def __init__(self, messages: list[Path], trouble: Trouble) -> None:
        signer = Authority()
        self.shared_key = secrets.token_urlsafe(32)
        self.council = signer.client(COUNCIL)
        self.authority = signer.certificate
        self.port = 0
        self._server = signer.server()
        self._files = tempfile.TemporaryDirectory(prefix="mesh-")
        self._messages, self._trouble = messages, trouble
        self._listening: HttpServer | None = None

    async def start(self) -> None:
        """Return when every message is in the council's inbox and the council is let in."""
        app = await asyncio.to_thread(_app, self.shared_key)
        for_provider = HttpServer(app)  # past the faults, which are the council's to meet
        await for_provider.start()
        await asyncio.to_thread(self._send, for_provider.port)
        await for_provider.stop()
        self._listening = HttpServer(self._trouble.around("mesh", app), self._tls())
        self.port = self._listening.port
        await self._listening.start()

    async def stop(self) -> None:
        if self._listening is not None:
            await self._listening.stop()
        self._files.cleanup()

    def _tls(self) -> Tls:
        folder = Path(self._files.name)
        trusted = folder / "authority.crt"
        trusted.write_text(self.authority, encoding="ascii")
        return Tls(*self._server.written_to(folder, "server"), trusted)

    def _send(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        with mesh_client.MeshClient(address, PROVIDER, PASSWORD, shared_key=self.shared_key.encode()) as client:
            for path in self._messages:
                client.send_message(
                    COUNCIL,
                    path.read_bytes(),
                    workflow_id=WORKFLOW,
                    filename=path.name,
                    subject="Waiting list",
                    content_type="text/csv",
                    compress=True,
                    max_chunk_size=PIECE,
                )


def _app(shared_key: str) -> ASGIApp:
    """NHS England's sandbox, messages in memory, logins checked, silent. It takes its settings from the environment."""
    os.environ |= {"AUTH_MODE": "full", "STORE_MODE": "memory", "SHARED_KEY": shared_key, "ENV": "local"}
    import mesh_sandbox.api

    logging.getLogger("mesh-sandbox").disabled = True  # it would tell who asked for what
    app: ASGIApp = mesh_sandbox.api.app
    return app
