"""Pulling from a real PostgreSQL: what comes as text, what has changed since, what breaks, and who is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

import ingest.pull
import ingest.raw.schema
from area.errors import (
    ContractError,
    FileRefusedError,
    SettingsError,
    SourceAnswerError,
    SourceRefusedError,
    SourceUnavailableError,
)
from area.paths import AreaPaths
from ingest.contract.model import Contract, Field, Table
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult, pull_feed
from ingest.raw.schema import create_raw
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from tests.support.postgres_peer import PASSWORD, PostgresPeer, postgres_peer
from tests.support.relay import CUT, RESET, STALL

LIMITS = Limits(attempts=2, first_wait=0.02, longest_wait=0.1, connect_timeout=2, read_timeout=0.3, settle=0.01)
NIGHT = dt.date(2025, 1, 31)
FIELDS = (
    Field("ref", "ref", "text", required=True),
    Field("born", "born", "date", date_format="%Y-%m-%d"),
    Field("cost", "cost", "text"),
    Field("closed", "closed", "text"),
    Field("updated_at", "updated_at", "text"),
)


@pytest.fixture(scope="module")
def peer() -> Iterator[PostgresPeer]:
    with postgres_peer() as running:
        yield running


@pytest.fixture
def case_table(peer: PostgresPeer) -> PostgresPeer:
    """Table `cases`, made anew."""
    peer.run(
        "drop table if exists cases",
        "create table cases (ref text primary key, born date, cost numeric(12, 4), closed boolean,"
        " updated_at timestamp not null)",
    )
    return peer


def add(peer: PostgresPeer, ref: str, at: str, *, born: str = "2012-05-01", cost: str = "1.5000") -> None:
    peer.run(
        f"insert into cases values ('{ref}', '{born}', {cost}, false, '{at}')"
        " on conflict (ref) do update set cost = excluded.cost, updated_at = excluded.updated_at"
    )


def contract(
    *, query: str = "select * from cases", watermark: str | None = None, fields: tuple[Field, ...] = FIELDS, **said: Any
) -> Contract:
    tables = {"cases": {"query": query} | ({"watermark": watermark} if watermark else {})}
    return Contract(
        feed="case_system",
        title="Case system",
        sector="social_care",
        owner="The owner",
        arrives="nightly",
        allowed_age_days=3,
        required=False,
        snapshot="incremental" if watermark else "full",
        transport={"kind": "sql", "connection": "send_{area}_test_db", "tables": tables, **said},
        format={"kind": "parquet"},
        tables=(Table("cases", key=("ref",), fields=fields, file="cases_*.parquet"),),
    )


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let pulls and schema `raw` go by a contract of the test."""

    def using(mine: Contract) -> None:
        monkeypatch.setattr(ingest.pull, "load_contract", lambda *_, **__: mine)
        monkeypatch.setattr(ingest.raw.schema, "load_contracts", lambda *_, **__: (mine,))

    return using


def pull(root: Path, endpoint: Endpoint, *, day: dt.date = NIGHT, hour: int = 20) -> PullResult:
    received = dt.datetime.combine(day, dt.time(hour), dt.UTC)
    return pull_feed("931", "case_system", endpoint, as_of=day, received_at=received, root=root, limits=LIMITS)


def raw(root: Path, sql: str, *, as_of: dt.date = NIGHT) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of("931", root), as_of=as_of)
        return con.execute(sql).fetchall()


def latest(root: Path, *, as_of: dt.date = NIGHT) -> list[tuple[Any, ...]]:
    return raw(root, "select ref, cost from raw.cases where _is_latest order by ref", as_of=as_of)


def files(root: Path) -> list[tuple[str, str]]:
    return [(each.file_name, each.outcome) for each in deliveries(AreaPaths.of("931", root).deliveries)]


def test_rows_come_as_exact_text(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract())
    add(case_table, "A", "2025-01-30 10:11:12.5", cost="12345678.0001")
    case_table.run("insert into cases values ('B', null, null, true, '2025-01-31')")
    case_table.run("insert into cases values ('=1+1', '2012-02-29', 0, null, '2025-01-31')")
    counts = pull(tmp_path, case_table.endpoint()).counts()
    assert (counts["files_loaded"], counts["rows_loaded"]) == (1, 3)
    found = raw(tmp_path, "select ref, born, cost, closed, updated_at, _row from raw.cases order by _row")
    assert found == [
        ("=1+1", "2012-02-29", "0.0000", None, "2025-01-31T00:00:00", 1),
        ("A", "2012-05-01", "12345678.0001", "0", "2025-01-30T10:11:12.500000", 2),
        ("B", None, None, "1", "2025-01-31T00:00:00", 3),
    ]
    (landed,) = (tmp_path / "931/landing/social_care/case_system").glob("2025*/*.parquet")
    assert {str(kind) for kind in pq.read_schema(landed).types} == {"string"}


