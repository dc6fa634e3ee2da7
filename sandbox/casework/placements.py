"""Stays at settings (`ehc_placement`) and the setting named in each plan (`ehc_plan_setting`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework.calendar import NONE, Days, Ints, Period, age_on, between, day
from sandbox.casework.cases import Cases
from sandbox.establishments import Chooser

Words = npt.NDArray[np.object_]

SECOND_PLACEMENT = 0.012  # share of plans in place with a second placement beside the first
OTHER_TEXTS = ("Awaiting provision", "Type of setting named, no place yet", "Out of provision while a place is sought")
NO_EDUCATION_TEXT = "Out of education for health reasons"
_SCHOOLS = np.array(
    [name.startswith(("mainstream", "special_la", "special_a", "special_i", "special_n")) for name in cat.PLACEMENTS]
)
_COLLEGES = np.isin(
    np.arange(len(cat.PLACEMENTS)),
    [cat.PLACE[name] for name in ("general_fe_tertiary_colleges", "specialist_post_16_institutions", "ukrlp_provider")],
)
_NOT_NAMED = [cat.PLACE[name] for name in ("neet", "neet_ntci", "neet_other", "neet_other_csa", "placement_unknown")]
_PROVIDERS = 24  # post-16 providers that have a UKPRN and no URN


@dataclass
class Stays:
    """One row a stay; `case` is the row of its plan's case. `current`: in force on census day, rank 1."""

    case: Ints
    rank: Ints
    place: Ints
    entry: Days
    leaving: Days
    age: Ints  # at entry, for the choice of an establishment

    def __len__(self) -> int:
        return len(self.case)


def make_stays(cases: Cases, period: Period, rng: np.random.Generator) -> Stays:
    """All stays of all plans: first and present placements as the cases have them, and the schools before those."""
    plans = np.flatnonzero(cases["start"] != NONE)
    first, place = cases["first_place"][plans], cases["place"][plans]
    start, cease = cases["start"][plans], cases["cease"][plans]
    end = np.where(cease == NONE, np.minimum(period.census, period.as_of), cease)
    last = np.where(cease == NONE, NONE, cease)
    known_first, known = (first != cat.UNKNOWN) & (first >= 0), (place != cat.UNKNOWN) & (place >= 0)
    parts: list[tuple[Ints, Ints, Days, Days]] = []

    def add(rows: npt.NDArray[np.bool_], places: Ints, entry: Days, leaving: Days) -> None:
        parts.append((plans[rows], places[rows], entry[rows], leaving[rows]))

    moved = known_first & known & (first != place)
    begun = np.minimum(start + 1, end)
    change = between(rng, begun, np.maximum(np.minimum(end - 1, start + 200), begun))
    add(moved, first, start, change - 1)
    add(moved, place, change, last)
    # The first placement ended and nothing has been recorded since.
    ended = known_first & ~known
    add(ended, first, start, np.minimum(change, end - 1))
    # One placement throughout; children in older plans went through a phase transfer on the way.
    same = known_first & known & (first == place)
    phase = _phase_entry(cases["birth"][plans], place, end)
    before = same & (phase > start + 30) & (phase < end - 30) & (start < period.first)
    add(before, place, phase, last)
    earlier = _earlier_place(place, cases, plans, rng)
    add(before, earlier, start, phase - 1 - np.where(rng.random(len(plans)) < 0.5, 40, 1))
    add(same & ~before, place, start, last)
    # Plans in place without a recorded placement: half had one that has ended.
    lapsed = ~known_first & ~known & (start < period.first) & (cease == NONE) & (rng.random(len(plans)) < 0.5)
    usual = np.full(len(plans), cat.PLACE["mainstream_la_maintained"])
    add(lapsed, usual, start, between(rng, np.full(len(plans), period.first + 60), period.census - 10))
    case, places, entry, leaving = (np.concatenate(column) for column in zip(*parts, strict=True))
    second = np.flatnonzero(_SCHOOLS[places] & (leaving == NONE) & (rng.random(len(case)) < SECOND_PLACEMENT))
    beside = np.where(rng.random(len(second)) < 0.5, cat.PLACE["ap_pru_la_maintained"], cat.PLACE["mainstream_academy"])
    rank = np.concatenate([np.ones(len(case), dtype=np.int64), np.full(len(second), 2)])
    case = np.concatenate([case, case[second]])
    entry = np.concatenate([entry, entry[second] + 14])
    entry[len(leaving) :] = np.minimum(entry[len(leaving) :], period.as_of)
    leaving = np.concatenate([leaving, np.full(len(second), NONE)])
    places = np.concatenate([places, beside])
    entry = np.where(leaving == NONE, entry, np.minimum(entry, leaving))
    age = age_on(cases["birth"][case], np.maximum(entry, np.minimum(period.census, entry + 60)))
    return Stays(case=case, rank=rank, place=places, entry=entry, leaving=leaving, age=np.clip(age, 1, 25))


