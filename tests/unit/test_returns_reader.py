"""The reader: what it takes from files that suppliers write otherwise than we do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from returns.sen2.xml.reader import ReadResult, read_sen2

HEADER = "<Header><CollectionDetails><Year>2025</Year></CollectionDetails><Source><LEA>931</LEA></Source></Header>"


def read(tmp_path: Path, persons: str) -> ReadResult:
    file = tmp_path / "file.xml"
    file.write_text(f"<?xml version='1.0'?>\n<Message>\n{HEADER}\n<Persons>\n{persons}\n</Persons>\n</Message>\n")
    return read_sen2(file, year=2025)


def one(result: ReadResult, sql: str) -> tuple[object, ...] | None:
    row: tuple[object, ...] | None = result.con.execute(sql).fetchone()
    return row


def test_rows_know_their_element_line_and_file(tmp_path: Path) -> None:
    result = read(tmp_path, "<Person>\n<Requests/>\n<Requests/>\n</Person>\n<Person/>")
    assert result.con.execute("select _source_table, _row from returns.sen2_requests order by 2").fetchall() == [
        ("Requests", 6),
        ("Requests", 7),
    ]
    assert result.con.execute("select personorder, _row from returns.sen2_person order by 1").fetchall() == [
        (1, 5),
        (2, 9),
    ]
    file_hash = hashlib.sha256((tmp_path / "file.xml").read_bytes()).hexdigest()
    assert one(result, "select distinct _file_hash from returns.sen2_person") == (file_hash,)
    assert result.file_hash == file_hash


@pytest.mark.parametrize(
    "persons",
    [
        "<Person/>",
        "<Person>\n\n<Sex>F</Sex>\n</Person>",
        "<Person><Sex>F</Sex></Person>",
        "<Person></Person><Person/>",
    ],
)
def test_line_numbers_go_beyond_65535(tmp_path: Path, persons: str) -> None:
    result = read(tmp_path, "\n" * 70_000 + persons)
    assert one(result, "select min(_row) from returns.sen2_person") == (70_005,)


def test_blank_elements_are_absent_values(tmp_path: Path) -> None:
    result = read(tmp_path, "<Person><Surname/><Forename>\n  </Forename><Sex> M</Sex></Person>")
    assert one(result, "select surname, forename, sex from returns.sen2_person") == (None, None, " M")


def test_the_first_of_a_repeated_value_counts_and_order_does_not_matter(tmp_path: Path) -> None:
    result = read(tmp_path, "<Person><Sex>F</Sex><Surname>b</Surname><Sex>M</Sex></Person>")
    assert one(result, "select surname, sex from returns.sen2_person") == ("b", "F")


def test_what_the_return_does_not_know_is_counted(tmp_path: Path) -> None:
    result = read(tmp_path, "<Person><Height>1</Height><Requests><Note><Sex>F</Sex></Note></Requests></Person>")
    assert result.unknown_elements == 2
    assert one(result, "select sex from returns.sen2_person") == (None,)


def test_values_of_the_wrong_type_are_null(tmp_path: Path) -> None:
    result = read(
        tmp_path, "<Person><PersonBirthDate>2024-02-30</PersonBirthDate><Requests><RYA>x</RYA></Requests></Person>"
    )
    assert one(result, "select personbirthdate from returns.sen2_person") == (None,)
    assert one(result, "select rya from returns.sen2_requests") == (None,)


def test_comments_and_character_data_sections_do_not_split_a_value(tmp_path: Path) -> None:
    result = read(tmp_path, "<Person><Surname>Te<!-- x -->st<![CDATA[ing & <co>]]></Surname><?pi x?></Person>")
    assert one(result, "select surname from returns.sen2_person") == ("Testing & <co>",)
    assert result.unknown_elements == 0


@pytest.mark.parametrize("persons", ["", "<Other/>"])
def test_a_return_without_persons_is_read_as_empty(tmp_path: Path, persons: str) -> None:
    assert read(tmp_path, persons).rows["person"] == 0
