"""The campaign over downloads by HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from tests.faults import faults, listings
from tests.faults.campaign import Source
from tests.faults.http_source import OverHttp
from tests.support.loopback import Answer, Asked, http_peer


def _answer(asked: Asked) -> Answer:
    content = listings.content()
    if asked.path.endswith(".sha256"):
        return Answer(f"{hashlib.sha256(content).hexdigest()}  {listings.NAME}\n".encode())
    return Answer(content, headers={"Content-Type": "text/csv"})


class HttpFile(OverHttp):
    transport = "http_file"

    def source(self) -> Source:
        transport = {"kind": "http_file", "connection": "c", "path": f"/lists/{listings.NAME}", "checksum": "sha256"}
        return Source(listings.FEED, self.endpoint(), transport)


@pytest.fixture(scope="module")
def peer() -> Iterator[HttpFile]:
    with http_peer() as server:
        yield HttpFile(server, _answer)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