def test_the_same_rows_are_the_same_file(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract())
    for ref in "CAB":
        add(case_table, ref, "2025-01-30")
    pull(tmp_path, case_table.endpoint())
    case_table.run("update cases set closed = closed where ref = 'A'")  # the row moves to another place on disk
    assert pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 2, 1)).counts()["files_same"] == 1


def test_an_empty_table_is_a_delivery(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract())
    assert pull(tmp_path, case_table.endpoint()).counts()["files_loaded"] == 1
    assert latest(tmp_path) == []


def test_changes_supersede_by_key(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at"))
    add(case_table, "A", "2025-01-28 09:00", cost="1")
    add(case_table, "B", "2025-01-29 09:00", cost="1")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    add(case_table, "A", "2025-01-30 09:00", cost="2")
    add(case_table, "C", "2025-01-30 09:00", cost="1")
    counts = pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 30)).counts()
    assert counts["rows_read"] == 3, "B again, as it bears the watermark; and A, C"
    assert latest(tmp_path) == [("A", "2.0000"), ("B", "1.0000"), ("C", "1.0000")]
    assert latest(tmp_path, as_of=dt.date(2025, 1, 29)) == [("A", "1.0000"), ("B", "1.0000")]
    assert files(tmp_path) == [
        ("cases_full_20250129.parquet", "loaded"), ("cases_changes_20250130.parquet", "loaded"),
    ]  # fmt: skip


def test_rows_committed_late_are_not_lost(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    """A row may be committed after others that bear a later moment: by up to the overlap."""
    use(contract(watermark="updated_at", overlap_minutes=60))
    add(case_table, "A", "2025-01-29 09:00")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    add(case_table, "LATE", "2025-01-29 08:15")
    add(case_table, "EQUAL", "2025-01-29 09:00")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 30))
    assert [ref for ref, _ in latest(tmp_path)] == ["A", "EQUAL", "LATE"]


def test_rows_of_the_watermark_itself_are_not_lost(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at", overlap_minutes=0))
    add(case_table, "A", "2025-01-29 09:00")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    add(case_table, "EQUAL", "2025-01-29 09:00")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 30))
    assert [ref for ref, _ in latest(tmp_path)] == ["A", "EQUAL"]


def test_a_row_without_a_watermark_always_comes(peer: PostgresPeer, tmp_path: Path, use: Any) -> None:
    peer.run("drop table if exists cases", "create table cases (ref text, updated_at date)")
    fields = tuple(field for field in FIELDS if field.name in ("ref", "updated_at"))
    use(contract(watermark="updated_at", fields=fields))
    peer.run("insert into cases values ('A', '2025-01-29')")
    pull(tmp_path, peer.endpoint(), day=dt.date(2025, 1, 29))
    peer.run("insert into cases values ('NONE', null)")
    pull(tmp_path, peer.endpoint(), day=dt.date(2025, 1, 30))
    found = raw(tmp_path, "select ref, updated_at from raw.cases where _is_latest order by 1")
    assert found == [("A", "2025-01-29"), ("NONE", None)]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", ("8000000001", "8000000002", "8000000003")),
        ("timestamptz", ("2025-01-29 09:00+01", "2025-01-29 09:30+01", "2025-01-29 09:30+00")),
        ("date", ("2025-01-27", "2025-01-28", "2025-01-29")),
        ("text", ("v1", "v2", "v3")),
    ],
)
def test_watermarks_of_other_kinds(
    peer: PostgresPeer, tmp_path: Path, use: Any, kind: str, values: tuple[str, ...]
) -> None:
    peer.run("drop table if exists cases", f"create table cases (ref text, updated_at {kind})")
    use(contract(watermark="updated_at", fields=(FIELDS[0], FIELDS[-1]), overlap_minutes=0))
    for day, value in enumerate(values, start=29):
        peer.run(f"insert into cases values ('R{day}', '{value}')")
        pull(tmp_path, peer.endpoint(), day=dt.date(2025, 1, day))
    found = raw(tmp_path, "select ref from raw.cases where _is_latest order by 1")
    assert found == [("R29",), ("R30",), ("R31",)]
    full, *changes = (each.tables["cases"].read for each in deliveries(AreaPaths.of("931", tmp_path).deliveries))
    assert full == 1
    assert changes == ([2, 3] if kind == "date" else [2, 2]), "what bears the watermark comes again, and no more"


