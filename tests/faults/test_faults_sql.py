"""The campaign over SQL, against a real PostgreSQL."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ingest.contract.model import load_contract
from tests.faults import faults
from tests.faults.campaign import Source
from tests.support.loopback import closed_port
from tests.support.postgres_peer import PostgresPeer, postgres_peer
from tests.support.relay import CUT, RESET, STALL

IMPOSSIBLE = {faults.CHECKSUM: "a database states no checksum for rows; the connection proves them whole"}
BEYOND = 6000  # bytes: in the midst of the rows
BREAKS = {faults.RESET: RESET, faults.TRUNCATED: CUT, faults.TIME_OUT: STALL}
TABLES = {
    "ssd_person": "insert into ssd_person (pers_person_id, pers_surname, pers_dob)"
    " select 'P' || n, md5(n::text), '2012-05-01' from generate_series(1, 150) as n",
    "ssd_linked_identifiers": "insert into ssd_linked_identifiers"
    " (link_table_id, link_person_id, link_identifier_value)"
    " select 'L' || n, nullif('P' || n, 'P7'), md5(n::text) from generate_series(1, 150) as n",
    "ssd_disability": "insert into ssd_disability select 'D' || n, 'P' || n, md5(n::text)"
    " from generate_series(1, 150) as n union all select 'D1', 'P1', md5('1')",
}
# Each is done to the database, and undone.
DONE: dict[str, tuple[str, str]] = {
    faults.TOO_MANY: ("alter role reader connection limit 0", "alter role reader connection limit -1"),
    faults.CONTENT_TYPE: (
        "alter table ssd_person rename column pers_person_id to person",
        "alter table ssd_person rename column person to pers_person_id",
    ),
    faults.EMPTY: ("delete from ssd_person", TABLES["ssd_person"]),
    faults.BROKEN: (
        "revoke connect on database case_system from public",
        "grant connect on database case_system to public",
    ),
}


class Sql:
    transport = "sql"
    impossible = IMPOSSIBLE

    def __init__(self, server: PostgresPeer) -> None:
        self._server = server
        for table, rows in TABLES.items():
            columns = ", ".join(f"{name} text" for name in load_contract("ssd").table(table).columns)
            server.run(f"create table {table} ({columns})", rows)

    def lay_out(self) -> None:
        pass

    def source(self, **changes: Any) -> Source:
        transport = dict(load_contract("ssd").transport) | {"statement_seconds": 2}
        return Source("ssd", self._server.endpoint(**changes), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        if fault == faults.REFUSED:
            yield self.source(port=closed_port())
        elif fault == faults.CREDENTIALS:
            yield self.source(password="wrong-secret")
        elif fault in BREAKS:
            with self._server.relay.spoil(BREAKS[fault], after=BEYOND):
                yield self.source()
        else:
            done, undone = DONE[fault]
            self._server.run(done)
            yield self.source()
            self._server.run(undone)


@pytest.fixture(scope="module")
def peer() -> Iterator[Sql]:
    with postgres_peer() as server:
        yield Sql(server)


@pytest.mark.parametrize("fault", faults.possible(IMPOSSIBLE))
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    assert run_cell(fault) in (faults.SAID, faults.HEALED)
