"""The campaign over a paged API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faults import faults
from tests.faults.campaign import Source
from tests.faults.http_source import OverHttp
from tests.support.loopback import Answer, Asked, http_peer

FEED = "mis"
_GOOD = [
    {"id": f"S{n}", "dob": "2012-01-01", "last_name": f"Name{n}", "sen_needs": [{"id": f"N{n}", "priority": 1}]}
    for n in range(40)
]
_PUPILS = [*_GOOD, _GOOD[0], {"id": "BAD", "dob": "nonsense"}]
_SIZE = 25


def _answer(asked: Asked) -> Answer:
    parts = urlsplit(asked.path)
    listed = _PUPILS if parts.path == "/students" else []
    page = int(parse_qs(parts.query)["page"][0])
    more = page * _SIZE < len(listed)
    said = {
        "data": listed[(page - 1) * _SIZE : page * _SIZE],
        "next": f"{parts.path}?page={page + 1}" if more else None,
        "total_count": len(listed),
    }
    return Answer(json.dumps(said).encode(), headers={"Content-Type": "application/json"})


class HttpPages(OverHttp):
    transport = "http_pages"

    def source(self) -> Source:
        return Source(FEED, self.endpoint())


@pytest.fixture(scope="module")
def peer() -> Iterator[HttpPages]:
    with http_peer() as server:
        yield HttpPages(server, _answer)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
