"""The dbt macros that hold rules, rendered and run on DuckDB alone: ages, versions over extracts, percentages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area.paths import PROJECT_ROOT

MACROS = PROJECT_ROOT / "dbt_project" / "macros"
FIGURES = PROJECT_ROOT / "sandbox" / "published" / "figures"


def render(file: str, call: str, **values: Any) -> str:
    """The SQL that `call` of a macro in `file` prints."""
    source = (MACROS / f"{file}.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    return environment.from_string(source + "{{ " + call + " }}").render(**values).strip()


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as open_connection:
        yield open_connection


# Ages ---------------------------------------------------------------------------------------------------------------

AGE = render("sen2_collection", "sen2_age_on('birth', 'day')")


def age_in_python(birth: dt.date, day: dt.date) -> int:
    """Birthdays counted one by one; 29 February is celebrated on 1 March in other years."""
    return sum(1 for year in range(birth.year + 1, day.year + 1) if _birthday(birth, year) <= day)


def _birthday(birth: dt.date, year: int) -> dt.date:
    try:
        return birth.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


@given(
    birth=st.dates(dt.date(1995, 1, 1), dt.date(2025, 1, 31)),
    days=st.integers(0, 26 * 366),
)
@settings(max_examples=300, deadline=None)
def test_an_age_is_the_number_of_birthdays_there_have_been(
    connection: duckdb.DuckDBPyConnection, birth: dt.date, days: int
) -> None:
    day = birth + dt.timedelta(days=days)
    found = connection.execute(f"select {AGE} from (select ?::date as birth, ?::date as day)", [birth, day]).fetchone()
    assert found == (age_in_python(birth, day),)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2008-08-31", "2024-08-31", 16),
        ("2008-09-01", "2024-08-31", 15),
        ("2008-02-29", "2023-02-28", 14),
        ("2008-02-29", "2023-03-01", 15),
    ],
)
def test_ages_on_the_day_itself(connection: duckdb.DuckDBPyConnection, birth: str, day: str, age: int) -> None:
    assert connection.execute(
        f"select {AGE} from (select date '{birth}' as birth, date '{day}' as day)"
    ).fetchone() == (age,)


# Versions over extracts ---------------------------------------------------------------------------------------------

SPANS = render(
    "history_spans",
    "history_spans('delivered', 'deliveries', 'plans', 'plan_ref', ['value'])",
)
# What each of two plans is in each extract of up to six nights: absent, or one of two values, or empty.
NIGHTS = st.lists(
    st.fixed_dictionaries(
        {"a": st.sampled_from(["absent", None, "x", "y"]), "b": st.sampled_from(["absent", "x", "y"])}
    ),
    min_size=1,
    max_size=6,
)


@given(nights=NIGHTS)
@settings(max_examples=150, deadline=None)
def test_versions_replay_every_extract_without_overlap_or_gap(
    connection: duckdb.DuckDBPyConnection, nights: list[dict[str, str | None]]
) -> None:
    dates = [dt.date(2025, 1, 1) + dt.timedelta(days=2 * night) for night in range(len(nights))]
    connection.execute(
        "create or replace table deliveries"
        " (file_hash varchar, table_name varchar, received_at timestamp, extract_date date)"
    )
    connection.execute(
        "create or replace table delivered"
        " (plan_ref varchar, value varchar, _file_hash varchar, _row bigint, _extract_date date)"
    )
    for date, night in zip(dates, nights, strict=True):
        connection.execute("insert into deliveries values (?, 'plans', ?, ?)", [f"{date}", date, date])
        for plan, value in night.items():
            if value != "absent":
                connection.execute("insert into delivered values (?, ?, ?, 1, ?)", [plan, value, f"{date}", date])
    versions = connection.execute(f"select plan_ref, value, known_from, known_to from ({SPANS})").fetchall()

    for date, night in zip(dates, nights, strict=True):
        known: dict[str, list[str | None]] = {plan: [] for plan in night}
        for plan, value, known_from, known_to in versions:
            if known_from <= date and (known_to is None or date < known_to):
                known[plan].append(value)
        assert known == {plan: [] if value == "absent" else [value] for plan, value in night.items()}
    assert all(known_to is None or known_to in dates for *_, known_to in versions)


# Percentages ---------------------------------------------------------------------------------------------------------

PERCENTAGES = [
    ("requests", "requests_decided_to_assess", "requests_received_in_year", "request_assess_pc", False),
    ("requests", "requests_decided_not_to_assess", "requests_received_in_year", "request_not_assess_pc", False),
    ("assessments", "assess_issued", "assess_in_year", "assess_issued_pc", False),
    (
        "timeliness_20_week",
        "plans_issued_within_20_weeks",
        "plans_issued_den",
        "pc_plans_issued_within_20_weeks",
        False,
    ),
    ("timeliness_20_week", "plans_issued_20_weeks_ex", "plans_issued_den_ex", "PC_plans_issued_20_weeks_ex", False),
    ("caseload", "mainstream_total", "ehcplans", "mainstream_total_pc", False),
    ("newplans", "ed_elsewhere", "new_ehc_plans", "ed_elsewhere_pc", False),
    ("sen_needs_all_plans", "number_asd", "ehc_plans", "asd_pc", False),
    (
        "annual_reviews",
        "number_decsion_4weeks",
        "number_decsion_4weeks + number_decision_gt_4weeks",
        "pc_decsion_4weeks",
        True,
    ),
]


@pytest.mark.parametrize(("file", "part", "whole", "percent", "x_when_none"), PERCENTAGES)
def test_percentages_print_as_in_every_published_row(
    connection: duckdb.DuckDBPyConnection, file: str, part: str, whole: str, percent: str, x_when_none: bool
) -> None:
    printed = render(
        "preview_rows", "preview_percent(part, whole, x_when_none)", part="part", whole="whole", x_when_none=x_when_none
    )
    counted = " + ".join(f"try_cast({name} as integer)" for name in whole.split(" + "))
    different, compared = connection.execute(
        f"""
        select count(*) filter (where published <> {printed}), count(*)
        from (
            select try_cast({part} as integer) as part, {counted} as whole, "{percent}" as published
            from '{FIGURES / file}.parquet'
            where time_period in ('2024', '202425')
        ) where part is not null and whole is not null
        """
    ).fetchone() or (None, 0)
    assert compared > 4000
    assert different == 0
