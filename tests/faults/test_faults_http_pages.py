"""The campaign over a paged API."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.faults import faults, http_source
from tests.faults.campaign import Source
from tests.support.loopback import TOKEN, Answer, Asked, HttpPeer, http_peer

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


class HttpPages:
    transport = "http_pages"
    impossible: ClassVar[dict[str, str]] = {}

    def __init__(self, server: HttpPeer) -> None:
        self._server = server
        self._well = server.respond = http_source.letting_in(TOKEN, _answer)

    def lay_out(self) -> None:
        pass

    def source(self) -> Source:
        return Source(FEED, self._server.endpoint())

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        with http_source.under(self._server, fault, self._well, self._server.endpoint) as endpoint:
            yield Source(FEED, endpoint)


@pytest.fixture(scope="module")
def peer() -> Iterator[HttpPages]:
    with http_peer() as server:
        yield HttpPages(server)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
