"""NHS England's own MESH sandbox for tests, behind a relay on loopback that can fail; and a provider that sends."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mesh_client
import requests

from area.paths import PROJECT_ROOT
from ingest.transports.endpoint import Endpoint
from tests.support.relay import Relay

# What the sandbox comes with.
SHARED_KEY, PASSWORD, COUNCIL, PROVIDER = "TestKey", "password", "X26ABC1", "X26ABC2"
WORKFLOW = "SEND_WAITING_LIST"


@dataclass
class MeshPeer:
    """A running sandbox. `relay` is what the endpoint leads to; the provider sends past it."""

    port: int
    relay: Relay

    def endpoint(self, **changes: Any) -> Endpoint:
        said: dict[str, Any] = {
            "conn_id": "send_931_test_mesh",
            "kind": "http",
            "host": "127.0.0.1",
            "port": self.relay.port,
            "scheme": "http",
            "login": COUNCIL,
            "password": PASSWORD,
            "extra": {"shared_key": SHARED_KEY},
        }
        return Endpoint(**(said | changes))

    def send(self, content: bytes, *, workflow: str = WORKFLOW, chunk: int = 1 << 20, **headers: Any) -> str:
        """Send a message to the council as a provider does; returns its id."""
        with self._client(PROVIDER, chunk) as client:
            return str(client.send_message(COUNCIL, content, workflow_id=workflow, **headers))

    def report(self) -> None:
        """Let the network report that it could not deliver something."""
        body = {
            "mailbox_id": COUNCIL, "code": "14", "description": "Message not collected: Rumpelstiltskin.csv",
            "workflow_id": WORKFLOW, "linked_message_id": "20250101101010000000_ABC123",
        }  # fmt: skip
        requests.post(
            f"http://127.0.0.1:{self.port}/messageexchange/admin/report", json=body, timeout=10
        ).raise_for_status()

    def inbox(self, workflow: str | None = None) -> list[str]:
        """Ids of the council's messages that nobody has acknowledged."""
        with self._client(COUNCIL) as client:
            return [str(each) for each in client.list_messages(workflow_filter=workflow)]

    def empty(self) -> None:
        """Take everything out of the council's inbox."""
        requests.delete(f"http://127.0.0.1:{self.port}/admin/reset/{COUNCIL}", timeout=10).raise_for_status()

    def _client(self, mailbox: str, chunk: int = 1 << 20) -> mesh_client.MeshClient:
        return mesh_client.MeshClient(
            f"http://127.0.0.1:{self.port}", mailbox, PASSWORD, shared_key=SHARED_KEY.encode(), max_chunk_size=chunk
        )


@contextlib.contextmanager
def mesh_peer() -> Iterator[MeshPeer]:
    """Start the sandbox in a process of its own, on a free port."""
    environment = {"AUTH_MODE": "full", "STORE_MODE": "memory", "SHARED_KEY": SHARED_KEY, "ENV": "local"}
    words = [sys.executable, "-m", "uvicorn", "mesh_sandbox.api:app", "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        [*words, "--no-access-log"],
        cwd=PROJECT_ROOT,
        env=dict(os.environ) | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        port = 0
        for line in process.stderr:
            if "running on http" in line:
                port = int(line.split("127.0.0.1:")[1].split()[0])
                break
        assert port, "the MESH sandbox did not start"
        # Read on, or the sandbox stops once its pipe is full.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        relay = Relay(("127.0.0.1", port))
        yield MeshPeer(port, relay)
        relay.close()
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
