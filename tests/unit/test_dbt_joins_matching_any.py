"""What must hold of matching for any records whatever, and the check rules of identifiers."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import astuple, dataclass

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compiled_models import MATCHING, build_bare
from tests.support.dbt_macros import render
from tests.support.joined_area import built_area
from tests.support.synthetic_people import nhs_number, uln, upn


@pytest.fixture(autouse=True, scope="module")
def area() -> None:
    """Build first: a failing build then fails once, and not once an example."""
    built_area()


SYSTEMS = ["ehc", "census", "mis", "cin", "csds"]


@dataclass(frozen=True)
class Record:
    system: str
    upn: str | None
    former_upn: str | None
    nhs_number: str | None
    social_care_id: str | None
    surname: str | None
    forename: str | None
    birth_date: dt.date | None
    postcode: str | None


def chance(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


RECORDS = st.lists(
    st.builds(
        Record,
        system=st.sampled_from(SYSTEMS),
        upn=chance("U1", "U2", "U3"),
        former_upn=chance("U3"),
        nhs_number=chance("N1", "N2"),
        social_care_id=chance("L1"),
        surname=chance("HILL", "LAKE"),
        forename=chance("JACK", "EMILY", "JAKE"),
        birth_date=st.none()
        | st.sampled_from([dt.date(2012, 3, 5), dt.date(2012, 5, 3), dt.date(2012, 3, 6), dt.date(2010, 9, 9)]),
        postcode=chance("OX1 1AA", "OX2 2BB"),
    ),
    min_size=2,
    max_size=9,
)


def match(records: list[Record], tables: tuple[str, ...] = ("int_person_links",)) -> list[list[tuple]]:
    """The rows of `tables` after the models' own compiled SQL has run over `records` (key = place in the list)."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.matching; use warehouse.matching")
        connection.execute(
            """
            create table given_records (place int, source_system varchar, upn varchar, former_upn varchar,
                nhs_number varchar, social_care_id varchar, surname varchar, forename varchar, birth_date date,
                postcode varchar);
            """
        )
        connection.executemany(
            "insert into given_records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(place, *astuple(record)) for place, record in enumerate(records)],
        )
        connection.execute(
            f"""
            create table int_person_records as
            select row_number() over (order by list_position({SYSTEMS}, source_system), place) as record_no,
                source_system, place::varchar as source_key, list_position({SYSTEMS}, source_system) as system_priority,
                null::date as known_on, upn, nullif(former_upn, upn) as former_upn, null::varchar as uln, nhs_number,
                social_care_id, surname, forename, birth_date, null::varchar as sex, null::varchar as ethnicity,
                postcode, false as has_invalid_identifier
            from given_records;
            create table int_clerical_links (left_system varchar, left_key varchar, right_system varchar,
                right_key varchar, decision varchar, decided_on date)
            """
        )
        build_bare(connection, "matching", "table", MATCHING)
        return [connection.execute(f"select * from {table}").fetchall() for table in tables]


def persons(records: list[Record]) -> dict[int, str]:
    (links,) = match(records)
    return {int(row[1]): row[2] for row in links}


def one_day_apart_in_more_than_a_part(a: dt.date, b: dt.date) -> bool:
    swapped = a.year == b.year and a.month == b.day and a.day == b.month
    return not swapped and sum([a.year != b.year, a.month != b.month, a.day != b.day]) > 1


@settings(max_examples=30, deadline=None)
@given(RECORDS)
def test_every_record_is_one_person_and_no_person_holds_two_children(records: list[Record]) -> None:
    found = persons(records)
    assert sorted(found) == list(range(len(records)))
    together = [
        (records[a], records[b]) for a, b in itertools.combinations(range(len(records)), 2) if found[a] == found[b]
    ]
    for a, b in together:
        if a.birth_date and b.birth_date:
            assert not one_day_apart_in_more_than_a_part(a.birth_date, b.birth_date)
        same_day_and_surname = a.birth_date and a.birth_date == b.birth_date and a.surname and a.surname == b.surname
        if same_day_and_surname and {a.forename, b.forename} in ({"JACK", "EMILY"}, {"JAKE", "EMILY"}):
            identifiers = [
                bool({a.upn, a.former_upn} & {b.upn, b.former_upn} - {None}),
                bool(a.nhs_number and a.nhs_number == b.nhs_number),
                bool(a.social_care_id and a.social_care_id == b.social_care_id),
            ]
            assert sum(identifiers) >= 2


