"""Parquet files and database values as exact text; damaged and hostile files refused in words."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pymssql
import pytest
import sqlalchemy.exc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area.errors import FileRefusedError
from ingest.contract.model import Contract
from ingest.formats import parquet
from ingest.formats.exact_text import NotTextError, exact_texts
from ingest.landing.delivered_name import delivered_name
from ingest.transports.sql_errors import is_missing_table, verdict_on
from tests.support.ingest_files import PETS, cells, csv_contract, read_bytes

LONDON = dt.timezone(dt.timedelta(hours=1))


def pets() -> Contract:
    from dataclasses import replace

    return replace(csv_contract(), format={"kind": "parquet"})


def parquet_bytes(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def typed() -> pa.Table:
    return pa.table(
        {
            "ref": pa.array([1, 2, 3]),
            "name": pa.array(["=cmd()", "Zoë", ""]).dictionary_encode(),
            "born": pa.array([dt.datetime(2012, 5, 1), dt.datetime(2012, 5, 1, 9), None], pa.timestamp("us")),
            "legs": pa.array([Decimal("4"), None, Decimal("-1")], pa.decimal128(5, 0)),
        }
    )


def test_typed_columns_are_read_as_exact_text(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, pets(), parquet_bytes(typed()), name="pets.parquet", table="pet")
    assert cells(found) == [("1", "=cmd()", "2012-05-01", "4"), ("3", None, None, "-1")]
    assert found.reasons == [(2, "BAD_DATE", "born")]
    assert "2012-05-01T09:00:00" in found.quarantined[0]["original_text"]
    assert (found.balance.read, found.balance.loaded) == (3, 2)


def test_row_numbers_go_on_over_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH", 7)
    rows = pa.table({field.name: [str(n) if field.name == "ref" else None for n in range(50)] for field in PETS})
    found = read_bytes(tmp_path, pets(), parquet_bytes(rows, row_group_size=10), name="x", table="pet")
    assert [row["_row"] for row in found.rows] == list(range(1, 51))


def test_a_file_without_rows_is_a_delivery(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, pets(), parquet_bytes(typed().slice(0, 0)), name="x", table="pet")
    assert found.balance.read == 0


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (typed().drop_columns(["born"]), "without born"),
        (typed().append_column("colour", pa.array(["r", "g", "b"])), "with unknown colour"),
        (typed().set_column(1, "name", pa.array([b"x", b"y", b"z"])), "a column of bytes"),
        (typed().set_column(1, "name", pa.array([["x"], [], None])), "lists or records"),
    ],
)
def test_other_columns_are_refused(tmp_path: Path, table: pa.Table, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read_bytes(tmp_path, pets(), parquet_bytes(table), name="x", table="pet")


def test_a_row_group_beyond_all_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "LARGEST_ROW_GROUP", 100)
    with pytest.raises(FileRefusedError, match="row groups of at most"):
        read_bytes(tmp_path, pets(), parquet_bytes(typed()), name="x", table="pet")


WHOLE = parquet_bytes(
    pa.table({field.name: [str(n) if field.name == "ref" else None for n in range(300)] for field in PETS})
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.integers(0, len(WHOLE) - 1).map(lambda end: WHOLE[:end]),
        st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8).map(
            lambda changes: _changed(WHOLE, changes)
        ),
        st.binary(max_size=60).map(lambda middle: b"PAR1" + middle + b"PAR1"),
    )
)
def test_a_damaged_file_is_refused_or_balances(tmp_path: Path, damaged: bytes) -> None:
    try:
        found = read_bytes(tmp_path, pets(), damaged, name="x", table="pet")
    except FileRefusedError:
        return
    balance = found.balance
    assert balance.read == balance.loaded + balance.quarantined + balance.duplicate


def _changed(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    found = bytearray(content)
    for place, value in changes:
        found[place] = value
    return bytes(found)


@given(
    st.one_of(
        st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(), st.booleans(), st.dates(),
        st.datetimes(), st.floats(allow_nan=False), st.uuids(), st.text(),
    )
)  # fmt: skip
def test_text_gives_the_value_back(value: Any) -> None:
    (text,) = exact_texts([value])
    assert text is not None
    back: dict[type, Any] = {
        Decimal: Decimal, int: int, bool: lambda said: said == "1", float: float, uuid.UUID: uuid.UUID, str: str,
        dt.date: dt.date.fromisoformat, dt.datetime: dt.datetime.fromisoformat,
    }  # fmt: skip
    assert back[type(value)](text) == value


def test_text_of_dates_and_of_what_has_none() -> None:
    assert exact_texts([dt.datetime(2025, 1, 31), None], dates=True) == ["2025-01-31", None]
    assert exact_texts([dt.datetime(2025, 1, 31, 0, 0, tzinfo=LONDON)]) == ["2025-01-31T00:00:00+01:00"]
    for odd in (b"x", memoryview(b"x"), [1], {"a": 1}, dt.timedelta(1)):
        with pytest.raises(NotTextError):
            exact_texts([odd])


def _failed(original: BaseException, kind: Any = sqlalchemy.exc.OperationalError) -> sqlalchemy.exc.DBAPIError:
    return kind("select secret", {"since": "secret"}, original)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("error", "verdict", "says"),
    [
        (pymssql.OperationalError(18456, b"Login failed for user 'x'"), "refused", "login was not accepted"),
        (
            pymssql.OperationalError((20009, b"Unable to connect: Adaptive Server is unavailable")),
            "again",
            "connection",
        ),
        (pymssql.OperationalError((20003, b"timed out")), "again", "in time"),
        (pymssql.ProgrammingError((208, b"Invalid object name")), "answer", "no table"),
        (pymssql.OperationalError((1205, b"deadlock victim")), "again", "in favour of another"),
        (pymssql.OperationalError((3952, b"Snapshot isolation transaction failed")), "refused", "snapshot isolation"),
        (pymssql.OperationalError((4060, b"Cannot open database")), "refused", "no database"),
        (pymssql.OperationalError((99, b"odd")), "answer", "message 99 of SQL Server"),
        (pymssql.InterfaceError("Connection is closed."), "again", "connection"),
    ],
)
def test_errors_of_sql_server(error: BaseException, verdict: str, says: str) -> None:
    found = verdict_on(_failed(error))
    assert found[0] == verdict
    assert says in found[1]
    assert is_missing_table(_failed(error)) == ("208" in str(error.args))


@given(st.text(max_size=60))
def test_no_file_name_of_a_sender_leads_anywhere(said: str) -> None:
    name = delivered_name(pets(), said, day=dt.date(2025, 1, 31))
    assert name.startswith("pets_")
    assert not {"/", "\\", "\0", " "} & set(name)
    assert ".." not in name
