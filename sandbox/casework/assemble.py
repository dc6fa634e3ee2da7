"""Put the cases of an area together: every group of requests, with plans, dates, persons and flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox import published
from sandbox.casework import categories as cat
from sandbox.casework import completed as done
from sandbox.casework import flags, newplans, requests
from sandbox.casework.births import births_and_starts, true_ages
from sandbox.casework.calendar import NONE, Period, age_on, between, birth_window, day
from sandbox.casework.caseload import Caseload, build_caseload
from sandbox.casework.cases import Cases
from sandbox.casework.ceased import Ceased, build_ceased
from sandbox.casework.figures import Figures
from sandbox.casework.flows import Flows, NewPlans, plan_flows, split_new_plans

Mask = npt.NDArray[np.bool_]
MOVED_IN_EARLIER = 0.012  # of plans in place started before the year, those that came from another area
CEASING_AFTER_CENSUS = 0.0015  # of plans in place, those that cease between census day and the night of the extract
SECOND_REQUESTS = 0.02  # of requests under way or undecided, those of a child refused earlier


@dataclass(frozen=True)
class Assembled:
    """All cases of one area, in random order, and what was decided on the way."""

    cases: Cases
    notes: list[str]


def assemble(figures: Figures, period: Period, rng: np.random.Generator) -> Assembled:
    """Every request of the area with all that hangs on it."""
    flows = plan_flows(figures)
    caseload = build_caseload(figures, rng)
    in_place = np.flatnonzero(caseload.years == 1)
    new_plans = split_new_plans(
        flows,
        figures,
        np.bincount(caseload.need[in_place], minlength=len(cat.NEEDS)),
        np.bincount(caseload.place[in_place], minlength=len(cat.PLACEMENTS)),
    )
    ceased = build_ceased(figures, new_plans, period, rng)
    january = _issued_in_january(caseload, flows)
    issued = done.complete(flows, flows.assess - flows.later_yes - january, period, rng)
    plans = [
        _new_plans(figures, caseload, in_place, flows, new_plans, ceased, issued, period, rng),
        _starting_in_january(caseload, issued, january, period, rng),
        _older_plans(figures.area, caseload, period, rng),
        _old(ceased.cases.take(~ceased.new), rng),
    ]
    current = int((issued.state == done.CURRENT).sum()) + january
    carried = int((issued.state == done.CARRIED).sum())
    others = [
        requests.assessed(_take(issued, ~np.isin(issued.kind, done.ISSUED_KINDS))),
        requests.without_assessment(
            flows,
            flows.assess - flows.later_yes - current,
            flows.refuse - flows.later_no,
            flows.carried_yes - carried,
            period,
            rng,
        ),
    ]
    cases = Cases.join([*plans, *others])
    _decide(cases, flows, period, rng)
    cases = Cases.join([cases, requests.outside_scope(figures, period, rng)])
    requests.people(cases, figures, period, rng)
    _born_before_asking(cases, period, rng)
    _fit_ages_to_places(cases, period, rng)
    _flag(cases, figures, flows, period, rng)
    _ceasing_after_census(cases, period, rng)
    cases = cases.take(rng.permutation(len(cases)))
    _second_requests(cases, period, rng)
    _export(cases, figures.area, rng)
    return Assembled(cases=cases, notes=flows.notes)


def _take(issued: done.Completed, rows: Mask) -> done.Completed:
    return done.Completed(
        issued.kind[rows], issued.state[rows], issued.received[rows], issued.ended[rows], issued.late_start[rows]
    )


def _issued_in_january(caseload: Caseload, flows: Flows) -> int:
    """Plans in place started in January 2025 whose assessment ended then, on a request received in 2024."""
    started = int((caseload.years == 0).sum())
    return min(max(0, started - flows.issued_late), (flows.assess - flows.later_yes) // 2)


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


def _new_plans(
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
    newplans.transfers(others, figures.area, _areas(), period, rng)
    return Cases.join([held, others])


def _areas() -> npt.NDArray[np.object_]:
    return np.array(published.area_codes(), dtype=object)


def _link(
    held: Cases, issued: done.Completed, rows: npt.NDArray[np.int64], period: Period, rng: np.random.Generator
) -> None:
    """Give plans the dates of the assessments they came from; row -1: issued before the year."""
    known = rows >= 0
    held["received"][known] = issued.received[rows[known]]
    held["assessment_date"][known] = issued.ended[rows[known]]
    overturned = known & (issued.kind[np.maximum(rows, 0)] == done.FLAGGED)
    held["request_tribunal"][overturned] = -1  # settled in _flag
    early = np.flatnonzero(~known)
    held["assessment_date"][early] = between(rng, np.full(len(early), period.first - 80), period.first - 1)
    held["received"][early] = held["assessment_date"][early] - between(rng, np.full(len(early), 110), 260)
    held["outcome_date"][early] = held["received"][early] + between(rng, np.full(len(early), 20), 45)


def _starting_in_january(
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


def _older_plans(area: str, caseload: Caseload, period: Period, rng: np.random.Generator) -> Cases:
    rows = np.flatnonzero(caseload.years >= 2)
    plans = _plans_of(caseload, rows)
    ages = true_ages(caseload.age[rows], caseload.years[rows], rng)
    plans["birth"], plans["start"] = births_and_starts(
        ages, caseload.years[rows], caseload.start_age[rows], period, rng
    )
    plans = _old(plans, rng)
    moved = np.flatnonzero(rng.random(len(plans)) < MOVED_IN_EARLIER)
    others = _areas()[_areas() != area]
    plans["transferred_from"][moved] = others[rng.integers(len(others), size=len(moved))]
    plans["transfer_date"][moved] = between(rng, plans["start"][moved] + 1, period.last)
    for column in ("received", "outcome_date", "assessment_date"):
        plans[column][moved] = NONE
    return plans


def _old(plans: Cases, rng: np.random.Generator) -> Cases:
    """Requests and assessments of plans started before the year (in place; returned for convenience)."""
    plans["assessment_date"] = plans["start"] - between(rng, np.zeros(len(plans), dtype=np.int64), 6)
    received = plans["assessment_date"] - between(rng, np.full(len(plans), 105), 330)
    received = np.minimum(np.maximum(received, plans["birth"] + 30), plans["assessment_date"])
    plans["outcome_date"] = np.minimum(received + between(rng, np.full(len(plans), 20), 60), plans["assessment_date"])
    plans["received"] = requests.undated_old(received, rng)
    return plans


def _decide(cases: Cases, flows: Flows, period: Period, rng: np.random.Generator) -> None:
    """Decision dates of all requests that have none yet."""
    first, last = period.first, period.last
    outcome, received = cases["outcome"], cases["received"]
    open_ = (cases["outcome_date"] == NONE) & np.isin(outcome, ("Y", "N")) & (cases["transferred_from"] == "")
    flagged = cases["request_tribunal"] == -1
    no_dates = (received == NONE) & (cases["assessment"] != "")
    counted = open_ & ~no_dates & ~flagged & ((received == NONE) | (received >= first - 42)) & (received <= last)
    old = open_ & ~counted
    requests.decide_before(cases, old, period, rng)
    if int(counted.sum()) != flows.within_six + flows.over_six:
        raise AssertionError(f"{int(counted.sum())} decisions for {flows.within_six + flows.over_six}")
    requests.decide(cases, counted, flows, period, rng)


def _born_before_asking(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Make the youngest a little older where a request came in before they were two months old (in place).

    They stay within the published 'under 3', whose position in AGES is one for all three years of age.
    """
    rows = np.flatnonzero((cases["received"] != NONE) & (cases["birth"] > cases["received"] - 60))
    low, _ = birth_window(np.full(len(rows), 2), period.collection)
    born = cases["received"][rows] - between(rng, np.full(len(rows), 60), 300)
    cases["birth"][rows] = np.where(cases["caseload"][rows] == 1, np.maximum(born, low), born)


