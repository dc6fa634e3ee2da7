"""Corrections: what can be made and what is refused, against a published night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area.errors import OverlayRefusedError
from returns.kinds import SEN2
from returns.overlay.corrections import (
    Wanted,
    list_corrections,
    make_corrections,
    read_wanted,
    withdraw_correction,
)
from returns.overlay.entries import Correction
from returns.overlay.store import read_entries
from tests.support.published_return import make_published

UPN = Wanted("person", "P1", "UPN", "Q823456789012", "Sam", "seen on the school's list")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published night; each test has an overlay of its own."""
    warehouse = make_published(tmp_path_factory.mktemp("night") / "warehouse.duckdb")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def test_a_correction_says_what_the_source_said_and_who_says_otherwise(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (made,) = make_corrections(con, tmp_path, SEN2, 2025, [UPN])
    assert (made.id, made.collection, made.module, made.record_key, made.item) == ("C0001", 2025, "person", "P1", "UPN")
    assert (made.was, made.value, made.made_by) == ("P207000016049", "Q823456789012", "Sam")
    assert read_entries(tmp_path, Correction) == [made]


@pytest.mark.parametrize(
    ("module", "record", "item", "value", "was", "written"),
    [
        ("person", "P1", "personbirthdate", "2014-05-02", "2014-05-01", "2014-05-02"),
        ("person", "P1", "Sex", "f", "M", "F"),
        ("requests", "R1", "RYA", "1", "0", "1"),
        ("requests", "R1", "Exported", "xxx", None, "XXX"),
        ("requests", "R1", "RequestOutcomeDate", None, "2024-03-01", None),
        ("plan_detail", "L1-1", "URN", " 100002 ", "100001", "100002"),
        ("header", "header", "DateTime", "2025-02-01T12:30:00", "2025-01-31 00:00:00", "2025-02-01 12:30:00"),
    ],
)
def test_values_are_written_as_the_tables_write_them(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, module: str, record: str, item: str, value: str | None,
    was: str | None, written: str | None,
) -> None:  # fmt: skip
    (made,) = make_corrections(con, tmp_path, SEN2, 2025, [Wanted(module, record, item, value, "Sam", "known")])
    assert (made.was, made.value) == (was, written)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"module": "persons"}, "module"),
        ({"item": "GenderCurrent"}, "item"),
        ({"record_key": "P2"}, "record_key"),
        ({"item": "persontableid"}, "item"),
        ({"value": "P207000016049"}, "value for UPN"),
        ({"value": "Q8234567890123"}, "value for UPN"),
        ({"value": "Q8234\n5678901"}, "value for UPN"),
        ({"value": "  "}, "value for UPN"),
        ({"item": "Sex", "value": "Z"}, "value for Sex"),
        ({"item": "Ethnicity", "value": "WXYZ"}, "value for Ethnicity"),
        ({"item": "PersonBirthDate", "value": "01/05/2014"}, "value for PersonBirthDate"),
        ({"item": "PersonBirthDate", "value": "2014-02-30"}, "value for PersonBirthDate"),
        ({"item": "PersonBirthDate", "value": "20140501"}, "value for PersonBirthDate"),
        ({"module": "requests", "record_key": "R1", "item": "RYA", "value": "2"}, "value for RYA"),
        ({"module": "requests", "record_key": "R1", "item": "Exported", "value": "AB1"}, "value for Exported"),
        ({"reason": " "}, "reason"),
        ({"by": ""}, "by"),
    ],
)
def test_what_cannot_be_made_is_refused_without_the_value(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    wanted = replace(UPN, **change)
    with pytest.raises(OverlayRefusedError) as refused:
        make_corrections(con, tmp_path, SEN2, 2025, [UPN, wanted])
    assert refused.value.field == field
    assert (
        wanted.value is None
        or not wanted.value.strip()
        or len(wanted.value) < 3
        or wanted.value not in str(refused.value)
    )
    assert not read_entries(tmp_path, Correction)


def test_an_item_of_a_record_is_corrected_once_in_a_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(OverlayRefusedError, match="each item of a record once"):
        make_corrections(con, tmp_path, SEN2, 2025, [UPN, replace(UPN, value="M201123424001")])


def test_a_correction_of_another_collection_than_the_nights_is_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(OverlayRefusedError, match="that of the published night, 2025, came 2024"):
        make_corrections(con, tmp_path, SEN2, 2024, [UPN])


def test_a_file_of_corrections_is_read_with_its_lines_and_blanks(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(
        "module,record_key,item,value,reason,by\nperson,P1,UPN,Q823456789012,seen,Sam\nperson,P1,PostCode,,moved,Sam\n"
    )
    first, second = read_wanted(file)
    assert (first.value, first.line, second.value, second.line) == ("Q823456789012", 2, None, 3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
)
def test_any_other_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "many.csv"
    file.write_bytes(content)
    with pytest.raises(OverlayRefusedError):
        read_wanted(file)


def test_a_correction_is_new_until_a_night_meets_it_and_gone_once_withdrawn(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    make_corrections(con, tmp_path, SEN2, 2025, [UPN])
    assert [(each.correction.id, each.state) for each in list_corrections(con, tmp_path, SEN2, 2025)] == [
        ("C0001", "new")
    ]
    taken_back = withdraw_correction(tmp_path, "C0001", by="Ann", reason="the list was old")
    assert (taken_back.id, taken_back.withdraws, taken_back.made_by) == ("C0002", "C0001", "Ann")
    assert list_corrections(con, tmp_path, SEN2, 2025) == []
    for gone in ("C0001", "C0002", "C0009"):
        with pytest.raises(OverlayRefusedError, match="a correction that stands"):
            withdraw_correction(tmp_path, gone, by="Ann", reason="again")
