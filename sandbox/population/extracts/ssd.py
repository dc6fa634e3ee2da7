"""Children's services' own database in the Standard Safeguarding Dataset (facts: extracts 1.5): everybody in the 903 or
the children in need census, with the numbers and disabilities those returns were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population

Row: TypeAlias = dict[str, str | None]

_NHS_NUMBER_KNOWN = 0.3  # of persons; most councils were never given them
_MOTHER = {"1": "Y", "0": "N"}
COLUMNS = {
    "ssd_person": (
        "pers_person_id", "pers_forename", "pers_surname", "pers_sex", "pers_gender", "pers_ethnicity", "pers_dob",
        "pers_common_child_id", "pers_legacy_id", "pers_upn_unknown", "pers_send_flag", "pers_expected_dob",
        "pers_death_date", "pers_is_mother", "pers_nationality",
    ),
    "ssd_linked_identifiers": (
        "link_table_id", "link_person_id", "link_identifier_type", "link_identifier_value", "link_valid_from_date",
        "link_valid_to_date",
    ),
    "ssd_disability": ("disa_table_id", "disa_person_id", "disa_disability_code"),
    "ssd_send": ("send_table_id", "send_person_id", "send_upn", "send_uln", "send_upn_unknown"),
}  # fmt: skip


def ssd_tables(
    population: Population, cin: Mapping[str, pa.Table], s903: Mapping[str, pa.Table]
) -> dict[str, pa.Table]:
    """`ssd_person`, `ssd_linked_identifiers`, `ssd_disability` and `ssd_send`, text throughout, dates ISO.

    `cin` and `s903` are the tables of those extracts: a person has the id, UPN and disabilities told there. The
    dataset's tables of EHC plans are placeholders that no case system fills, so there are none.
    """
    persons = _persons(population, cin["cin_child"], s903["s903_header"])
    disabilities = zip(*(cin["cin_disability"][name].to_pylist() for name in ("lachildid", "disability")), strict=True)
    rows: dict[str, Iterable[Row]] = {
        "ssd_person": persons,
        "ssd_linked_identifiers": _identifiers(persons),
        "ssd_disability": [{"disa_person_id": child, "disa_disability_code": code} for child, code in disabilities],
        "ssd_send": [_learner(person) for person in persons],
    }
    return {name: _table(name, told) for name, told in rows.items()}


def _persons(population: Population, cin: pa.Table, s903: pa.Table) -> list[Row]:
    """A row a person. Besides the table's columns it has the learner numbers `upn` and `uln`."""
    rng = population.streams.of("ssd extract")
    who, home, children = population.identities, population.households, population.children
    in_need = {row["lachildid"]: row for row in cin.to_pylist()}
    in_care = {row["CHILD"]: row for row in s903.to_pylist()}
    known = np.unique(np.concatenate([population.in_need.children, population.episodes.child, population.care_leavers]))
    has_nhs_number = rng.random(len(known)) < _NHS_NUMBER_KNOWN
    persons: list[Row] = []
    for child, nhs in zip(known.tolist(), has_nhs_number.tolist(), strict=True):
        key = str(who.social_care_id[child])
        need, care = in_need.get(key, {}), in_care.get(key, {})
        of_care = care.get("UPN") or ""  # a reason (UN1 …) where there is none
        upn = need.get("upn") or (None if of_care.startswith("UN") else of_care or None)
        unborn = need.get("expected_birth_date")
        persons.append(
            {
                "pers_person_id": key,
                "pers_forename": None if unborn else str(home.forename[child]),
                "pers_surname": str(home.surname[child]),
                "pers_sex": need.get("sex") or ("F" if children.girl[child] else "M"),
                "pers_ethnicity": str(children.ethnicity[child]),
                "pers_dob": None if unborn else str(children.birth[child].astype("datetime64[D]")),
                "pers_common_child_id": str(who.nhs_number[child]) if nhs and not unborn else None,
                "pers_upn_unknown": None if upn else need.get("upn_unknown"),
                "pers_expected_dob": unborn,
                "pers_death_date": need.get("death_date"),
                "pers_is_mother": _MOTHER.get(care.get("MOTHER") or ""),
                "upn": upn,
                "uln": who.uln[child],
            }
        )
    return persons


def _identifiers(persons: list[Row]) -> list[Row]:
    kinds = {"Unique Pupil Number": "upn", "NHS Number": "pers_common_child_id"}
    return [
        {
            "link_person_id": person["pers_person_id"],
            "link_identifier_type": kind,
            "link_identifier_value": person[column],
        }
        for person in persons
        for kind, column in kinds.items()
        if person[column]
    ]


def _learner(person: Row) -> Row:
    return {
        "send_person_id": person["pers_person_id"],
        "send_upn": person["upn"],
        "send_uln": person["uln"] if person["upn"] else None,
        "send_upn_unknown": person["pers_upn_unknown"],
    }


def _table(name: str, rows: Iterable[Row]) -> pa.Table:
    """`rows` as the table `name`; those that have no number of their own are numbered."""
    number = COLUMNS[name][0]
    numbered = [{number: f"{name[4:8].upper()}{place:08d}", **row} for place, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(numbered, schema=pa.schema([(column, pa.string()) for column in COLUMNS[name]]))
