"""Put the cases of an area together: every group of requests, with plans, dates, persons and flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from area.errors import FiguresUnmetError
from sandbox.casework import categories as cat
from sandbox.casework import completed as done
from sandbox.casework import requests
from sandbox.casework.calendar import NONE, Period, between
from sandbox.casework.caseload import Caseload, build_caseload
from sandbox.casework.cases import Cases
from sandbox.casework.ceased import build_ceased
from sandbox.casework.figures import Figures
from sandbox.casework.flags import flag_cases
from sandbox.casework.flows import Flows, plan_flows, split_new_plans
from sandbox.casework.people import born_before_asking, fit_ages_to_places, second_requests
from sandbox.casework.plans import areas, new_and_moved_in, older_plans, started_before, starting_in_january

Mask = npt.NDArray[np.bool_]

CEASING_AFTER_CENSUS = 0.0015  # of plans in place, those that cease between census day and the night of the extract


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
        new_and_moved_in(figures, caseload, in_place, flows, new_plans, ceased, issued, period, rng),
        starting_in_january(caseload, issued, january, period, rng),
        older_plans(figures.area, caseload, period, rng),
        started_before(ceased.cases.take(~ceased.new), rng),
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
    born_before_asking(cases, period, rng)
    fit_ages_to_places(cases, period, rng)
    flag_cases(cases, figures, flows, period, rng)
    _ceasing_after_census(cases, period, rng)
    cases = cases.take(rng.permutation(len(cases)))
    second_requests(cases, period, rng)
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
        raise FiguresUnmetError(f"{int(counted.sum())} decisions in the year for {flows.within_six + flows.over_six}")
    requests.decide(cases, counted, flows, period, rng)


def _ceasing_after_census(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    rows = np.flatnonzero(
        (cases["caseload"] == 1) & (cases["years"] >= 2) & (rng.random(len(cases)) < CEASING_AFTER_CENSUS)
    )
    cases["cease"][rows] = between(rng, np.full(len(rows), period.census + 1), period.as_of)
    cases["reason"][rows] = rng.choice([1, 3, 4, 5], size=len(rows))


def _export(cases: Cases, area: str, rng: np.random.Generator) -> None:
    """A few children left before their assessment ended; nothing more is held of them (in place)."""
    under_way = np.isin(cases["outcome"], ("Y", "W")) & (cases["assessment"] == "") & (cases["same_person"] < 0)
    rows = np.flatnonzero(under_way & (rng.random(len(cases)) < 0.012))
    others = areas()[areas() != area]
    cases["exported_to"][rows] = others[rng.integers(len(others), size=len(rows))]
    cases["exported_to"][rows[rng.random(len(rows)) < 0.1]] = "XXX"
