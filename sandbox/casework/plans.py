"""The cases that have a plan: new ones, ones that moved in, those starting in January, older ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox import published
from sandbox.casework import categories as cat
from sandbox.casework import completed as done
from sandbox.casework import newplans, requests
from sandbox.casework.births import births_and_starts, true_ages
from sandbox.casework.calendar import NONE, Period, between, birth_window, day
from sandbox.casework.caseload import Caseload
from sandbox.casework.cases import Cases
from sandbox.casework.ceased import Ceased
from sandbox.casework.figures import Figures
from sandbox.casework.flows import Flows, NewPlans

MOVED_IN_EARLIER = 0.012  # of plans in place started before the year, those that came from another area


def areas() -> npt.NDArray[np.object_]:
    return np.array(published.area_codes(), dtype=object)


def _plans_of(caseload: Caseload, rows: npt.NDArray[np.int64]) -> Cases:
    return Cases(
        len(rows),
        outcome="Y",
        assessment="Y",
        caseload=1,
        place=caseload.place[rows],
        first_place=caseload.place[rows],
        need=caseload.need[rows],
        years=caseload.years[rows],
        sex=caseload.sex[rows],
        ethnicity=caseload.ethnicity[rows],
    )


def new_and_moved_in(
    figures: Figures,
    caseload: Caseload,
    in_place: npt.NDArray[np.int64],
    flows: Flows,
    new_plans: NewPlans,
    ceased: Ceased,
    issued: done.Completed,
    period: Period,
    rng: np.random.Generator,
) -> Cases:
    """The plans started in 2024: new ones (in force, ceased, ended in January) and those that moved in."""
    moved = newplans.choose_transfers(caseload.place[in_place], caseload.need[in_place], new_plans, flows, rng)
    here, from_elsewhere = in_place[~moved], in_place[moved]
    holders = _plans_of(caseload, here)
    ages = true_ages(caseload.age[here], caseload.years[here], rng)
    ceased_place = ceased.cases["place"][ceased.new]
    first, ceased_first = newplans.first_places(
        holders["place"], caseload.age[here], ceased_place, new_plans.ended_in_january, flows, rng
    )
    holders["first_place"] = first
    ceased.cases["place"][ceased.new], ceased.cases["first_place"][ceased.new] = ceased_place, ceased_first
    held, rows = newplans.assign_new_plans(
        issued, flows, new_plans, holders, caseload.start_age[here], ages, ceased, period, rng
    )
    _link(held, issued, rows, period, rng)
    others = _plans_of(caseload, from_elsewhere)
    ages = true_ages(caseload.age[from_elsewhere], caseload.years[from_elsewhere], rng)
    others["birth"], others["start"] = births_and_starts(
        ages, caseload.years[from_elsewhere], caseload.start_age[from_elsewhere], period, rng
    )
    newplans.transfers(others, figures.area, areas(), period, rng)
    return Cases.join([held, others])


def _link(
    held: Cases, issued: done.Completed, rows: npt.NDArray[np.int64], period: Period, rng: np.random.Generator
) -> None:
    """Give plans the dates of the assessments they came from; row -1: issued before the year."""
    known = rows >= 0
    held["received"][known] = issued.received[rows[known]]
    held["assessment_date"][known] = issued.ended[rows[known]]
    overturned = known & (issued.kind[np.maximum(rows, 0)] == done.FLAGGED)
    held["request_tribunal"][overturned] = -1  # settled in flag_cases
    early = np.flatnonzero(~known)
    held["assessment_date"][early] = between(rng, np.full(len(early), period.first - 80), period.first - 1)
    held["received"][early] = held["assessment_date"][early] - between(rng, np.full(len(early), 110), 260)
    held["outcome_date"][early] = held["received"][early] + between(rng, np.full(len(early), 20), 45)


def starting_in_january(
    caseload: Caseload, issued: done.Completed, current: int, period: Period, rng: np.random.Generator
) -> Cases:
    """Plans that start after the period: in place by census day (issued before or in January), or starting after it."""
    rows = np.flatnonzero(caseload.years == 0)
    in_force = _plans_of(caseload, rows)
    ages = true_ages(caseload.age[rows], caseload.years[rows], rng)
    in_force["birth"], in_force["start"] = births_and_starts(
        ages, caseload.years[rows], caseload.start_age[rows], period, rng
    )
    late = rng.permutation(np.flatnonzero(issued.late_start))
    linked = min(len(late), len(rows))
    first, last = in_force.take(np.arange(linked)), in_force.take(np.arange(linked, len(rows)))
    _link(first, issued, late[:linked], period, rng)
    last["assessment_date"] = between(rng, np.full(len(last), period.last + 1), last["start"])
    last["received"] = last["assessment_date"] - between(rng, np.full(len(last), 100), 170)
    old = np.arange(len(last)) >= current  # no room among the requests of the year: these came in long before
    last["received"][old] = between(rng, np.full(int(old.sum()), period.first - 200), period.first - 60)
    last["outcome_date"][old] = last["received"][old] + between(rng, np.full(int(old.sum()), 20), 45)
    after = Cases(len(late) - linked, outcome="Y", assessment="Y")
    after["start"] = between(rng, np.full(len(after), period.census + 1), period.as_of)
    _link(after, issued, late[linked:], period, rng)
    pick = rng.choice(np.flatnonzero(caseload.years <= 1), size=len(after)) if len(after) else rows[:0]
    place = np.where(caseload.place[pick] == cat.UNKNOWN, cat.PLACE["mainstream_la_maintained"], caseload.place[pick])
    after["place"], after["first_place"], after["need"] = (
        place,
        place,
        np.minimum(caseload.need[pick], cat.NEED_UNKNOWN - 1),
    )
    after["sex"], after["ethnicity"] = caseload.sex[pick], caseload.ethnicity[pick]
    low, high = birth_window(true_ages(caseload.age[pick], caseload.years[pick], rng), period.collection)
    after["birth"] = between(rng, np.maximum(low, day(period.collection - 26, 2, 1)), high)
    return Cases.join([first, last, after])


def older_plans(area: str, caseload: Caseload, period: Period, rng: np.random.Generator) -> Cases:
    rows = np.flatnonzero(caseload.years >= 2)
    plans = _plans_of(caseload, rows)
    ages = true_ages(caseload.age[rows], caseload.years[rows], rng)
    plans["birth"], plans["start"] = births_and_starts(
        ages, caseload.years[rows], caseload.start_age[rows], period, rng
    )
    plans = started_before(plans, rng)
    moved = np.flatnonzero(rng.random(len(plans)) < MOVED_IN_EARLIER)
    others = areas()[areas() != area]
    plans["transferred_from"][moved] = others[rng.integers(len(others), size=len(moved))]
    plans["transfer_date"][moved] = between(rng, plans["start"][moved] + 1, period.last)
    for column in ("received", "outcome_date", "assessment_date"):
        plans[column][moved] = NONE
    return plans


def started_before(plans: Cases, rng: np.random.Generator) -> Cases:
    """Requests and assessments of plans started before the year (in place; returned for convenience)."""
    plans["assessment_date"] = plans["start"] - between(rng, np.zeros(len(plans), dtype=np.int64), 6)
    received = plans["assessment_date"] - between(rng, np.full(len(plans), 105), 330)
    received = np.minimum(np.maximum(received, plans["birth"] + 30), plans["assessment_date"])
    plans["outcome_date"] = np.minimum(received + between(rng, np.full(len(plans), 20), 60), plans["assessment_date"])
    plans["received"] = requests.undated_old(received, rng)
    return plans