def _phase_entry(birth: Days, place: Ints, end: Days) -> Days:
    """1 September of the last phase transfer before `end`: into reception, year 7, or post-16."""
    turning = np.where(_COLLEGES[place], 16, np.where(age_on(birth, end) >= 11, 11, 4))
    born = birth.astype("datetime64[D]")
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    after_august = born.astype("datetime64[M]").astype(np.int64) % 12 >= 8
    first_year = year + turning + after_august
    september = ((first_year - 1970) * 12 + 8).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(_SCHOOLS[place] | _COLLEGES[place], september, NONE)


def _earlier_place(place: Ints, cases: Cases, plans: Ints, rng: np.random.Generator) -> Ints:
    """Where they were before a phase transfer: the same heading without units; before college, a school."""
    plain = place.copy()
    for name, position in cat.PLACE.items():
        base = name.removesuffix("_senunit").removesuffix("_resourced_provision")
        plain[place == position] = cat.PLACE[base]
    pool = place[_SCHOOLS[place] & (cases["caseload"][plans] == 1)]
    schools = pool if len(pool) else np.array([cat.PLACE["mainstream_academy"]])
    return np.where(_COLLEGES[place], rng.choice(schools, size=len(place)), plain)


def in_force(stays: Stays, cases: Cases, period: Period) -> Ints:
    """Rows of `stays` that are the rank 1 placement on census day of a plan in force (at most one a plan)."""
    running = (stays.entry <= period.census) & ((stays.leaving == NONE) | (stays.leaving >= period.census))
    rows = np.flatnonzero((stays.rank == 1) & running & (cases["caseload"][stays.case] == 1))
    rows = rows[np.lexsort((-stays.entry[rows], stays.case[rows]))]
    return rows[np.concatenate([[True], stays.case[rows][1:] != stays.case[rows][:-1]])] if len(rows) else rows


def settings_of(place: Ints, age: Ints, chooser: Chooser, rng: np.random.Generator) -> dict[str, Words]:
    """The columns that name a setting, for placements at these ages: exactly one of URN, UKPRN and code each."""
    names = np.array(cat.PLACEMENTS, dtype=object)[place]
    code: Words = np.array([cat.SETTING_CODE.get(int(p)) for p in place], dtype=object)
    ukprn: Words = np.full(len(place), None, dtype=object)
    providers = np.flatnonzero(names == "ukrlp_provider")
    ukprn[providers] = [str(10_000_100 + 37 * int(n)) for n in rng.integers(_PROVIDERS, size=len(providers))]
    text: Words = np.full(len(place), None, dtype=object)
    other = np.flatnonzero(code == "OTH")
    text[other] = np.array(OTHER_TEXTS, dtype=object)[rng.integers(len(OTHER_TEXTS), size=len(other))]
    text[code == "NIEO"] = NO_EDUCATION_TEXT
    return {
        "urn": chooser.urns(place, age),
        "ukprn": ukprn,
        "sen_setting": code,
        "sen_setting_other": text,
        "sen_unit": np.array(["1" if n.endswith("_senunit") else "0" for n in names], dtype=object),
        "resourced_provision": np.array(
            ["1" if n.endswith("_resourced_provision") else "0" for n in names], dtype=object
        ),
    }


def named_places(cases: Cases, plans: Ints, period: Period, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """What section I names for each plan, and the age to choose by: mostly the placement; never 'not in education'."""
    place = cases["place"][plans].copy()
    end = np.where(cases["cease"][plans] == NONE, period.census, cases["cease"][plans])
    age = np.clip(age_on(cases["birth"][plans], end), 1, 25)
    nothing = np.isin(place, _NOT_NAMED) | (place < 0)
    college = nothing & (age >= 16)
    young = nothing & (age < 5)
    school = np.where(
        rng.random(len(place)) < 0.5, cat.PLACE["mainstream_academy"], cat.PLACE["mainstream_la_maintained"]
    )
    place = np.where(nothing, school, place)
    place = np.where(young, cat.PLACE["nm_early_years"], place)
    place = np.where(college, cat.PLACE["general_fe_tertiary_colleges"], place)
    return np.where(nothing & (rng.random(len(place)) < 0.03), cat.PLACE["other_placement_settings"], place), age


def phase_transfer_due(cases: Cases, plans: Ints, period: Period) -> Days:
    """Date by which the next phase's plan is due: 15 February, or 31 March into post-16; none without a transfer."""
    age = age_on(cases["birth"][plans], np.full(len(plans), day(period.collection - 1, 8, 31)))
    due = np.where(np.isin(age, (3, 6, 10)), day(period.collection, 2, 15), NONE)
    return np.where(age == 15, day(period.collection, 3, 31), due)
