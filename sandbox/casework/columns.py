"""The columns of each casework table that need more than a look into the cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework import placements
from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.cases import NOTHING, Cases
from sandbox.casework.figures import Figures
from sandbox.casework.reviews import Reviews
from sandbox.establishments import Chooser

Words = npt.NDArray[np.object_]

_SEN_TYPES = np.array([need.upper() for need in cat.NEEDS[: cat.NEED_UNKNOWN]], dtype=object)


_DOWN_SYNDROME = 0.45  # of needs published as 'other', those recorded as DS (2025 on; counted under other)


_SECOND_NEED = 0.48  # share of plans with a second need


_PART_TIME = 0.04  # share of stays that are part-time


_REFUSED_ETHNICITY = 0.15  # of unclassified ethnicity: refused rather than not obtained


_SOURCES = np.array(["1", "2", "3", "4", "5", None], dtype=object)


_SOURCE_SHARES = (0.38, 0.47, 0.03, 0.03, 0.02, 0.07)


def person_columns(cases: Cases, offset: int, rng: np.random.Generator) -> tuple[Words, dict[str, Any]]:
    """Person of every case, and the person table (in random order, so that numbers tell nothing)."""
    own = cases["same_person"] < 0
    number = np.empty(len(cases), dtype=np.int64)
    number[own] = rng.permutation(int(own.sum()))
    number[~own] = number[cases["same_person"][~own]]
    names = refs("P", int(own.sum()), offset)
    order = np.empty(int(own.sum()), dtype=np.int64)
    order[number[own]] = np.flatnonzero(own)
    ethnicity = np.array(cat.ETHNIC_CODES, dtype=object)[cases["ethnicity"][order]]
    ethnicity = np.where((ethnicity == "NOBT") & (rng.random(len(order)) < _REFUSED_ETHNICITY), "REFU", ethnicity)
    return names[number], {
        "person_ref": names,
        "birth_date": cases["birth"][order],
        "sex": np.array(cat.SEXES, dtype=object)[cases["sex"][order]],
        "ethnicity": ethnicity,
    }


def sources_and_rya(cases: Cases, figures: Figures, period: Period, rng: np.random.Generator) -> dict[str, Words]:
    count = len(cases)
    known = cases["received"] >= period.first - 400  # the item is new; older requests have none
    source = np.where(known, rng.choice(_SOURCES, size=count, p=_SOURCE_SHARES), NOTHING)
    this_year = (cases["received"] >= period.first) & (cases["received"] <= period.last)
    rya = np.where(cases["received"] != NONE, np.array("0", dtype=object), NOTHING)
    eligible = np.flatnonzero(this_year & (cases["transferred_from"] == ""))
    rya[rng.permutation(eligible)[: figures.total["requests"]["requests_rya"]]] = "1"
    return {"source": source, "rya": rya}


def cease_reasons(reason: Ints) -> Words:
    """Cease reasons 1 to 9; none where the published figures have none."""
    return np.array([str(r + 1) if 0 <= r < 9 else None for r in reason], dtype=object)


def plan_setting_columns(
    cases: Cases,
    plans: Ints,
    plan: Words,
    chooser: Chooser,
    period: Period,
    rng: np.random.Generator,
) -> dict[str, Any]:
    place, age = placements.named_places(cases, plans, period, rng)
    second = np.flatnonzero(rng.random(len(plans)) < 0.008)
    places = np.concatenate([place, np.full(len(second), cat.PLACE["other_arrangements_la"])])
    ages = np.concatenate([age, age[second]])
    return {
        "plan_ref": np.concatenate([plan[plans], plan[plans[second]]]),
        "placement_rank": np.repeat(np.array(["1", "2"], dtype=object), [len(plans), len(second)]),
        **placements.settings_of(places, ages, chooser, rng),
    }


def placement_columns(
    stays: placements.Stays,
    standing: Ints,
    residential: Words,
    work_based: Words,
    plan: Words,
    chooser: Chooser,
    offset: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    res, work = np.full(len(stays), None, dtype=object), np.full(len(stays), None, dtype=object)
    res[standing], work[standing] = residential[stays.case[standing]], work_based[stays.case[standing]]
    return {
        "placement_ref": refs("S", len(stays), offset),
        "plan_ref": plan[stays.case],
        "placement_rank": stays.rank.astype(str).astype(object),
        "entry_date": stays.entry,
        "leaving_date": stays.leaving,
        "residential": res,
        "work_based": work,
        "attendance_pattern": attendance_patterns(len(stays)),
        **placements.settings_of(stays.place, stays.age, chooser, rng),
    }


def attendance_patterns(count: int) -> Words:
    """FT or PT of `count` stays: by their place in the list, so that no random number of another column moves."""
    spread = (np.arange(count, dtype=np.uint64) * np.uint64(2_654_435_761)) % np.uint64(2**32)
    return np.where(spread < _PART_TIME * 2**32, "PT", "FT").astype(object)


def need_columns(cases: Cases, plans: Ints, plan: Words, rng: np.random.Generator) -> dict[str, Any]:
    known = plans[cases["need"][plans] < cat.NEED_UNKNOWN]
    first = _SEN_TYPES[cases["need"][known]]
    first = np.where((first == "OTH") & (rng.random(len(known)) < _DOWN_SYNDROME), "DS", first)
    has_second = np.flatnonzero(rng.random(len(known)) < _SECOND_NEED)
    usual = np.bincount(cases["need"][known], minlength=len(cat.NEEDS))[: cat.NEED_UNKNOWN] + 1.0
    second = _SEN_TYPES[rng.choice(len(usual), size=len(has_second), p=usual / usual.sum())]
    differs = second != first[has_second]
    has_second, second = has_second[differs], second[differs]
    return {
        "plan_ref": np.concatenate([plan[known], plan[known[has_second]]]),
        "rank": np.repeat(np.array(["1", "2"], dtype=object), [len(known), len(has_second)]),
        "sen_type": np.concatenate([first, second]),
    }


def review_columns(
    reviews: Reviews, cases: Cases, plan: Words, period: Period, rng: np.random.Generator
) -> tuple[dict[str, Any], Days]:
    """The review columns, and the date each case's plan was last amended."""
    count = len(reviews.case)
    amend = (reviews.outcome == "A") & (reviews.decision != NONE)
    draft = np.where(
        amend, reviews.decision + np.where(rng.random(count) < 0.6, 0, between(rng, np.full(count, 3), 40)), NONE
    )
    final = np.where(amend, draft + between(rng, np.full(count, 15), 110), NONE)
    draft = np.where(draft > period.as_of, NONE, draft)
    final = np.where(final > period.as_of, NONE, final)
    due = placements.phase_transfer_due(cases, reviews.case, period)
    due = np.where(reviews.latest & (cases["caseload"][reviews.case] == 1), due, NONE)
    finished = (due != NONE) & (final != NONE) & (reviews.meeting > period.first + 240)
    amended = np.full(len(cases), NONE, dtype=np.int64)
    np.maximum.at(amended, reviews.case, final)
    return {
        "plan_ref": plan[reviews.case],
        "meeting_date": reviews.meeting,
        "decision_date": reviews.decision,
        "outcome": reviews.outcome,
        "draft_date": draft,
        "final_date": final,
        "phase_transfer_due_date": due,
        "phase_transfer_final_date": np.where(finished, final, NONE),
    }, amended


def refs(prefix: str, count: int, offset: int) -> Words:
    return np.array([f"{prefix}{number:08d}" for number in range(offset + 1, offset + count + 1)], dtype=object)


def flag(true: npt.NDArray[np.bool_]) -> Words:
    return np.where(true, "1", "0").astype(object)
