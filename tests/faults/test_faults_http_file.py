"""The campaign over downloads by HTTP."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from tests.faults import faults, http_source, listings
from tests.faults.campaign import Source
from tests.support.loopback import TOKEN, Answer, Asked, HttpPeer, http_peer


def _answer(asked: Asked) -> Answer:
    content = listings.content()
    if asked.path.endswith(".sha256"):
        return Answer(f"{hashlib.sha256(content).hexdigest()}  {listings.NAME}\n".encode())
    return Answer(content, headers={"Content-Type": "text/csv"})


class HttpFile:
    transport = "http_file"
    impossible: ClassVar[dict[str, str]] = {}

    def __init__(self, server: HttpPeer) -> None:
        self._server = server
        self._well = server.respond = http_source.letting_in(TOKEN, _answer)

    def lay_out(self) -> None:
        pass

    def source(self) -> Source:
        transport = {"kind": "http_file", "connection": "c", "path": f"/lists/{listings.NAME}", "checksum": "sha256"}
        return Source(listings.FEED, self._server.endpoint(), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        source = self.source()
        with http_source.under(self._server, fault, self._well, self._server.endpoint) as endpoint:
            yield Source(source.feed, endpoint, source.transport)


@pytest.fixture(scope="module")
def peer() -> Iterator[HttpFile]:
    with http_peer() as server:
        yield HttpFile(server)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
