"""Rows that break their feed's contract, and rows that come twice: all additional, broken ones under keys FLT…"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sandbox.faults.planting import Planting, Truth

Row = dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """A copy of a real row under a new key, with one value that its contract refuses."""

    kind: str
    reason: str
    feed: str
    table: str
    key: str  # the column that gets the new key
    column: str
    value: str | None


_MISSING, _DATE, _WHOLE, _LONG = "MISSING_REQUIRED", "BAD_DATE", "BAD_INTEGER", "TOO_LONG"
_EHC, _CENSUS, _CSDS, _LIST = "ehc_casework", "school_census", "community_services", "waiting_list"

BROKEN: tuple[Broken, ...] = (
    Broken("person_without_birth_date", _MISSING, _EHC, "ehc_person", "person_ref", "birth_date", None),
    Broken("review_without_meeting", _MISSING, _EHC, "ehc_review", "review_ref", "meeting_date", None),
    Broken("pupil_without_surname", _MISSING, _CENSUS, "census_pupilonroll", "pupilonrolltableid", "surname", None),
    Broken("episode_without_start", _MISSING, "ssda903", "s903_episodes", "CHILD", "DECOM", None),
    Broken("referral_without_date", _MISSING, _CSDS, "csds_referral", "service_request_id", "received_date", None),
    Broken("pathway_without_birth_date", _MISSING, _LIST, "health_waiting_list", "pathway_ref", "birth_date", None),
    Broken("student_without_birth_date", _MISSING, "mis", "mis_students", "id", "dob", None),
    Broken("establishment_without_name", _MISSING, "gias", "gias_establishment", "URN", "EstablishmentName", None),
    Broken("person_born_30_february", _DATE, _EHC, "ehc_person", "person_ref", "birth_date", "2011-02-30"),
    Broken("pupil_born_30_february", _DATE, _CENSUS, "census_pupilonroll", "pupilonrolltableid", "dob",
           "2010-Feb-30 00:00:00"),
    Broken("looked_after_born_31_february", _DATE, "ssda903", "s903_header", "CHILD", "DOB", "31/02/2010"),
    Broken("referral_in_month_13", _DATE, _LIST, "health_waiting_list", "pathway_ref", "referral_received_date",
           "2024-13-01"),
    Broken("exclusion_on_30_february", _DATE, "mis", "mis_exclusions", "id", "start_date", "2025-02-30"),
    Broken("sessions_in_words", _WHOLE, _CENSUS, "census_termlyexclusions", "termlyexclusionsonrolltableid", "sessions",
           "two"),
    Broken("capacity_with_letter", _WHOLE, "gias", "gias_establishment", "URN", "SchoolCapacity", "2l0"),
    Broken("upn_too_long", _LONG, _EHC, "ehc_person", "person_ref", "upn", "A123456789012345"),
    Broken("postcode_with_remark", _LONG, _CENSUS, "census_addressesonroll", "addressesonrolltableid", "postcode",
           "OLD ADDRESS, SEE FILE"),
    Broken("leaver_without_birth_date", _MISSING, _CENSUS, "census_pupilnolongeronroll", "pupilnolongeronrolltableid",
           "dob", None),
    Broken("young_person_born_31_april", _DATE, "nccis", "nccis_client", "client_id", "birth_date", "2007-04-31"),
    Broken("cost_with_letter", _WHOLE, "high_needs_spend", "high_needs_cost", "cost_ref", "amount_pence", "12O0"),
    Broken("reason_too_long", _LONG, "ssda903", "s903_episodes", "CHILD", "REC", "RETURNED HOME"),
)  # fmt: skip


@dataclass(frozen=True)
class Twice:
    """Two rows under one new key that contradict each other: neither can be trusted."""

    kind: str
    feed: str
    table: str
    key: str
    column: str
    values: tuple[str, str]


CONFLICTS: tuple[Twice, ...] = (
    Twice("advice_twice", _EHC, "ehc_advice", "advice_ref", "received_date", ("2024-09-02", "2024-09-12")),
    Twice("contact_twice", _CSDS, "csds_contact", "care_contact_id", "attendance", ("5", "3")),
    Twice("pathway_twice", _LIST, "health_waiting_list", "pathway_ref", "status", ("WAITING", "SEEN")),
)

# Tables of which a row comes twice, to the letter: feed, table, columns of the contract's key.
REPEATED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (_EHC, "ehc_plan", ("plan_ref",)),
    (_EHC, "ehc_review", ("review_ref",)),
    (_CENSUS, "census_pupilonroll", ("pupilonrolltableid",)),
    ("ssda903", "s903_episodes", ("CHILD", "DECOM")),
    ("mis", "mis_attendance", ("student_id", "start_date")),
    (_CSDS, "csds_contact", ("care_contact_id",)),
    (_LIST, "health_waiting_list", ("pathway_ref",)),
)

# Lines with too many or too few fields: kind, feed, table, line for a number and another row's values.
_Line = Callable[[str, Row], str]
SHAPELESS: tuple[tuple[str, str, str, _Line], ...] = (
    ("comma_not_quoted", _EHC, "ehc_plan_setting", lambda key, _: f"{key},1,,,OTH,At home, with a tutor,0,0"),
    ("line_cut_short", _CSDS, "csds_contact", lambda key, row: f"{key},{row['service_request_id']},2024-11-05"),
    ("one_field_too_many", _CENSUS, "census_senneeds", lambda key, row: f"{key},{row['pupilonrolltableid']},1,ASD,,"),
)


def plant_broken_rows(planting: Planting, tables: Mapping[str, pa.Table]) -> list[str]:
    """Add every kind whose table has rows; returns the kinds that could not be planted.

    `tables` must have all other faults in them already: a copy of a row that was altered later would contradict it.
    """
    missing: list[str] = []
    for broken in BROKEN:
        for number, row in enumerate(_samples(tables, broken.table, planting.share, broken.kind, missing)):
            key = _key(broken.kind, number)
            key = key.replace("FLT", "F") if broken.table == "gias_establishment" else key  # a URN has six places
            planting.add(broken.table, row | {broken.key: key, broken.column: broken.value})
            planting.tell(Truth(broken.kind, broken.feed, broken.table, key, "quarantined", broken.reason))
    for twice in CONFLICTS:
        for number, row in enumerate(_samples(tables, twice.table, planting.share, twice.kind, missing)):
            key = _key(twice.kind, number)
            for value in twice.values:
                planting.add(twice.table, row | {twice.key: key, twice.column: value})
            planting.tell(Truth(twice.kind, twice.feed, twice.table, key, "quarantined", "KEY_CONFLICT"))
    for kind, feed, table, line in SHAPELESS:
        for number, row in enumerate(_samples(tables, table, planting.share, kind, missing)):
            key = _key(kind, number)
            planting.broken_lines[table].append(line(key, row))
            planting.tell(Truth(kind, feed, table, key, "quarantined", "WRONG_FIELD_COUNT"))
    for feed, table, key_columns in REPEATED:
        kind = f"{table}_repeated"
        for row in _samples(tables, table, planting.share, kind, missing):
            planting.add(table, row)
            key = "|".join(str(row[column]) for column in key_columns)
            planting.tell(Truth(kind, feed, table, key, "duplicate", "DUPLICATE"))
    _plant_cin(planting, tables, missing)
    return missing


def _plant_cin(planting: Planting, tables: Mapping[str, pa.Table], missing: list[str]) -> None:
    """In the census file: a child with an element twice, and a referral on a day that does not exist."""
    feed = "cin_census"
    for number, row in enumerate(_samples(tables, "cin_child", planting.share, "cin_sex_twice", missing)):
        key = _key("cin_sex_twice", number)
        planting.add("cin_child", row | {"lachildid": key, "upn": None, "former_upn": None, "extra": "<Sex>U</Sex>"})
        planting.tell(Truth("cin_sex_twice", feed, "cin_child", key, "quarantined", "BAD_ELEMENT"))
    kind = "cin_referral_on_31_june"
    children = tables["cin_child"]["lachildid"].to_pylist()[-planting.share :]
    if not children:
        missing.append(kind)
    for child in children:
        bad = {"lachildid": child, "episode_number": "9", "referral_date": "2024-06-31", "referral_nfa": "0"}
        planting.add("cin_episode", bad)
        planting.tell(Truth(kind, feed, "cin_episode", f"{child}|2024-06-31", "quarantined", "BAD_DATE"))


def _samples(tables: Mapping[str, pa.Table], table: str, count: int, kind: str, missing: list[str]) -> list[Row]:
    """`count` rows of the table, from its middle on."""
    have = tables[table].num_rows
    if not have:
        missing.append(kind)
        return []
    rows: list[Row] = tables[table].slice(have // 2, min(count, 3)).to_pylist()
    return rows


def _key(kind: str, number: int) -> str:
    """A key of our own, at most 20 characters, another for every kind and number."""
    return f"FLT{sum(ord(c) * (i + 7) for i, c in enumerate(kind)) % 10_000:04d}{number}"
