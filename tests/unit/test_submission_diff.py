"""What differs between two states of a return, over tables made by hand."""

from __future__ import annotations

import duckdb
import pytest

from returns.definition.load import load_definition
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from warehouse.submission.diff import changes

DEFINITION = load_definition(SEN2, 2025)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Two persons and one request, the same twice: in catalogs `old` and `new`."""
    con = duckdb.connect()
    for catalog in ("old", "new"):
        con.execute(f"attach ':memory:' as {catalog}")
        con.execute(f"use {catalog}")
        create_tables(con, DEFINITION)
        con.execute("insert into returns.sen2_header (collection, serialno) values ('SEN2', '001')")
        con.execute(
            "insert into returns.sen2_person (persontableid, personorder, surname, upn, _row) values"
            " ('P1', 1, 'Aaa', 'A1', 7), ('P2', 2, 'Bbb', null, 8)"
        )
        con.execute(
            "insert into returns.sen2_requests (requeststableid, persontableid, receiveddate) values"
            " ('R1', 'P1', date '2024-03-01')"
        )
    con.execute("use memory")
    return con


def found(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    tables = [
        {name: f"{catalog}.returns.{module.table}" for name, module in DEFINITION.modules.items()}
        for catalog in ("old", "new")
    ]
    changes(con, tables[0], tables[1], DEFINITION)
    return con.execute("select module, record_key, change, item, was, now from return_change order by all").fetchall()


def test_the_same_tables_differ_in_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con) == []


def test_records_that_came_and_went_are_named_by_their_key(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from new.returns.sen2_requests")
    con.execute("insert into new.returns.sen2_person (persontableid) values ('P3')")
    assert found(con) == [
        ("person", "P3", "added", None, None, None),
        ("requests", "R1", "removed", None, None, None),
    ]


def test_a_cell_that_changed_is_told_with_both_values_blanks_too(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update new.returns.sen2_person set upn = 'B2' where persontableid = 'P2'")
    con.execute("update new.returns.sen2_person set surname = null where persontableid = 'P1'")
    con.execute("update new.returns.sen2_requests set receiveddate = date '2024-03-02'")
    assert found(con) == [
        ("person", "P1", "changed", "Surname", "Aaa", None),
        ("person", "P2", "changed", "UPN", None, "B2"),
        ("requests", "R1", "changed", "ReceivedDate", "2024-03-01", "2024-03-02"),
    ]


def test_another_row_of_the_file_or_another_order_is_no_change(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update new.returns.sen2_person set personorder = 9 - personorder, _row = 99")
    assert found(con) == []


def test_the_header_is_one_record_without_a_key(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update new.returns.sen2_header set serialno = '002'")
    assert found(con) == [("header", "header", "changed", "SerialNo", "001", "002")]
