"""Dates in cells and in file names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.landing.extract_date import extract_date, kind_of
from ingest.reading.row_checks import DATE_PARTS, DATE_WORDS, date_in_words, date_reader

FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%b-%d %H:%M:%S"]
RECEIVED = dt.datetime(2025, 2, 3, 4, 5)
NIGHT = dt.date(2025, 2, 3)


def test_a_layout_is_said_in_words_people_know() -> None:
    assert list(map(date_in_words, FORMATS)) == ["CCYY-MM-DD", "DD/MM/CCYY", "DD-MM-CCYY", "CCYY-MMM-DD hh:mm:ss"]
    assert date_in_words(None) == "CCYY-MM-DD"
    assert DATE_WORDS.keys() == DATE_PARTS.keys()


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.sampled_from(FORMATS))
def test_every_day_is_read_back(day: dt.date, date_format: str) -> None:
    assert date_reader(date_format)(day.strftime(date_format)) == day


@given(st.text(st.sampled_from("0123456789/-: JanFeb٣"), max_size=20), st.sampled_from(FORMATS))
def test_what_is_read_is_exactly_of_the_layout(text: str, date_format: str) -> None:
    day = date_reader(date_format)(text)
    if day is not None and date_format != "%Y-%b-%d %H:%M:%S":
        assert f"{day.strftime(date_format):0>10}" == text


@pytest.mark.parametrize(
    ("text", "date_format"),
    [
        ("2025-02-29", "%Y-%m-%d"),
        ("2025-1-1", "%Y-%m-%d"),
        (" 2025-01-01", "%Y-%m-%d"),
        ("2025-01-01\n", "%Y-%m-%d"),
        ("٢٠٢٥-٠١-٠١", "%Y-%m-%d"),
        ("31/13/2024", "%d/%m/%Y"),
        ("01/01/25", "%d/%m/%Y"),
        ("2024-Jux-03 00:00:00", "%Y-%b-%d %H:%M:%S"),
        ("2024-Jul-03 24:00:00", "%Y-%b-%d %H:%M:%S"),
        ("0000-01-01", "%Y-%m-%d"),
    ],
)
def test_what_is_no_day_is_not_read(text: str, date_format: str) -> None:
    assert date_reader(date_format)(text) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ehc_plan_20250131.csv", dt.date(2025, 1, 31)),
        ("edubasealldata20250131.csv", dt.date(2025, 1, 31)),
        ("CIN_931_20250131.xml", dt.date(2025, 1, 31)),
        ("mis_students.json-seq.gz", NIGHT),
        ("plan_20259931.csv", NIGHT),
        ("plan_120250131.csv", NIGHT),
        ("SchoolCensus_SPR2025_senneeds.csv", NIGHT),
    ],
)
def test_the_extract_date_is_that_of_the_name_or_of_the_night(name: str, day: dt.date) -> None:
    assert extract_date(name, received_at=RECEIVED, as_of=NIGHT) == day


def test_an_undated_file_is_never_of_a_day_after_its_night() -> None:
    assert extract_date("x.csv", received_at=RECEIVED, as_of=dt.date(2025, 1, 31)) == dt.date(2025, 1, 31)
    assert extract_date("x.csv", received_at=RECEIVED, as_of=dt.date(2025, 9, 1)) == RECEIVED.date()


def test_names_that_differ_in_digits_are_of_one_kind() -> None:
    assert kind_of("ehc_plan_20250131.csv") == kind_of("EHC_plan_20250201.csv") != kind_of("ehc_need_20250131.csv")