def test_a_full_reload_sees_what_was_deleted(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at", full_every_days=2))
    add(case_table, "A", "2025-01-28")
    add(case_table, "B", "2025-01-28")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 28))
    case_table.run("delete from cases where ref = 'A'")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    assert [ref for ref, _ in latest(tmp_path)] == ["A", "B"]
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 30))
    assert [ref for ref, _ in latest(tmp_path)] == ["B"]
    assert [name.split("_")[1] for name, _ in files(tmp_path)] == ["full", "changes", "full"]


def test_a_clock_that_was_wrong_hides_nothing(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at"))
    add(case_table, "FUTURE", "2999-01-01")
    add(case_table, "A", "2025-01-28")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 28))
    add(case_table, "B", "2025-01-29")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    assert [ref for ref, _ in latest(tmp_path)] == ["A", "B", "FUTURE"]


def test_another_query_begins_anew(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at"))
    add(case_table, "A", "2025-01-28")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 28))
    use(contract(watermark="updated_at", query="select * from cases where ref <> 'A'"))
    add(case_table, "B", "2025-01-20")
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    assert [ref for ref, _ in latest(tmp_path)] == ["B"]


def test_what_was_refused_is_no_base_for_changes(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    use(contract(watermark="updated_at", fields=(*FIELDS, Field("gone", "gone", "text"))))
    add(case_table, "A", "2025-01-20")
    add(case_table, "B", "2025-01-28")
    with pytest.raises(FileRefusedError, match="without gone"):
        pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 28))
    use(contract(watermark="updated_at"))
    pull(tmp_path, case_table.endpoint(), day=dt.date(2025, 1, 29))
    assert [ref for ref, _ in latest(tmp_path)] == ["A", "B"]


@pytest.mark.parametrize("fault", [RESET, CUT, STALL])
def test_a_server_that_goes_away_half_way(case_table: PostgresPeer, tmp_path: Path, use: Any, fault: str) -> None:
    """Nothing of a broken attempt is landed, and the next pull brings all."""
    use(contract(statement_seconds=0.3))
    case_table.run(
        "insert into cases select 'R' || n, '2012-05-01', n, false, '2025-01-31' from generate_series(1, 30000) as n"
    )
    with case_table.relay.spoil(fault, after=600_000), pytest.raises(SourceUnavailableError) as caught:
        pull(tmp_path, case_table.endpoint())
    assert "tried 2 times" in str(caught.value)
    assert not list((tmp_path / "931/landing").rglob("*.par*"))
    use(contract())  # with all the time a slow machine needs
    assert pull(tmp_path, case_table.endpoint(), hour=21).counts()["rows_loaded"] == 30_000