@settings(max_examples=20, deadline=None)
@given(RECORDS)
def test_persons_are_the_records_that_kept_pairs_connect(records: list[Record]) -> None:
    """The recursive query against a union-find of our own."""
    person_links, pairs, rows = match(records, ("int_person_links", "int_match_links", "int_person_records"))
    root = {row[0]: row[0] for row in rows}

    def top(node: int) -> int:
        while root[node] != node:
            node = root[node]
        return node

    for left, right, *_, is_kept in pairs:
        if is_kept:
            root[top(left)] = top(right)
    by_key = {(row[1], row[2]): top(row[0]) for row in rows}
    groups: dict[str, set[int]] = {}
    for system, key, person, *_ in person_links:
        groups.setdefault(person, set()).add(by_key[system, key])
    assert all(len(tops) == 1 for tops in groups.values())
    assert len(groups) == len(set(by_key.values()))


@settings(max_examples=12, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_who_is_joined_with_whom_does_not_hang_on_the_order_of_records(records: list[Record], random: object) -> None:
    order = list(range(len(records)))
    random.shuffle(order)  # type: ignore[attr-defined]
    first = persons(records)
    second = persons([records[place] for place in order])
    back = {place: second[position] for position, place in enumerate(order)}
    pairs = list(itertools.combinations(range(len(records)), 2))
    assert [first[a] == first[b] for a, b in pairs] == [back[a] == back[b] for a, b in pairs]


def valid(macro: str, value: str) -> bool:
    sql = render("match_identifiers.sql", f"{macro}('$1')")
    return bool(duckdb.execute(f"select {sql}".replace("'$1'", "$1"), [value]).fetchone()[0])  # type: ignore[index]


@pytest.mark.parametrize("value", ["P207000016049", "Q823456789012", "M201123424001", "A80343210500A", "L80343210500Z"])
def test_upns_of_the_facts_paper_are_valid(value: str) -> None:
    assert valid("match_is_upn", value)


@pytest.mark.parametrize(
    "value", ["Q207000016049", "P20700001604", "I207000016049", "A000000000000", "", "P207000016O49"]
)
def test_what_is_no_upn_is_refused(value: str) -> None:
    assert not valid("match_is_upn", value)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**8), st.integers(1, 12), st.integers(1, 9))
def test_a_upn_with_one_digit_changed_is_refused(number: int, place: int, step: int) -> None:
    """Weights 2 to 13 are prime to 23 and a digit moves by less than 10, so every single slip shows."""
    right = upn(number)
    digit = str((int(right[place]) + step) % 10)
    assert valid("match_is_upn", right)
    assert not valid("match_is_upn", right[:place] + digit + right[place + 1 :])


@pytest.mark.parametrize(
    ("macro", "value", "expected"),
    [
        ("match_is_nhs_number", "9434765919", True),
        ("match_is_nhs_number", "4010232137", True),
        ("match_is_nhs_number", "9434765918", False),
        ("match_is_nhs_number", "0000000000", False),
        ("match_is_nhs_number", "943476591", False),
        ("match_is_uln", "9276308686", True),
        ("match_is_uln", "1234567899", True),
        ("match_is_uln", "9999999999", False),
        ("match_is_uln", "0234567899", False),
    ],
)
def test_nhs_numbers_and_ulns(macro: str, value: str, expected: bool) -> None:
    assert valid(macro, value) is expected


@pytest.mark.parametrize("number", range(0, 4000, 371))
def test_numbers_made_up_for_tests_are_valid(number: int) -> None:
    assert valid("match_is_upn", upn(number))
    assert valid("match_is_nhs_number", nhs_number(number))
    assert valid("match_is_uln", uln(number))
