"""The alternative provision census: children whose education the council itself arranges out of school."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.columns import iso, text_table
from sandbox.population.streams import Ints, Words, choose

_ARRANGED_BY_LA = "OLA"
_YOUNGEST, _OLDEST = 4, 18
_YEAR_BEGAN = np.datetime64("2024-01-19")  # the census year: from the day after the census before


def alternative_tables(population: Population) -> dict[str, pa.Table]:
    """`ap_pupil`, `ap_need` and `ap_placement` of the children whose plan is met by education the council arranges.

    None of them is on a school's roll, so nobody is returned twice.
    """
    rng = population.streams.of("ap census")
    children, people, who, home = population.children, population.people, population.identities, population.households
    known = np.flatnonzero(people.active & (people.setting == _ARRANGED_BY_LA))
    child = known[(children.age[known] >= _YOUNGEST) & (children.age[known] <= _OLDEST) & ~children.on_roll[known]]
    ref = np.array([f"AP{n:06d}" for n in range(1, len(child) + 1)], dtype=object)
    pupil = text_table(
        pupil_ref=ref,
        upn=who.upn[child],
        former_upn=who.former_upn[child],
        uln=who.uln[child],
        surname=home.surname[child],
        forename=home.forename[child],
        birth_date=iso(children.birth[child]),
        sex=np.where(children.girl[child], "F", "M").astype(object),
        ethnicity=children.ethnicity[child],
        postcode=home.postcode[child],
        uprn=np.full(len(child), None, dtype=object),
        sen_provision=np.full(len(child), "E", dtype=object),
    )
    return {
        "ap_pupil": pupil,
        "ap_need": _needs(people.need[child], people.second_need[child], ref),
        "ap_placement": _placements(population, child, ref, rng),
    }


def _needs(first: Words, second: Words, ref: Words) -> pa.Table:
    rows = [
        (key, rank, need)
        for key, *needs in zip(ref, first, second, strict=True)
        for rank, need in enumerate(needs, start=1)
        if need is not None
    ]
    return text_table(
        pupil_ref=np.array([row[0] for row in rows], dtype=object),
        rank=np.array([row[1] for row in rows], dtype=np.int64),
        sen_type=np.array([row[2] for row in rows], dtype=object),
    )


def _placements(population: Population, child: Ints, ref: Words, rng: np.random.Generator) -> pa.Table:
    """One stay each, most of them of tuition, begun in the census year or before it and not ended."""
    count = len(child)
    kind = choose(rng, count, {"OOT": 0.7, "OTH": 0.2, "WBP": 0.1})
    kind[(kind == "WBP") & (population.children.age[child] < 14)] = "OOT"
    whole_week = rng.random(count) < 0.35
    return text_table(
        placement_ref=np.array([f"APL{n:06d}" for n in range(1, count + 1)], dtype=object),
        pupil_ref=ref,
        urn=np.full(count, None, dtype=object),
        ukprn=np.full(count, None, dtype=object),
        setting_type=kind,
        reason=choose(rng, count, {"MHN": 0.4, "OTH": 0.3, "EXR": 0.2, "PHN": 0.1}),
        attendance_pattern=np.where(whole_week, "FT", "PT").astype(object),
        sessions_per_week=np.where(whole_week, 10, rng.integers(1, 5, count) * 2),
        entry_date=iso(_YEAR_BEGAN + rng.integers(-200, 300, count).astype("timedelta64[D]")),
        leaving_date=iso(np.full(count, "NaT", dtype="datetime64[D]")),
        sen_provision_at_entry=choose(rng, count, {"E": 0.7, "K": 0.3}),
    )
