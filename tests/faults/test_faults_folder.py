"""The campaign over a drop folder."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.transports.endpoint import Endpoint
from tests.faults import faults, listings
from tests.faults.campaign import Source

NO_SERVER = "a folder has no server that could answer so"
IMPOSSIBLE = {
    faults.TIME_OUT: NO_SERVER,
    faults.RESET: NO_SERVER,
    faults.TOO_MANY: NO_SERVER,
    faults.BROKEN: NO_SERVER,
    faults.CREDENTIALS: "a folder has no login of its own",
}


class Folder:
    transport = "folder"
    impossible = IMPOSSIBLE

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lay_out(self) -> None:
        listings.put(self._folder, listings.content())

    def source(self) -> Source:
        transport = {"kind": "folder", "connection": "c", "pattern": "waiting_list_*.csv", "checksum": "sha256"}
        return Source(listings.FEED, Endpoint("drop", "fs", extra={"path": str(self._folder)}), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        if fault == faults.REFUSED:  # the share is not mounted
            away = self._folder.rename(self._folder.with_name("away"))
            yield self.source()
            away.rename(self._folder)
        elif fault == faults.TRUNCATED:
            with _being_written(self._folder / listings.NAME):
                yield self.source()
            self.lay_out()
        else:
            listings.spoil(self._folder, fault)
            yield self.source()
            self.lay_out()


@contextlib.contextmanager
def _being_written(path: Path) -> Iterator[None]:
    """The first half of the file is there, and somebody goes on writing it."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    done = threading.Event()

    def write() -> None:
        with path.open("ab") as file:
            while not done.wait(0.001):
                file.write(b"more\n")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    yield
    done.set()
    writer.join()


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("drop"))


@pytest.mark.parametrize("fault", faults.possible(IMPOSSIBLE))
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    went = run_cell(fault)
    # A file that is being written is left for next time, or shows by its checksum, whichever is noticed first.
    expected = {faults.TRUNCATED: {faults.LEFT, faults.SAID}, faults.KILLED: {faults.HEALED}}
    assert went in expected.get(fault, {faults.SAID})
