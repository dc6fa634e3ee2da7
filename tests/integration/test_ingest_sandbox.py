"""All feeds of a pretend area, from servers that make trouble: what was planted is found, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from area.paths import AreaPaths
from ingest.contract.model import load_contract, load_contracts
from ingest.landing.delivery import deliveries
from ingest.pull import pull_feed
from ingest.raw.schema import create_raw
from ingest.transports.retry import Limits
from sandbox.make import make_area
from tests.support.sandbox_servers import serving

AREA, NIGHT = "857", dt.date(2025, 1, 31)
LIMITS = Limits(attempts=5, first_wait=0.05, longest_wait=0.5, read_timeout=20)
TROUBLE = [
    {"service": "mis", "fault": "status", "status": 503, "first": 2},
    {"service": "mis", "fault": "cut", "path": "/attendance-summaries", "first": 1},
    {"service": "gias", "fault": "reset", "first": 1},
    {"service": "statistics", "fault": "status", "status": 429, "retry_after": 0, "skip": 3, "first": 2},
    {"service": "sftp", "fault": "reset", "path": "/health/csds", "first": 1},
    {"service": "mesh", "fault": "cut", "path": "/messageexchange/X26ABC1/inbox/", "first": 1},
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which every feed has been pulled twice."""
    base = tmp_path_factory.mktemp("area")
    make_area(AREA, base / "box", seed=3)
    with serving(base / "box", TROUBLE) as served:
        for hour in (20, 21):
            for contract in load_contracts():
                if not contract.required and contract.connection(AREA) not in served:
                    continue  # as in a night: a feed without a connection is passed over
                pull_feed(
                    AREA,
                    contract.feed,
                    served.endpoint(contract.connection(AREA)),
                    as_of=NIGHT,
                    received_at=dt.datetime(2025, 1, 31, hour, tzinfo=dt.UTC),
                    root=base / "data",
                    limits=LIMITS,
                )
    return base


def test_every_table_came_and_the_second_pull_brought_nothing_new(root: Path) -> None:
    paths = AreaPaths.of(AREA, root / "data")
    with duckdb.connect() as con:
        rows = create_raw(con, paths, as_of=NIGHT)
        for table, count in rows.items():
            assert con.execute(f'select count(*) from raw."{table}" where _is_latest').fetchone() == (count,)
            assert con.execute(f'select count(distinct (_file_hash, _row)) from raw."{table}"').fetchone() == (count,)
    came = {record.feed for record in deliveries(paths.deliveries)}
    tables = [table for contract in load_contracts() if contract.feed in came for table in contract.tables]
    optional = {table.name for table in tables if table.optional}
    empty = {table.name for table in tables if not rows[table.name]} - optional
    assert {name for name in empty if not name.startswith("s903_")} == set()  # so few are looked after in a small area
    assert {table for table in optional if rows[table]} >= {"census_addressesonroll", "csds_lake_need"}
    for record in deliveries(paths.deliveries):
        assert record.outcome in ("loaded", "same"), record.file_name
        for balance in record.tables.values():
            assert balance.read == balance.loaded + balance.quarantined + balance.duplicate


def test_what_was_planted_is_found_and_nothing_else(root: Path) -> None:
    paths = AreaPaths.of(AREA, root / "data")
    with duckdb.connect() as con:
        create_raw(con, paths, as_of=NIGHT)
        con.execute(f"create table truth as from '{root / 'box' / 'truth' / 'faults.parquet'}'")
        planted = _counted(con, "table", "expected_code", "truth where expected = 'quarantined'")
        for (table, reason), count in planted.items():
            planted[table, reason] = 2 * count if reason == "KEY_CONFLICT" else count  # both rows of a contradiction
        found = _counted(con, "_table", "reason", "raw.quarantined")
        assert found == planted
        assert sum(planted.values()) > 20
        repeated = con.execute("select count(*) from truth where expected = 'duplicate'").fetchone()
        assert con.execute("select sum(duplicate_rows) from raw.delivery").fetchone() == repeated


def test_the_waiting_list_comes_by_mesh_and_the_social_care_database_by_sql(root: Path) -> None:
    paths = AreaPaths.of(AREA, root / "data")
    records = list(deliveries(paths.deliveries))
    ways = {record.feed: record.source.split()[0] for record in records}
    assert (ways["waiting_list"], ways["ssd"]) == ("mesh", "sql")
    assert len([record for record in records if record.feed == "waiting_list"]) == 1  # acknowledged, so it comes once
    balances = {name: balance for record in records for name, balance in record.tables.items()}
    box = root / "box" / "ssd"
    with duckdb.connect() as con:
        rows = create_raw(con, paths, as_of=NIGHT)
        for table in (table.name for table in load_contract("ssd").tables):
            file = box / f"{table}.csv"
            made = len(file.read_text().splitlines()) - 1 if file.exists() else 0  # no case system has the EHC tables
            assert (balances[table].read, balances[table].loaded, rows[table]) == (made, made, made)
        assert rows["ssd_person"] > 200
        columns = "pers_person_id, pers_surname, pers_dob, pers_common_child_id"
        came = con.execute(f"select {columns} from raw.ssd_person order by 1").fetchall()
        sent = f"read_csv('{box}/ssd_person.csv', all_varchar = true)"
        assert came == con.execute(f"select {columns} from {sent} order by 1").fetchall()


def _counted(con: duckdb.DuckDBPyConnection, table: str, reason: str, rows: str) -> Counter[tuple[str, str]]:
    found = con.execute(f'select "{table}", {reason}, count(*) from {rows} group by all').fetchall()
    return Counter({(name, code): count for name, code, count in found})


def test_a_quarantined_row_is_named_by_its_line(root: Path) -> None:
    paths = AreaPaths.of(AREA, root / "data")
    box = root / "box" / "sftp" / "council" / "ehc"
    with duckdb.connect() as con:
        rows = con.execute(
            f"select _file_name, _row, original_text from read_parquet('{paths.quarantine}/ehc_casework/*/*.parquet')"
        ).fetchall()
    assert rows
    for name, line, text in rows:
        assert (box / name).read_text().split("\n")[line - 1] == text