def test_all_tables_are_of_one_moment(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    """While the first table is read, somebody adds a row to the second; the pull does not see it."""
    case_table.run("drop table if exists notes", "create table notes (ref text)")
    two = contract()
    notes = Table("notes", key=("ref",), fields=(FIELDS[0],), file="notes_*.parquet")
    tables = {
        "cases": {"query": "select *, pg_sleep(0.5)::text as closed2 from cases"},
        "notes": {"query": "select * from notes"},
    }
    fields = (*FIELDS, Field("closed2", "closed2", "text"))
    cases = replace(two.tables[0], fields=fields)
    use(replace(two, tables=(cases, notes), transport={**two.transport, "tables": tables}))
    add(case_table, "A", "2025-01-28")
    import threading

    late = threading.Timer(0.3, lambda: case_table.run("insert into notes values ('LATE')"))
    late.start()
    pull(tmp_path, case_table.endpoint())
    late.join()
    assert raw(tmp_path, "select count(*) from raw.notes") == [(0,)]
    pull(tmp_path, case_table.endpoint(), hour=21)
    assert raw(tmp_path, "select ref from raw.notes") == [("LATE",)]


def test_a_table_the_source_may_do_without(case_table: PostgresPeer, tmp_path: Path, use: Any) -> None:
    case_table.run("drop table if exists notes")
    add(case_table, "A", "2025-01-28")
    one = contract()
    notes = Table("notes", key=("ref",), fields=(FIELDS[0],), file="notes_*.parquet", optional=True)
    tables = {"notes": {"query": "select * from notes"}, **one.transport["tables"]}
    use(replace(one, tables=(notes, *one.tables), transport={**one.transport, "tables": tables}))
    assert pull(tmp_path, case_table.endpoint()).counts()["files"] == 1
    assert not list((tmp_path / "931/landing").rglob("*.part"))


SAID = [
    (SourceRefusedError, "login was not accepted", {}, {"password": "wrong-secret"}),
    (SourceRefusedError, "connection has no password", {}, {"password": ""}),
    (SourceRefusedError, "no database of that name", {}, {"scheme": "nowhere"}),
    (SourceRefusedError, "may not read", {"query": "select rolname as ref from pg_catalog.pg_authid"}, {}),
    (SourceAnswerError, "no table, column or query", {"query": "select * from nowhere"}, {}),
    (SourceAnswerError, "no table, column or query", {"query": "select RUMPELSTILTSKIN"}, {}),
    (SourceAnswerError, "more than read", {"query": "select nextval('counter') as ref"}, {}),
    (SourceAnswerError, "columns of different names", {"query": "select ref, 1 as x, 2 as x from cases"}, {}),
    (SourceAnswerError, "came bytes", {"query": "select ref, ref::bytea as born from cases"}, {}),
    (SourceAnswerError, "could not compute", {"query": "select (ref || 'x')::int as ref from cases"}, {}),
    (SourceUnavailableError, "longer than it may", {"query": "select pg_sleep(5)::text as ref"}, {}),
    (SourceUnavailableError, "connection failed", {}, {"port": 1}),
    (SourceUnavailableError, "connection failed", {"isolation": "READ COMMITTED"}, {"kind": "mssql", "port": 1}),
    (SettingsError, "kind postgres or mssql", {}, {"kind": "sqlite"}),
    (
        SettingsError,
        "sslmode require or verify-ca or verify-full",
        {},
        {"host": "db.invalid", "extra": {"sslmode": "prefer"}},
    ),
    (SourceUnavailableError, "connection failed", {}, {"host": "db.invalid"}),
    (ContractError, "a query for each of cases", {"tables": {}}, {}),
    (ContractError, "whose snapshot is incremental", {"tables": {"cases": {"query": "x", "watermark": "x"}}}, {}),
    (ContractError, "either query or query_file", {"tables": {"cases": {}}}, {}),
    (ContractError, "below the settings folder", {"tables": {"cases": {"query_file": "../x.sql"}}}, {}),
    (ContractError, "readable file queries/x.sql", {"tables": {"cases": {"query_file": "x.sql"}}}, {}),
]


@pytest.mark.parametrize(("error", "says", "said", "connection"), SAID, ids=[each[1] for each in SAID])
def test_what_cannot_be_pulled_is_named_without_values(
    case_table: PostgresPeer,
    tmp_path: Path,
    use: Any,
    error: type[Exception],
    says: str,
    said: dict[str, Any],
    connection: dict[str, Any],
) -> None:
    case_table.run("create sequence if not exists counter", "grant all on sequence counter to reader")
    add(case_table, "SECRETREF", "2025-01-30")
    use(contract(**({"statement_seconds": 0.3} | said)))
    with pytest.raises(error) as caught:
        pull(tmp_path, case_table.endpoint(**connection))
    assert says in str(caught.value)
    records = "".join(path.read_text() for path in (tmp_path / "931").rglob("*.json"))
    shown = str(caught.value) + repr(caught.value.__cause__) + records
    for secret in (PASSWORD, "wrong-secret", "SECRETREF", "select ", "RUMPELSTILTSKIN"):
        assert secret not in shown


def test_a_query_of_the_settings_folder(
    case_table: PostgresPeer, tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config/queries").mkdir(parents=True)
    (tmp_path / "config/queries/cases_931.sql").write_text(
        "select * from cases where cost > '1'::numeric and ref like 'A%' ;\n"
    )
    add(case_table, "A", "2025-01-30")
    add(case_table, "B", "2025-01-30")
    use(contract(tables={"cases": {"query_file": "cases_{area}.sql"}}))
    pull(tmp_path / "data", case_table.endpoint())
    assert latest(tmp_path / "data") == [("A", "1.5000")]
