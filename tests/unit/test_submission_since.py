"""What changed since the night before and since the last submission, over folders and tables made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from area.paths import AreaPaths
from returns.definition.load import load_definition
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from warehouse.submission.content import _copy_tables
from warehouse.submission.since import change_tables, write_changes

DEFINITION = load_definition(SEN2, 2025)
Row = tuple[object, ...]


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Two persons; one has a request, an assessment and a plan."""
    create_tables(con, DEFINITION)
    con.execute("insert into returns.sen2_header (serialno, datetime) values ('001', timestamp '2025-01-30 00:00')")
    con.execute(
        "insert into returns.sen2_person (persontableid, surname, sex) values ('P1', 'Aaa', 'M'), ('P2', 'Bbb', 'F')"
    )
    con.execute("insert into returns.sen2_requests (requeststableid, persontableid) values ('R1', 'P1')")
    con.execute("insert into returns.sen2_assessment (assessmenttableid, requeststableid) values ('A1', 'R1')")
    con.execute(
        "insert into returns.sen2_named_plan (namedplantableid, assessmenttableid, startdate) "
        "values ('N1', 'A1', date '2024-05-01')"
    )


@pytest.fixture
def paths(tmp_path: Path) -> AreaPaths:
    """An area whose published night is n1."""
    paths = AreaPaths.of("857", tmp_path)
    night = paths.run("n1")
    night.root.mkdir(parents=True)
    with duckdb.connect(str(night.warehouse)) as con:
        fill(con)
    night.manifest.write_text(json.dumps({"collection": 2025, "night": "n1"}))
    paths.current.symlink_to(night.root)
    return paths


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The night after: the same return, made a day later."""
    con = duckdb.connect()
    fill(con)
    con.execute("update returns.sen2_header set datetime = timestamp '2025-01-31 00:00'")
    return con


def submit(paths: AreaPaths, serial: str, *, sex: str, signed: bool = False, rehearsal: bool = False) -> None:
    """Freeze a return in which P2 has this sex."""
    target = paths.submission("sen2", 2025, serial)
    target.tables.mkdir(parents=True)
    with duckdb.connect() as con:
        fill(con)
        con.execute("update returns.sen2_person set sex = ? where persontableid = 'P2'", [sex])
        con.execute("update returns.sen2_header set serialno = ?", [serial])
        for module in DEFINITION.modules.values():
            con.execute(f"copy returns.{module.table} to '{target.tables / module.table}.parquet' (format parquet)")
    target.manifest.write_text(json.dumps({"rehearsal": rehearsal}))
    if signed:
        target.approval.write_text('{"by": "somebody"}')


def changes(con: duckdb.DuckDBPyConnection, paths: AreaPaths) -> list[Row]:
    write_changes(con, paths, kind=SEN2, collection=2025)
    return con.execute(
        "select since, module, record_key, persontableid, change, item, was, now from returns.sen2_change order by all"
    ).fetchall()


def compared_with(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(con.execute("select since, compared_with from returns.sen2_change_since").fetchall())


def test_a_first_night_has_nothing_to_compare_with(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert changes(con, AreaPaths.of("857", tmp_path / "new")) == []
    assert compared_with(con) == {"yesterday": None, "submission": None}


def test_the_day_it_was_made_and_its_serial_number_are_no_change(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths
) -> None:
    submit(paths, "007", sex="F")
    assert changes(con, paths) == []
    assert compared_with(con) == {"yesterday": "n1", "submission": "007"}


def test_a_change_below_a_person_leads_to_the_person_also_of_a_record_that_went(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths
) -> None:
    con.execute("delete from returns.sen2_named_plan")
    con.execute("insert into returns.sen2_requests (requeststableid, persontableid) values ('R2', 'P2')")
    con.execute("update returns.sen2_person set sex = 'F' where persontableid = 'P1'")
    assert changes(con, paths) == [
        ("yesterday", "named_plan", "N1", "P1", "removed", None, None, None),
        ("yesterday", "person", "P1", "P1", "changed", "Sex", "M", "F"),
        ("yesterday", "requests", "R2", "P2", "added", None, None, None),
    ]


def test_that_a_name_changed_is_told_and_the_name_is_not(con: duckdb.DuckDBPyConnection, paths: AreaPaths) -> None:
    con.execute("update returns.sen2_person set surname = 'Secretname' where persontableid = 'P1'")
    assert changes(con, paths) == [("yesterday", "person", "P1", "P1", "changed", "Surname", None, None)]


def test_the_signed_submission_goes_before_a_newer_one_and_a_rehearsal_is_none(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths
) -> None:
    submit(paths, "001", sex="M", signed=True)
    submit(paths, "002", sex="F")
    submit(paths, "003", sex="U", rehearsal=True)
    assert changes(con, paths) == [("submission", "person", "P2", "P2", "changed", "Sex", "M", "F")]
    paths.submission("sen2", 2025, "001").approval.unlink()
    assert changes(con, paths) == []
    assert compared_with(con)["submission"] == "002"


def test_a_night_of_another_collection_is_not_compared(con: duckdb.DuckDBPyConnection, paths: AreaPaths) -> None:
    paths.run("n1").manifest.write_text(json.dumps({"collection": 2024, "night": "n1"}))
    con.execute("delete from returns.sen2_named_plan")
    assert changes(con, paths) == []
    assert compared_with(con)["yesterday"] is None


def test_a_night_of_an_older_release_is_compared_in_what_it_has(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths
) -> None:
    with duckdb.connect(str(paths.run("n1").warehouse)) as old:
        old.execute("alter table returns.sen2_person drop column sex")
        old.execute("drop table returns.sen2_sen_need")
    con.execute("update returns.sen2_person set ethnicity = 'WBRI', sex = 'U' where persontableid = 'P1'")
    assert changes(con, paths) == [("yesterday", "person", "P1", "P1", "changed", "Ethnicity", None, "WBRI")]


def test_what_changed_is_not_frozen_with_the_return(con: duckdb.DuckDBPyConnection, paths: AreaPaths) -> None:
    changes(con, paths)
    names = {row[0] for row in con.execute("select table_name from information_schema.tables").fetchall()}
    assert set(change_tables(SEN2)) <= names
    with duckdb.connect() as frozen:
        frozen.execute(f"attach '{paths.run('n1').warehouse}' as night")
        frozen.execute("create table night.returns.sen2_change as select 1 as one")
        frozen.execute("create schema returns")
        assert "sen2_person" in (copied := _copy_tables(frozen, SEN2))
        assert not set(change_tables(SEN2)) & set(copied)
