"""The campaign over MESH, against NHS England's own sandbox."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults import faults, listings, unreachable
from tests.faults.campaign import Source
from tests.support.mesh_peer import WORKFLOW, MeshPeer, mesh_peer
from tests.support.relay import CUT, RESET

IMPOSSIBLE: dict[str, str] = {}
BEYOND = 4000  # bytes: in the midst of the message
CONTENT = listings.content(1500)  # some 10 kB as the network packs it
PAGE = "<!doctype html><p>Your session has ended."
ANSWERS = {
    faults.TOO_MANY: b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    faults.BROKEN: b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    faults.CONTENT_TYPE: (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\n\r\n{PAGE}"
    ).encode(),
}


class Mesh:
    transport = "mesh"
    impossible = IMPOSSIBLE

    def __init__(self, server: MeshPeer) -> None:
        self._server = server

    def lay_out(self) -> None:
        self._send(CONTENT, hashlib.sha256(CONTENT).hexdigest())

    def _send(self, content: bytes, checksum: str, **said: Any) -> None:
        self._server.empty()
        self._server.send(content, filename=listings.NAME, checksum=checksum, **said)

    def source(self, **changes: Any) -> Source:
        transport = {"kind": "mesh", "connection": "c", "workflow_ids": [WORKFLOW]}
        return Source(listings.FEED, self._server.endpoint(**changes), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        relay = self._server.relay
        if fault in unreachable.FAULTS:
            with unreachable.unreachable(self.source, fault) as source:
                yield source
        elif fault in (faults.RESET, faults.TRUNCATED):
            with relay.spoil(RESET if fault == faults.RESET else CUT, after=BEYOND):
                yield self.source()
        elif fault in ANSWERS:
            with relay.answering(ANSWERS[fault]):
                yield self.source()
        elif fault == faults.CHECKSUM:
            self._send(CONTENT.replace(b"W7", b"W8"), hashlib.sha256(CONTENT).hexdigest())
            yield self.source()
            self.lay_out()
        else:
            assert fault == faults.EMPTY
            self._send(b"", "", compress=True)  # packed, as the network takes no empty message
            yield self.source()
            self.lay_out()


@pytest.fixture(scope="module")
def peer() -> Iterator[Mesh]:
    with mesh_peer() as server:
        yield Mesh(server)


@pytest.mark.parametrize("fault", faults.possible(IMPOSSIBLE))
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    assert run_cell(fault) in (faults.SAID, faults.HEALED)
