"""Annual reviews: meetings, decisions and outcomes with exactly the published totals, and earlier years' reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.cases import Cases
from sandbox.casework.figures import Figures
from sandbox.casework.fitting import fit, spread_out, whole
from sandbox.casework.review_totals import (
    BEFORE,
    DECIDED_BEFORE,
    DECIDED_IN,
    DECIDED_SINCE,
    EARLY,
    FOUR_WEEKS,
    LATE,
    SINCE,
    SLOW,
    UNDECIDED,
    possible_outcomes,
    review_kinds,
    review_totals,
)

OUTCOMES = ("A", "C", "M", None)


@dataclass
class Reviews:
    """One row a review; `case` is the row of its plan's case."""

    case: Ints
    meeting: Days
    decision: Days
    outcome: npt.NDArray[np.object_]
    latest: npt.NDArray[np.bool_]  # the plan's latest review up to census day


def make_reviews(cases: Cases, figures: Figures, period: Period, notes: list[str], rng: np.random.Generator) -> Reviews:
    """Reviews of the plans in place that started before the year; a note where published columns contradict."""
    plans = np.flatnonzero((cases["caseload"] == 1) & (cases["start"] < period.first))
    totals = possible_outcomes(review_totals(figures, len(plans)), notes)
    meeting_kind = _meetings(cases, plans, figures, totals, rng)
    counts = review_kinds(totals, notes)
    reviewed = np.flatnonzero(meeting_kind >= 0)
    decision_kind = np.full(len(plans), UNDECIDED)
    slow = np.zeros(len(plans), dtype=bool)
    for kind in range(4):
        rows = rng.permutation(reviewed[meeting_kind[reviewed] == kind])
        cells = spread_out(counts[kind].ravel())
        decision_kind[rows], slow[rows] = cells // 2, cells % 2 == SLOW
    rows = reviewed
    meeting, decision = _dates(
        cases["start"][plans[rows]], meeting_kind[rows], decision_kind[rows], slow[rows], period, rng
    )
    outcome = _outcomes(decision != NONE, totals, rng)
    case = plans[rows]
    past = _past_reviews(cases, plans, rows, meeting, period, rng)
    future = _future_reviews(cases, period, rng)
    none = np.full(len(future[0]), None, dtype=object)
    return Reviews(
        case=np.concatenate([case, past[0], future[0]]),
        meeting=np.concatenate([meeting, past[1], future[1]]),
        decision=np.concatenate([decision, past[2], np.full(len(future[0]), NONE)]),
        outcome=np.concatenate([outcome, past[3], none]),
        latest=np.concatenate([np.ones(len(case), bool), np.zeros(len(past[0]) + len(future[0]), bool)]),
    )


def _meetings(cases: Cases, plans: Ints, figures: Figures, totals: dict[str, int], rng: np.random.Generator) -> Ints:
    """The kind of each plan's latest meeting (-1: none), by years in place as published."""
    years = cases["years"][plans]
    rows = np.bincount(years, minlength=13)
    late = totals["review_decision_not_due"] - totals["review_meeting_25"]
    wanted = (
        totals["review_meeting_25"],
        totals["review_meeting_24"],
        totals["review_meeting_prior_24"],
        totals["no_review_meeting"],
    )
    columns = np.array(wanted, dtype=np.int64)
    seed = figures.review_years if figures.review_years is not None else np.ones((13, 4))
    seed = np.where((np.arange(13) <= 1)[:, None], 0.0, seed)
    table = whole(fit(seed + 1e-6, rows.astype(float), columns.astype(float)), rows, columns)
    kind = np.full(len(plans), -1)
    for year in np.flatnonzero(rows):
        inside = rng.permutation(np.flatnonzero(years == year))
        # A meeting before the year needs a plan that was there: the earliest started first.
        inside = inside[np.argsort(cases["start"][plans[inside]], kind="stable")] if year == 2 else inside
        since, in_year, before, _ = table[year]
        kind[inside[:before]] = BEFORE
        rest = rng.permutation(inside[before:])
        kind[rest[:since]] = SINCE
        kind[rest[since : since + in_year]] = EARLY
    kind[rng.permutation(np.flatnonzero(kind == EARLY))[:late]] = LATE
    return kind


