"""Planted differences between last year's return and this year's casework."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pyarrow as pa

from sandbox import names
from sandbox.faults.planting import TRUTH_SCHEMA
from sandbox.identifiers import upn_check_letter
from sandbox.last_year.types import LastYear, Person

FEED, TABLE = "sen2_returns", "sen2_returns_person"
LOST, UPN_DIFFERS, BIRTH_DIFFERS = (
    "plan_lost_since_last_year", "upn_differs_from_last_year", "birth_date_differs_from_last_year",
)  # fmt: skip
_NO_SCHOOL = 8999  # an establishment number no pretend school has: the numbers made here are nobody's


def plant_slips(
    before: LastYear, *, share: int, leave_alone: Collection[str], rng: np.random.Generator
) -> tuple[LastYear, pa.Table, list[str]]:
    """The return with `share` slips of each kind, the truth about them, and the kinds that had no candidate.

    A lost plan is one of last year's that this year's casework knows nothing of. The other two are the same person with
    another UPN (matched by name and birth date) or another birth date (matched by UPN). Persons of `leave_alone` carry
    other faults already. A person is `person:<n>` in the truth, n the place in the file from 1.
    """
    able = [
        place
        for place, person in enumerate(before.persons)
        if person.items["UPN"]
        and person.person_ref not in leave_alone
        and len(person.requests) == 1
        and any(plan.open_on_census_day for plan in person.plans())
    ]
    chosen = [able[i] for i in rng.permutation(len(able))]
    lost, other_upn, other_birth = (chosen[i * share : (i + 1) * share] for i in range(3))
    persons: list[Person] = []
    truth: list[tuple[str, str, str, str]] = []  # kind, key, expected, code

    def tell(kind: str, expected: str, code: str) -> None:
        truth.append((kind, f"person:{len(persons)}", expected, code))

    for place, person in enumerate(before.persons):
        persons.append(person)
        if place in other_upn:
            number = _number(before.area, 500 + other_upn.index(place), person)
            persons[-1] = replace(person, items=person.items | {"UPN": number, "UniqueLearnerNumber": None})
            tell(UPN_DIFFERS, "matched", "NAME_AND_BIRTH_DATE")
        if place in other_birth:
            persons[-1] = replace(person, items=person.items | {"PersonBirthDate": _next_day(person)})
            tell(BIRTH_DIFFERS, "matched", "UPN")
        if place in lost:
            persons.append(_unknown(person, before.area, lost.index(place) + 1, rng))
            tell(LOST, "breach", "SEN2-Y01")
    kinds = {kind for kind, *_ in truth}
    rows = [
        dict(zip(TRUTH_SCHEMA.names, (kind, FEED, TABLE, key, expected, code), strict=True))
        for kind, key, expected, code in truth
    ]
    missing = [kind for kind in (LOST, UPN_DIFFERS, BIRTH_DIFFERS) if kind not in kinds]
    return replace(before, persons=persons), pa.Table.from_pylist(rows, schema=TRUTH_SCHEMA), missing


def _unknown(like: Person, area: str, number: int, rng: np.random.Generator) -> Person:
    """A child of the same age with the same kind of plan, whom no other system knows."""
    group = names.GROUPS[names.group_of(str(like.items["Ethnicity"]))]
    forenames = group.girls if like.items["Sex"] == "F" else group.boys
    taken = {like.items["Surname"], like.items["Forename"]}
    items = like.items | {
        "Surname": next(n for n in names.draw(group.surnames, 50, rng) if n not in taken) + "-Vane",
        "Forename": next(n for n in names.draw(forenames, 50, rng) if n not in taken),
        "PersonBirthDate": _next_day(like),
        "UPN": _number(area, number, like),
        "UniqueLearnerNumber": None,
    }
    return Person("", items, deepcopy(like.requests))


def _number(area: str, serial: int, person: Person) -> str:
    """A valid UPN that no pretend child has."""
    year = int(str(person.items["PersonBirthDate"])[:4]) + 4
    body = f"{area}{_NO_SCHOOL}{year % 100:02d}{serial:03d}"
    return upn_check_letter(body) + body


def _next_day(person: Person) -> str:
    born = dt.date.fromisoformat(str(person.items["PersonBirthDate"]))
    return (born + dt.timedelta(days=1 if born.day < 28 else -1)).isoformat()
