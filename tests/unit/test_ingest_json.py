"""Paged JSON and answers of the statistics API, once they are in landing."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area.errors import FileRefusedError
from ingest.formats.json_seq import bodies, writing
from tests.support.ingest_files import ReadResult, cells, read_bytes

PUPIL: dict[str, Any] = {"id": "S1", "upn": "", "dob": "2012-05-01", "demographics": {"gender": "F", "in_care": False}}


def packed(*texts: bytes) -> bytes:
    out = io.BytesIO()
    with writing(out) as sequence:
        for text in texts:
            sequence.add(text)
    return out.getvalue()


def page(*records: Any) -> bytes:
    return json.dumps({"data": list(records), "next": None}, indent=1).encode()


def read(folder: Path, table: str, *pages: bytes, name: str = "mis_students") -> ReadResult:
    return read_bytes(folder, "mis", packed(*pages), name=f"{name}.json-seq.gz", table=table)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda body: body.replace(b"\x1e", b"")), min_size=1, max_size=8))
def test_bodies_come_back_byte_for_byte(texts: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(packed(*texts))
        assert [body[:-1] for body in bodies(path, largest=10_000)] == texts
    assert packed(*texts) == packed(*texts)


@pytest.mark.parametrize(
    "content",
    [b"", b"plain", gzip.compress(b"no separator"), packed(b"{}" * 1000)[:-12]],
    # A packed file holds the time it was packed at, which must not be in the name of a test: two workers compare names.
    ids=["empty", "plain", "packed without a separator", "packed and cut off"],
)
def test_what_is_no_sequence_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefusedError, match="a sequence of JSON pages"):
        read_bytes(tmp_path, "mis", content, name="mis_students.json-seq.gz", table="mis_students")


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(packed(b" " * 5_000_000))
    with pytest.raises(ValueError, match="more than can be unpacked"):
        list(bodies(path, largest=2_000_000))


def test_values_become_text_and_nested_ones_columns(tmp_path: Path) -> None:
    second = {"id": 2, "dob": "2012-05-02", "demographics": None, "year_code": 7, "upn": "A'\"é"}
    result = read(tmp_path, "mis_students", page(PUPIL), page(second))
    first, other = result.rows
    assert (first["demographics_gender"], first["demographics_in_care"], first["upn"]) == ("F", "false", None)
    assert (other["id"], other["year_code"], other["upn"], other["demographics_gender"]) == ("2", "7", "A'\"é", None)
    assert [row["_row"] for row in result.rows] == [1, 2]


def test_members_no_field_is_read_from_are_noted_when_they_look_like_names(tmp_path: Path) -> None:
    record = {**PUPIL, "house": "Red", "Ada Example": 1, "sen_needs": []}
    result = read(tmp_path, "mis_students", page(record), page(PUPIL))
    assert result.balance.ignored_columns == ("house",)
    assert "Red" not in str(result.balance)


def test_a_nested_list_is_a_table_of_its_own(tmp_path: Path) -> None:
    needs = [{"id": "N1", "sen_need_code": "ASD", "priority": 1}, {"id": "N2", "priority": "two"}]
    pupils = page(PUPIL | {"sen_needs": needs}, PUPIL | {"id": "S2", "sen_needs": None}, PUPIL | {"id": "S3"})
    result = read(tmp_path, "mis_sen_needs", pupils)
    assert cells(result) == [("S1", "N1", "ASD", "1", None)]
    assert result.reasons == [(2, "BAD_INTEGER", "priority")]
    assert '"S1"' in result.quarantined[0]["original_text"]
    assert read(tmp_path, "mis_students", pupils).balance.loaded == 3


def test_bad_elements_are_set_aside(tmp_path: Path) -> None:
    records = [PUPIL, "text", None, PUPIL | {"id": {"a": 1}}, PUPIL | {"demographics": [1]}, PUPIL | {"id": "S\0"}]
    result = read(tmp_path, "mis_students", page(*records))
    assert result.balance.loaded == 1
    assert [(row, field) for row, _, field in result.reasons] == [
        (2, None), (3, None), (4, "id"), (5, None), (6, "id"),
    ]  # fmt: skip
    assert {reason for _, reason, _ in result.reasons} == {"BAD_ELEMENT"}
    needs = read(tmp_path, "mis_sen_needs", page(PUPIL | {"sen_needs": "ASD"}, PUPIL | {"id": "S2", "sen_needs": [3]}))
    assert (needs.balance.read, needs.balance.quarantined) == (2, 2)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"rows": []}', b'{"data": 3}', b"\xff"])
def test_pages_of_another_shape_are_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(FileRefusedError, match="pages"):
        read(tmp_path, "mis_students", page(PUPIL), body)


json_values = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
json_any = st.recursive(
    json_values, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner), max_leaves=4
)
pupils = st.fixed_dictionaries(
    {"id": json_any, "dob": st.sampled_from(["2012-01-01", "nodate", None, 5])},
    optional={"demographics": json_any, "sen_needs": json_any, "upn": json_any},
)


@settings(max_examples=50, deadline=None)
@given(st.lists(pupils | json_any, max_size=9))
def test_the_balance_is_zero_whatever_comes(records: list[Any]) -> None:
    text = json.dumps({"data": records}).encode()
    if b"\\ud" in text:
        return  # a lone surrogate is no text: such a page is refused
    with tempfile.TemporaryDirectory() as folder:
        for table in ("mis_students", "mis_sen_needs"):
            result = read(Path(folder), table, text)
            balance = result.balance
            assert balance.read == balance.loaded + balance.quarantined + balance.duplicate
            assert (balance.loaded, balance.quarantined) == (len(result.rows), len(result.quarantined))
            if table == "mis_students":
                assert balance.read == len(records)


# --- the statistics API ---------------------------------------------------------------------------------------------

SUMMARY = {"id": "u", "title": "Ceased EHC plans", "latestVersion": {"version": "2.0"}}
META = {
    "filters": [{"id": "f1", "column": "breakdown", "options": [{"id": "o1", "label": "All"}]}],
    "indicators": [{"id": "i1", "column": "max_age"}, {"id": "i2", "column": "other"}],
    "locations": [
        {"level": {"code": "NAT"}, "options": [{"id": "n", "label": "England", "code": "E92000001"}]},
        {"level": {"code": "LA"}, "options": [{"id": "a", "label": "Oxfordshire", "code": "E1", "oldCode": "931"}]},
    ],
}


def result_of(level: str, values: dict[str, str]) -> dict[str, Any]:
    places = {"NAT": "n"} | ({"LA": "a"} if level == "LA" else {})
    return {
        "timePeriod": {"code": "CY", "period": "2024"},
        "geographicLevel": level,
        "locations": places,
        "filters": {"f1": "o1"},
        "values": values,
    }


def statistics(folder: Path, *texts: Any) -> ReadResult:
    content = packed(*(json.dumps(text).encode() for text in texts))
    return read_bytes(folder, "dfe_statistics", content, name="dfe_statistics.json-seq.gz", table="dfe_statistic")


def test_one_row_a_published_value_symbols_included(tmp_path: Path) -> None:
    rows = {"results": [result_of("NAT", {"i1": "12", "i2": "x"}), result_of("LA", {"i1": "", "i2": "0"})]}
    result = statistics(tmp_path, SUMMARY, META, rows)
    found = [(row["la_code"], row["la_name"], row["indicator"], row["value"]) for row in result.rows]
    assert found == [
        ("E92000001", "England", "max_age", "12"),
        ("E92000001", "England", "other", "x"),
        ("931", "Oxfordshire", "max_age", None),
        ("931", "Oxfordshire", "other", "0"),
    ]
    first = result.rows[0]
    assert (first["data_set"], first["data_set_version"], first["time_period"]) == ("ceased_plans", "2.0", "2024")
    assert (first["breakdown_topic"], first["breakdown"]) == (None, "All")


@pytest.mark.parametrize(
    "texts",
    [
        [{"results": []}],
        [META],
        [SUMMARY | {"title": "Another"}, META],
        [SUMMARY, META, {"results": [result_of("LA", {"unknown": "1"})]}],
        [SUMMARY, META, {"results": [result_of("PCON", {"i1": "1"})]}],
        [[]],
    ],
)
def test_answers_of_another_shape_are_refused(tmp_path: Path, texts: list[Any]) -> None:
    with pytest.raises(FileRefusedError, match="statistics API"):
        statistics(tmp_path, *texts)
