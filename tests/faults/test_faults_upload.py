"""The campaign over files that are handed in by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.transports.endpoint import Endpoint
from tests.faults import faults, listings
from tests.faults.campaign import Source

NO_SOURCE = "a file that is handed in lies on this machine: there is no server and no login"
IMPOSSIBLE = {
    **dict.fromkeys(
        (faults.REFUSED, faults.TIME_OUT, faults.RESET, faults.TOO_MANY, faults.BROKEN, faults.CREDENTIALS), NO_SOURCE
    ),
    **dict.fromkeys((faults.TRUNCATED, faults.CHECKSUM), "nothing states how long it should be, or its checksum"),
}


class Upload:
    transport = "upload"
    impossible = IMPOSSIBLE

    def __init__(self, folder: Path) -> None:
        self._file = folder / "from the provider.txt"

    def lay_out(self) -> None:
        self._file.write_bytes(listings.content())

    def source(self) -> Source:
        return Source(listings.FEED, Endpoint("none", "fs"), upload=str(self._file))

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        self._file.write_bytes({faults.EMPTY: b"", faults.CONTENT_TYPE: b"<!doctype html>\n<p>Log in</p>\n"}[fault])
        yield self.source()
        self.lay_out()


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Upload:
    return Upload(tmp_path_factory.mktemp("upload"))


@pytest.mark.parametrize("fault", faults.possible(IMPOSSIBLE))
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    assert run_cell(fault) in (faults.SAID, faults.HEALED)
