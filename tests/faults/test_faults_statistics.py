"""The campaign over the statistics API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ingest.transports.endpoint import Endpoint
from tests.faults import faults
from tests.faults.campaign import Source
from tests.faults.http_source import OverHttp
from tests.support.loopback import http_peer
from tests.support.statistics_peer import Statistics

FEED = "dfe_statistics"


class StatisticsApi(OverHttp):
    transport = "ees_api"

    def endpoint(self, **changes: Any) -> Endpoint:
        return super().endpoint(extra={"base_path": "/statistics/v1"}, **changes)

    def source(self) -> Source:
        return Source(FEED, self.endpoint())


@pytest.fixture(scope="module")
def peer() -> Iterator[StatisticsApi]:
    api = Statistics()
    api.values = ("x", "12", "a value that is much too long for its column")
    with http_peer() as server:
        yield StatisticsApi(server, api)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
