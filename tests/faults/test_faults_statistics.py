"""The campaign over the statistics API."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from ingest.transports.endpoint import Endpoint
from tests.faults import faults, http_source
from tests.faults.campaign import Source
from tests.support.loopback import TOKEN, HttpPeer, http_peer
from tests.support.statistics_peer import Statistics

FEED = "dfe_statistics"


class StatisticsApi:
    transport = "ees_api"
    impossible: ClassVar[dict[str, str]] = {}

    def __init__(self, server: HttpPeer) -> None:
        self._server = server
        api = Statistics()
        api.values = ("x", "12", "a value that is much too long for its column")
        self._well = server.respond = http_source.letting_in(TOKEN, api)

    def lay_out(self) -> None:
        pass

    def _endpoint(self, **changes: object) -> Endpoint:
        return self._server.endpoint(extra={"base_path": "/statistics/v1"}, **changes)

    def source(self) -> Source:
        return Source(FEED, self._endpoint())

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        with http_source.under(self._server, fault, self._well, self._endpoint) as endpoint:
            yield Source(FEED, endpoint)


@pytest.fixture(scope="module")
def peer() -> Iterator[StatisticsApi]:
    with http_peer() as server:
        yield StatisticsApi(server)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