def _dates(
    start: Days, kind: Ints, decided: Ints, slow: npt.NDArray[np.bool_], period: Period, rng: np.random.Generator
) -> tuple[Days, Days]:
    """Meeting and decision dates of the given kinds, none before the plan's start."""
    first, last, since = period.first, period.last, period.census - FOUR_WEEKS + 1
    windows = {
        BEFORE: (first - 700, first - 1),
        EARLY: (first, since - 1),
        LATE: (since, last),
        SINCE: (last + 1, period.census),
    }
    low = np.select([kind == k for k in windows], [w[0] for w in windows.values()])
    high = np.select([kind == k for k in windows], [w[1] for w in windows.values()])
    quick = (decided != UNDECIDED) & ~slow
    slow = slow & (decided != UNDECIDED)
    # The decision's own window narrows the meeting's.
    to = np.select(
        [decided == DECIDED_BEFORE, decided == DECIDED_IN, decided == DECIDED_SINCE],
        [first - 1, last, period.as_of],
        period.as_of,
    )
    from_ = np.select(
        [decided == DECIDED_BEFORE, decided == DECIDED_IN, decided == DECIDED_SINCE], [NONE, first, last + 1], NONE
    )
    low = np.where(quick & (from_ != NONE), np.maximum(low, from_ - FOUR_WEEKS), low)
    high = np.where(quick, np.minimum(high, to), high)
    high = np.where(slow, np.minimum(high, to - FOUR_WEEKS - 1), high)
    # A meeting before the year was mostly in the year before it.
    recent = np.where((kind == BEFORE) & (rng.random(len(kind)) < 0.8), np.maximum(low, first - 365), low)
    low = np.minimum(recent, high)
    low = np.minimum(np.maximum(low, start + 1), high)
    meeting = between(rng, low, high)
    shortest = np.where(slow, FOUR_WEEKS + 1, 1)
    longest = np.where(slow, 150, FOUR_WEEKS)
    earliest = np.maximum(meeting + shortest, from_)
    earliest = np.where(quick, np.minimum(earliest, np.minimum(meeting + FOUR_WEEKS, to)), earliest)
    latest = np.minimum(np.maximum(meeting + longest, earliest), to)
    decision = between(rng, earliest, latest)
    return meeting, np.where(decided == UNDECIDED, NONE, decision)


def _outcomes(
    decided: npt.NDArray[np.bool_], totals: dict[str, int], rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Outcomes by published numbers; those without one are reviews without a decision as far as there are any."""
    counts = [totals[name] for name in ("outcome_amend", "outcome_cease", "outcome_maintan", "no_outcome")]
    order = np.concatenate([rng.permutation(np.flatnonzero(~decided)), rng.permutation(np.flatnonzero(decided))])
    out = np.full(len(decided), None, dtype=object)
    with_one = order[counts[3] :]
    kinds = rng.permutation(np.repeat(np.arange(3), counts[:3]))
    out[with_one] = np.array(OUTCOMES[:3], dtype=object)[kinds]
    return out


def _past_reviews(
    cases: Cases, plans: Ints, rows: Ints, meeting: Days, period: Period, rng: np.random.Generator
) -> tuple[Ints, Days, Days, npt.NDArray[np.object_]]:
    """Reviews of the years before the latest one, about yearly, back to 2021 or the plan's first year."""
    case, when = [], []
    for back in (1, 2, 3):
        days = meeting - 365 * back + between(rng, np.full(len(rows), -35), 35)
        keep = (days > cases["start"][plans[rows]] + 150) & (days > period.first - 1100) & (days < meeting - 90)
        keep &= rng.random(len(rows)) < 0.85
        case.append(plans[rows][keep])
        when.append(days[keep])
    # Plans that ceased in the year had reviews too.
    ceased = np.flatnonzero((cases["cease"] != NONE) & (cases["caseload"] == 0) & (cases["start"] < period.first - 300))
    days = cases["cease"][ceased] - between(rng, np.full(len(ceased), 60), 330)
    keep = days > cases["start"][ceased] + 100
    case.append(ceased[keep])
    when.append(days[keep])
    all_cases, all_days = np.concatenate(case), np.concatenate(when)
    decision = all_days + between(rng, np.full(len(all_days), 5), 70)
    draw = rng.random(len(all_days))
    outcome = np.where(draw < 0.6, "A", np.where(draw < 0.985, "M", "C")).astype(object)
    return all_cases, all_days, decision, outcome


def _future_reviews(cases: Cases, period: Period, rng: np.random.Generator) -> tuple[Ints, Days]:
    """Meetings held between census day and the night of the extract: no part of the return."""
    plans = np.flatnonzero((cases["caseload"] == 1) & (cases["start"] < period.first) & (cases["cease"] == NONE))
    plans = plans[rng.random(len(plans)) < 0.03]
    return plans, between(rng, np.full(len(plans), period.census + 1), period.as_of)