def _fit_ages_to_places(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Keep NEET to 16 and over, and 'not in education, other' to the heading its age has (in place).

    First placements swap with another new plan's; someone no longer in casework is given another birth date.
    """
    age = age_on(cases["birth"], np.full(len(cases), day(period.collection - 1, 8, 31)))
    # Of someone no longer in casework, only the first placement is counted anywhere.
    nieo = np.isin(cases["first_place"], _NIEO) & np.isin(cases["place"], (*_NIEO, cat.PLACE["neet"]))
    gone = nieo & (cases["caseload"] == 0)
    cases["place"][gone] = cases["first_place"][gone]
    for column in ("place", "first_place"):
        for row in np.flatnonzero(~_age_may(cases[column], age)):
            if cases["caseload"][row] == 0:
                grown = cases[column][row] != cat.PLACE["neet_other_csa"]
                low, high = birth_window(np.array([17 if grown else 12]), period.collection)
                cases["birth"][row] = between(rng, low, high)[0]
                age[row] = 17 if grown else 12
            elif column == "first_place":
                _swap_first(cases, int(row), age)


_NIEO = (cat.PLACE["neet_other"], cat.PLACE["neet_other_csa"])


def _age_may(place: npt.NDArray[np.int64], age: npt.NDArray[np.int64]) -> Mask:
    school_age = (age >= 5) & (age <= 15)
    wrong = (place == cat.PLACE["neet"]) & (age < 16)
    wrong |= (place == cat.PLACE["neet_other_csa"]) & ~school_age
    wrong |= (place == cat.PLACE["neet_other"]) & school_age
    fits: Mask = ~wrong
    return fits


def _swap_first(cases: Cases, row: int, age: npt.NDArray[np.int64]) -> None:
    first = cases["first_place"]
    same_group = (cases["years"] == 1) & (cases["transferred_from"] == "") & (first != cat.UNKNOWN) & (first >= 0)
    fits = same_group & _age_may(np.full(len(cases), first[row]), age) & _age_may(first, np.full(len(cases), age[row]))
    moved = np.flatnonzero(fits & (first != cases["place"]))
    others = moved if len(moved) else np.flatnonzero(fits)
    if len(others):
        other = others[0]
        first[row], first[other] = first[other], first[row]


def _flag(cases: Cases, figures: Figures, flows: Flows, period: Period, rng: np.random.Generator) -> None:
    """Mediation, tribunal and week-20 flags, exactly as many as published (in place)."""
    total = figures.total
    received, assessment = cases["received"], cases["assessment"]
    ended_here = (cases["assessment_date"] >= period.first) & (cases["assessment_date"] <= period.last)
    ended_here &= cases["transferred_from"] == ""
    flagged = cases["request_tribunal"] == -1
    cases["request_tribunal"][flagged] = 0
    refused = (assessment == "N") & ended_here
    stopped = ((assessment == "W") & ended_here) | (assessment == "A")
    issued = (assessment == "Y") & ended_here
    asked = total["assessments"]
    flags.place_flags(
        cases,
        "assessment",
        asked["number_assess_mediation"],
        asked["number_assess_tribunal"],
        asked["number_asssess_mediation_tribunal"],
        flags.in_order(rng, refused, flagged, stopped),
    )
    free = np.flatnonzero(flagged & (cases["assessment_mediation"] + cases["assessment_tribunal"] == 0))
    flags.flag_freely(cases, free, rng)
    cases["outcome"][free] = "N"  # refused at first, then overturned
    flags.place_flags(
        cases,
        "other",
        asked["number_other_mediation"],
        asked["number_other_tribunal"],
        asked["number_other_mediation_tribunal"],
        flags.in_order(rng, issued, refused, stopped),
    )
    this_year = (received >= period.first) & (received <= period.last)
    no_assessment = this_year & (assessment == "")
    outcome = cases["outcome"]
    decided = cases["outcome_date"] <= period.last
    asked = total["requests"]
    flags.place_flags(
        cases,
        "request",
        asked["mediation_related_request"],
        asked["tribunal_related_request"],
        asked["tribunal_after_mediation_request"],
        flags.in_order(
            rng,
            no_assessment & (outcome == "N") & decided,
            no_assessment & (outcome == "N") & ~decided,
            no_assessment & (outcome == "Y"),
            no_assessment & np.isin(outcome, ("W", "A")),
            this_year & (refused | stopped),
        ),
    )
    length = cases["assessment_date"] - received
    counted = issued & ~flagged
    bands = {
        "in_20": counted & (received != NONE) & (length <= 140),
        "to_52": counted & (received != NONE) & (length > 140) & (length <= 364),
        "over_52": counted & (received != NONE) & (length > 364),
        "no_dates": counted & (received == NONE),
    }
    for name, rows in bands.items():
        cases["exception"][rng.permutation(np.flatnonzero(rows))[: flows.exceptions[name]]] = 1
    elsewhere = np.flatnonzero(flagged | (refused & (rng.random(len(cases)) < 0.1)))
    cases["exception"][elsewhere[rng.random(len(elsewhere)) < 0.1]] = 1


def _ceasing_after_census(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    rows = np.flatnonzero(
        (cases["caseload"] == 1) & (cases["years"] >= 2) & (rng.random(len(cases)) < CEASING_AFTER_CENSUS)
    )
    cases["cease"][rows] = between(rng, np.full(len(rows), period.census + 1), period.as_of)
    cases["reason"][rows] = rng.choice([1, 3, 4, 5], size=len(rows))


def _second_requests(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Some of the requests made late in the year are of children refused before it ended (in place)."""
    refused = (cases["outcome"] == "N") & (cases["assessment"] == "") & (cases["outcome_date"] != NONE)
    refused &= cases["outcome_date"] < period.last - 120
    again = np.isin(cases["outcome"], ("A", "Y")) & (cases["assessment"] == "") & (cases["received"] > period.last - 90)
    pool, later = rng.permutation(np.flatnonzero(refused)), rng.permutation(np.flatnonzero(again))
    number = min(len(pool), round(SECOND_REQUESTS * (again.sum() + refused.sum())), len(later) // 2)
    cases["same_person"][later[:number]] = pool[:number]
    _share_person(cases, later[:number], pool[:number])


def _share_person(cases: Cases, rows: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> None:
    for column in ("birth", "sex", "ethnicity"):
        cases[column][rows] = cases[column][of]


def _export(cases: Cases, area: str, rng: np.random.Generator) -> None:
    """A few children left before their assessment ended; nothing more is held of them (in place)."""
    under_way = np.isin(cases["outcome"], ("Y", "W")) & (cases["assessment"] == "") & (cases["same_person"] < 0)
    rows = np.flatnonzero(under_way & (rng.random(len(cases)) < 0.012))
    others = _areas()[_areas() != area]
    cases["exported_to"][rows] = others[rng.integers(len(others), size=len(rows))]
    cases["exported_to"][rows[rng.random(len(rows)) < 0.1]] = "XXX"


def nobody_older(cases: Cases, period: Period) -> bool:
    """True when everyone is 25 or younger when the extract is written."""
    return bool((age_on(cases["birth"], np.full(len(cases), period.as_of)) <= 25).all())
