"""CSV files: what is read, what goes to quarantine, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from area.errors import FileRefusedError
from ingest.contract.model import Field, load_contract
from ingest.formats import csv_text
from ingest.reading import key_checks
from tests.support.ingest_files import PETS, ReadResult, cells, csv_contract, read_bytes

HEADER = "ref,name,born,legs\n"


def read(folder: Path, content: str | bytes, **options: Any) -> ReadResult:
    data = content.encode() if isinstance(content, str) else content
    return read_bytes(folder, csv_contract(**options), data, name="pet_20250131.csv", table="pet")


def refused(folder: Path, content: str | bytes, **options: Any) -> str:
    with pytest.raises(FileRefusedError) as caught:
        read(folder, content, **options)
    return str(caught.value)


def test_good_rows_are_text_and_keep_their_line(tmp_path: Path) -> None:
    result = read(tmp_path, HEADER + "a,Rex,2020-01-02,4\nb,,,\n")
    assert cells(result) == [("a", "Rex", "2020-01-02", "4"), ("b", None, None, None)]
    assert [row["_row"] for row in result.rows] == [2, 3]
    assert {row["_feed"] for row in result.rows} == {"pets"}
    assert {row["_file_name"] for row in result.rows} == {"pet_20250131.csv"}


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (",Rex,2020-01-02,4", "MISSING_REQUIRED", "ref"),
        ("   ,Rex,2020-01-02,4", "MISSING_REQUIRED", "ref"),
        ("x" * 21 + ",Rex,2020-01-02,4", "TOO_LONG", "ref"),
        ("z,Rex,2020-02-30,4", "BAD_DATE", "born"),
        ("z,Rex,02/03/2020,4", "BAD_DATE", "born"),
        ("z,Rex,2020-1-2,4", "BAD_DATE", "born"),
        ("z,Rex,2020-01-02,four", "BAD_INTEGER", "legs"),
        ("z,Rex,2020-01-02,4.0", "BAD_INTEGER", "legs"),
        ("z,Rex,2020-01-02", "WRONG_FIELD_COUNT", None),
        ("z,Rex,2020-01-02,4,5", "WRONG_FIELD_COUNT", None),
        ('z,"Rex,2020-01-02,4', "WRONG_FIELD_COUNT", None),
        ("z,Re\0x,2020-01-02,4", "BAD_ELEMENT", None),
    ],
)
def test_a_bad_row_is_quarantined_with_its_line_and_text(tmp_path: Path, row: str, reason: str, field: str) -> None:
    result = read(tmp_path, f"{HEADER}a,Rex,2020-01-02,4\n{row}\nb,Tom,2021-01-02,4\n")
    assert [line[0] for line in cells(result)] == ["a", "b"]
    assert [line["_row"] for line in result.rows] == [2, 4]
    assert result.reasons == [(3, reason, field)]
    assert result.quarantined[0]["original_text"] == row
    assert (result.balance.read, result.balance.loaded, result.balance.quarantined) == (3, 2, 1)


def test_exact_repeats_are_duplicates_and_contradictions_are_all_held_back(tmp_path: Path) -> None:
    content = HEADER + "a,Rex,,4\nb,Tom,,4\na,Rex,,4\nb,Tim,,4\nc,Sue,,2\nb,Tom,,4\n"
    result = read(tmp_path, content)
    assert [line[0] for line in cells(result)] == ["a", "c"]
    assert result.reasons == [(3, "KEY_CONFLICT", "ref"), (5, "KEY_CONFLICT", "ref")]
    assert (result.balance.read, result.balance.loaded, result.balance.duplicate) == (6, 2, 2)


def test_a_bad_copy_does_not_contradict_the_good_row(tmp_path: Path) -> None:
    result = read(tmp_path, HEADER + "a,Rex,2020-01-02,4\na,Rex,2020-99-02,4\n")
    assert [line[0] for line in cells(result)] == ["a"]
    assert result.reasons == [(3, "BAD_DATE", "born")]


def test_lines_are_exact_after_quoted_line_ends_and_blank_lines(tmp_path: Path) -> None:
    content = HEADER + 'a,"two\nlines",,\n\nb,"a ""quoted"" word",,\nc,Tom\nd,"x,y",,\n'
    result = read(tmp_path, content)
    assert cells(result)[0][1] == "two\nlines"
    assert cells(result)[1][1] == 'a "quoted" word'
    assert [row["_row"] for row in result.rows] == [2, 5, 7]
    assert result.reasons == [(6, "WRONG_FIELD_COUNT", None)]


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    lines = [f"r{n},Name{n},2020-01-02,4" for n in range(500)]
    lines[100] = 'r100,"Name,2020-01-02,4'
    lines[300] = 'r300,Na"me,2020-01-02,4'
    result = read(tmp_path, HEADER + "\n".join(lines))
    assert result.balance.loaded == 499
    assert result.reasons == [(102, "WRONG_FIELD_COUNT", None)]
    assert ("r300", 'Na"me', "2020-01-02", "4") in cells(result)


def test_two_unclosed_quotes_far_apart_do_not_swallow_what_is_between(tmp_path: Path) -> None:
    lines = [f"r{n},Name{n},2020-01-02,4" for n in range(500)]
    lines[10] = 'r10,"Name,2020-01-02,4'
    lines[400] = 'r400",Name,2020-01-02,4'
    result = read(tmp_path, HEADER + "\n".join(lines))
    assert result.balance.loaded >= 498
    assert result.balance.read == 500


@pytest.mark.parametrize("mark", ["﻿", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends(tmp_path: Path, mark: str, end: str) -> None:
    result = read(tmp_path, mark + (HEADER + "a,Zoë,2020-01-02,4\nb\nc,Å,,\n").replace("\n", end))
    assert [line[1] for line in cells(result)] == ["Zoë", "Å"]
    assert result.reasons == [(3, "WRONG_FIELD_COUNT", None)]
    assert result.quarantined[0]["original_text"] == "b"


def test_a_torn_last_line_is_quarantined(tmp_path: Path) -> None:
    result = read(tmp_path, HEADER + "a,Rex,2020-01-02,4\nb,To")
    assert result.reasons == [(3, "WRONG_FIELD_COUNT", None)]


def test_formulas_and_sql_are_text(tmp_path: Path) -> None:
    fields = (Field("ref", 'ref"; drop table x; --', "text"), Field("name", "name", "text"))
    content = 'ref"; drop table x; --,name\n=1+1,@SUM(A1)\n'
    result = read(tmp_path, content, fields=fields)
    assert cells(result) == [("=1+1", "@SUM(A1)")]


def test_cp1252_is_read_where_the_contract_says_so(tmp_path: Path) -> None:
    result = read(tmp_path, (HEADER + "a,Zoë’s,,\n").encode("cp1252"), encoding="cp1252")
    assert cells(result) == [("a", "Zoë’s", None, None)]


def test_columns_are_bound_by_name_whatever_their_order(tmp_path: Path) -> None:
    result = read(tmp_path, "legs,born,name,ref\n4,2020-01-02,Rex,a\n")
    assert cells(result) == [("a", "Rex", "2020-01-02", "4")]


def test_null_words_extra_and_missing_columns_where_the_contract_allows(tmp_path: Path) -> None:
    options = {"null_words": ["None", "-"], "extra_columns": "ignore", "missing_columns": "allow"}
    result = read(tmp_path, "ref,colour,name\na,red,None\nb,blue,-\n", **options)
    assert cells(result) == [("a", None, None, None), ("b", None, None, None)]


def test_a_file_from_before_a_column_came_in_can_do_without_it(tmp_path: Path) -> None:
    fields = (
        Field("ref", "ref", "text"),
        Field("name", "name", "text"),
        Field("legs", "legs", "integer", optional=True),
    )
    assert cells(read(tmp_path, "ref,name\na,Rex\n", fields=fields)) == [("a", "Rex", None)]
    with pytest.raises(FileRefusedError, match="came one without name"):
        read(tmp_path, "ref,legs\na,4\n", fields=fields)


def test_letter_case_and_older_headings(tmp_path: Path) -> None:
    fields = (Field("ref", "ref", "text"), Field("sex", "sex", "code", codes=("M", "F"), also=("gender",)))
    result = read(tmp_path, "REF,Gender\na,M\n", fields=fields, header_case="insensitive")
    assert cells(result) == [("a", "M")]


def test_an_unknown_code_is_loaded_as_it_came(tmp_path: Path) -> None:
    result = read(tmp_path, "ref,kind\na,WEIRD\n", fields=(PETS[0], Field("kind", "kind", "code", codes=("CAT",))))
    assert cells(result) == [("a", "WEIRD")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\n\n  \n", "an empty file"),
        ("﻿ref,name\n".encode("utf-16"), "UTF-16"),
        ("ref,name,born,legs\na,b,,\n".encode("utf-16-le"), "UTF-16 without"),
        (b"PK\x03\x04rest", "a zip archive"),
        ((HEADER + "a,Zo\xeb,,\n").encode("latin-1"), "bytes that are not utf-8 in line 2"),
        ("ref,name,born\na,b,\n", "without legs"),
        ("ref,name,born,legs,colour\na,b,,,\n", "with unknown colour"),
        ("ref,name,borne,legs\na,b,,\n", "born perhaps renamed to borne"),
        ("ref,name,born,legs,ref\na,b,,,c\n", "with ref twice"),
        (HEADER.replace("\n", "\r") + "a,b,,\r", "no CSV record"),
    ],
)
def test_what_is_not_the_contract_is_refused_whole(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refused(tmp_path, content)
    assert not list((tmp_path / "data").rglob("*.parquet"))


def test_a_file_without_a_header_does_not_show_its_first_record(tmp_path: Path) -> None:
    message = refused(tmp_path, "P1,Rumpelstiltskin,2011-02-03,4\n")
    assert "Rumpelstiltskin" not in message
    assert "2011-02-03" not in message


def test_header_only_files_are_empty_unless_rows_are_expected(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER).balance.read == 0
    assert "at least 1 row" in refused(tmp_path, HEADER, min_rows=1)


def test_a_file_in_which_no_row_holds_is_another_layout(tmp_path: Path) -> None:
    rows = "".join(f"r{n},Rex,01/02/2020,4\n" for n in range(20))
    assert "20 of which none does (mostly BAD_DATE in born)" in refused(tmp_path, HEADER + rows)


def test_a_huge_line_is_quarantined_and_its_text_cut(tmp_path: Path) -> None:
    result = read(tmp_path, HEADER + "a,Rex,,\n" + "x" * 5_000_000 + "\nb," + "y" * 2_000_000 + ",,\nc,Tom,,\n")
    assert [line[0] for line in cells(result)] == ["a", "c"]
    assert [reason for _, reason, _ in result.reasons] == ["WRONG_FIELD_COUNT", "TOO_LONG"] or [
        reason for _, reason, _ in result.reasons
    ] == ["TOO_LONG", "TOO_LONG"]
    assert all(len(row["original_text"]) <= 65_536 for row in result.quarantined)


def test_tables_are_recognised_by_their_columns(tmp_path: Path) -> None:
    header = "URN,PL_POST,HOME_POST,REASON_PLACE_CHANGE,REC,DEC,PLACE_PROVIDER,PLACE,CIN,LS,RNE,DECOM,CHILD\n"
    row = ",,,,,,PR1,U1,N1,C2,S,01/02/2024,K1\n"
    result = read_bytes(tmp_path, "ssda903", (header + row).encode(), name="anything.csv", table="s903_episodes")
    assert result.rows[0]["child"] == "K1"
    broken = header.replace(",PLACE,", ",PLAICE,") + row
    with pytest.raises(FileRefusedError, match="without PLACE") as caught:
        read_bytes(tmp_path, "ssda903", broken.encode(), name="anything.csv", table="s903_episodes")
    assert "PLAICE" in str(caught.value)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    content = HEADER + "".join(f"r{n},Rex,2020-01-02,{n}\n" for n in range(2000)) + "bad\n"
    first = read(tmp_path / "one", content).path.read_bytes()
    assert read(tmp_path / "two", content).path.read_bytes() == first


def test_parquet_has_the_promised_columns(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    result = read(tmp_path, HEADER + "a,Rex,2020-01-02,4\nb\n")
    assert [(field.name, str(field.type)) for field in pq.read_schema(result.path)][-6:] == [
        ("_file_hash", "string"),
        ("_file_name", "string"),
        ("_row", "int64"),
        ("_feed", "string"),
        ("_received_at", "timestamp[us]"),
        ("_extract_date", "date32[day]"),
    ]
    assert list(result.quarantined[0]) == [
        "_file_hash", "_file_name", "_row", "_feed", "_table", "_received_at", "reason", "field", "original_text",
        "cells",
    ]  # fmt: skip


def test_every_contract_reads_a_file_of_its_own_header(tmp_path: Path) -> None:
    contract = load_contract("ehc_casework")
    for table in contract.tables:
        header = ",".join(field.source for field in table.fields) + "\n"
        name = f"{table.name}_20250131.csv"
        if table.min_rows == 0:
            assert read_bytes(tmp_path, contract, header.encode(), name=name, table=table.name).balance.read == 0


def test_repeats_are_found_and_shown_however_far_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"r{n},Rex,2020-01-02,{n}" for n in range(300)]
    lines[10], lines[290] = "x,Tom,2020-13-13,1", "r5,Tim,,"
    lines[200] = "r7,Rex,2020-01-02,7"
    monkeypatch.setattr(csv_text, "BLOCK", 500)
    monkeypatch.setattr(key_checks, "ROWS_AT_ONCE", 50)
    result = read(tmp_path, HEADER + "\n".join(lines) + "\n")
    assert result.reasons == [(12, "BAD_DATE", "born"), (7, "KEY_CONFLICT", "ref"), (292, "KEY_CONFLICT", "ref")]
    assert [row["original_text"] for row in result.quarantined] == [lines[10], lines[5], lines[290]]
    assert json.loads(result.quarantined[2]["cells"]) == {"ref": "r5", "name": "Tim", "born": None, "legs": None}
    assert (result.balance.read, result.balance.loaded, result.balance.duplicate) == (300, 296, 1)
    assert not list(tmp_path.rglob("*.part"))
