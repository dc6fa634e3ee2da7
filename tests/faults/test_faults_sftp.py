"""The campaign over SFTP, against a real server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults import faults, listings, unreachable
from tests.faults.campaign import Source
from tests.support.loopback import SftpPeer, sftp_peer

IMPOSSIBLE = {faults.TOO_MANY: "SFTP has no such answer; a server that is too busy drops the connection"}


class Sftp:
    transport = "sftp"
    impossible = IMPOSSIBLE

    def __init__(self, server: SftpPeer) -> None:
        self._server = server
        self._folder = server.home("health") / "waiting"
        self._folder.mkdir()

    def lay_out(self) -> None:
        listings.put(self._folder, listings.content())

    def source(self, **changes: Any) -> Source:
        transport = {"kind": "sftp", "connection": "c", "folder": "waiting", "checksum": "sha256"}
        return Source(listings.FEED, self._server.endpoint("health", **changes), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        served = self._server.server
        if fault in unreachable.FAULTS:
            with unreachable.unreachable(self.source, fault) as source:
                yield source
        elif fault in (faults.BROKEN, faults.TRUNCATED):
            served.fault = "fail" if fault == faults.BROKEN else "stop"
            yield self.source()
            served.fault = None
        elif fault == faults.RESET:
            self._server.break_off(1000)
            yield self.source()
            self._server.break_off(0)
        else:
            listings.spoil(self._folder, fault)
            yield self.source()
            self.lay_out()


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sftp]:
    with sftp_peer(tmp_path_factory.mktemp("sftp")) as server:
        yield Sftp(server)


@pytest.mark.parametrize("fault", faults.possible(IMPOSSIBLE))
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    went = run_cell(fault)
    assert went in (faults.SAID, faults.HEALED) or fault == faults.TRUNCATED
