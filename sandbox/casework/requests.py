"""The requests that have no plan (yet), the dates of every request's decision, and the ages of those who asked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework import completed as done
from sandbox.casework.births import births_at
from sandbox.casework.calendar import NONE, Days, Ints, Period, age_on, between
from sandbox.casework.cases import Cases
from sandbox.casework.figures import Figures
from sandbox.casework.fitting import share, spread_out
from sandbox.casework.flows import Flows

OUTCOMES = ("Y", "N", "A", "W")


def assessed(issued: done.Completed) -> Cases:
    """Requests whose completed assessment led to no plan."""
    outcome = np.array(["Y", "Y", "Y", "Y", "Y", "N", "N", "N", "A", "W"], dtype=object)
    no_outcome = issued.kind == done.NOT_MADE
    return Cases(
        len(issued),
        received=issued.received,
        outcome="Y",
        assessment=outcome[issued.kind],
        assessment_date=np.where(no_outcome, NONE, issued.ended),
    )


def without_assessment(
    flows: Flows, yes_left: int, no_left: int, carried_yes: int, period: Period, rng: np.random.Generator
) -> Cases:
    """Requests without a completed assessment: under way, refused, undecided, withdrawn, decided in January, undated.

    `yes_left`: received in the year, agreed to in it, assessment under way; `no_left`: refused in it; `carried_yes`:
    carried over the year's end and still under way. Six-week flags are settled later.
    """

    def group(rows: int, outcome: str, low: int, high: int, **columns: object) -> Cases:
        return Cases(rows, outcome=outcome, received=between(rng, np.full(rows, low), high), **columns)

    first, last = period.first, period.last
    late = Cases.join(
        [
            group(flows.later_yes, "Y", last - 55, last - 2),
            group(flows.later_no, "N", last - 55, last - 2),
        ]
    )
    late["outcome_date"] = between(rng, np.maximum(last + 1, late["received"] + 10), period.as_of)
    undecided = Cases(flows.undecided, outcome="A")
    undecided["received"] = last - np.floor(rng.exponential(28, flows.undecided)).clip(0, 300).astype(np.int64)
    withdrawn = group(flows.withdrawn, "W", first, last - 5)
    withdrawn["outcome_date"] = np.minimum(withdrawn["received"] + between(rng, np.full(len(withdrawn), 3), 80), last)
    undated = Cases(flows.undated, outcome="N", outcome_date=between(rng, np.full(flows.undated, first), last))
    return Cases.join(
        [
            group(yes_left, "Y", NONE, NONE),
            group(no_left, "N", NONE, NONE),
            group(carried_yes, "Y", first - 42, first - 1),
            group(flows.carried_no, "N", first - 42, first - 1),
            late,
            undecided,
            withdrawn,
            undated,
        ]
    )


def decide(
    cases: Cases, counted: npt.NDArray[np.bool_], flows: Flows, period: Period, rng: np.random.Generator
) -> None:
    """Settle the decisions of the `counted` requests (decided in the year, with a received date): exactly
    `flows.over_six` later than six weeks. Received dates still open are set to fit. Changes `cases` in place."""
    rows = np.flatnonzero(counted)
    over = np.zeros(len(rows), dtype=bool)
    # Cases still without a received date can be anything; a long assessment more often had a late decision.
    ended = cases["assessment_date"][rows]
    length = np.where(ended == NONE, 999, ended - cases["received"][rows])
    can = (length >= 75) & ~(
        (ended == NONE) & (cases["received"][rows] != NONE) & (cases["received"][rows] > period.last - 60)
    )
    pull = np.where(can, 1.0 + (length > 140) + (length > 250), 1e-6) * rng.random(len(rows))
    over[np.argsort(-pull, kind="stable")[: flows.over_six]] = True
    received = cases["received"][rows]
    open_ = received == NONE
    latest = np.where(over, period.last - 50, period.last - 22)
    bias = np.where(cases["outcome"][rows] == "Y", 0.55, 1.0)  # those under way came in later in the year
    drawn = period.first + np.floor((latest - period.first + 1) * rng.random(len(rows)) ** bias).astype(np.int64)
    received = np.where(open_, drawn, received)
    ceiling = np.where(ended == NONE, period.last, np.minimum(ended, period.last))
    quick = between(rng, np.maximum(received + 18, period.first), np.minimum(received + 42, ceiling))
    slow = between(rng, np.maximum(received + 43, period.first), np.minimum(received + 43 + 70, ceiling))
    slow = np.maximum(slow, received + 43)
    quick = np.clip(quick, np.maximum(received, period.first), received + 42)
    cases["received"][rows] = received
    cases["outcome_date"][rows] = np.where(over, slow, quick)
    cases["six_weeks"][rows] = ~over


def decide_before(cases: Cases, rows: npt.NDArray[np.bool_], period: Period, rng: np.random.Generator) -> None:
    """Decision dates before the year for old requests (in place); undated ones get one as well."""
    received = cases["received"][rows]
    usual = received + between(rng, np.full(len(received), 20), 44)
    unknown = received == NONE
    guess = between(rng, np.full(len(received), period.first - 200), period.first - 20)
    cases["outcome_date"][rows] = np.where(unknown, guess, np.minimum(usual, period.first - 1))


def people(cases: Cases, figures: Figures, period: Period, rng: np.random.Generator) -> None:
    """Birth date, sex and ethnicity of everyone who has none yet, so that the requests of the year come as near to the
    published breakdowns as the plans' holders allow (in place)."""
    this_year = (cases["received"] >= period.first) & (cases["received"] <= period.last)
    open_ = cases["birth"] == NONE
    tables = (figures.request_age, figures.request_sex, figures.request_ethnicity)
    for number, outcome in enumerate(OUTCOMES):
        same = cases["outcome"] == outcome
        known = np.flatnonzero(same & this_year & ~open_)
        taken = (
            _position(age_on(cases["birth"][known], cases["received"][known])),
            cases["sex"][known],
            cases["ethnicity"][known],
        )
        rows = rng.permutation(np.flatnonzero(same & open_))
        inside = this_year[rows]
        rows = np.concatenate([rows[inside], rows[~inside]])
        drawn: list[Ints] = []
        for table, has in zip(tables, taken, strict=True):
            counts = np.bincount(has, minlength=len(table))
            left = np.maximum(table[:, number] - counts, 0.0)
            everyone = table.sum(axis=1) + 1e-3
            asked = int(inside.sum())
            first = rng.permutation(spread_out(share(asked, left + 1e-6 * everyone)))
            rest = rng.permutation(spread_out(share(len(rows) - asked, everyone)))
            drawn.append(np.concatenate([first, rest]))
        then = np.where(cases["received"][rows] == NONE, period.first, cases["received"][rows])
        cases["birth"][rows] = births_at(drawn[0], then, period, rng)
        cases["sex"][rows], cases["ethnicity"][rows] = drawn[1], drawn[2]


def _position(age: Ints) -> Ints:
    position: Ints = np.clip(age, cat.STARTS[0], cat.STARTS[-1]) - cat.STARTS[0]
    return position


def outside_scope(figures: Figures, period: Period, rng: np.random.Generator) -> Cases:
    """Requests the return does not take: refused the year before, or received since the end of the year."""
    refused = round(0.6 * figures.total["requests"]["requests_decided_not_to_assess"])
    before = Cases(refused, outcome="N", received=between(rng, np.full(refused, period.first - 400), period.first - 60))
    before["outcome_date"] = before["received"] + between(rng, np.full(refused, 20), 50)
    fresh = round(figures.total["requests"]["requests_received_in_year"] / 13)
    since = Cases(fresh, outcome="A", received=between(rng, np.full(fresh, period.last + 1), period.as_of))
    return Cases.join([before, since])


def undated_old(received: Days, rng: np.random.Generator) -> Days:
    """Received dates of old plans as casework systems have them: mostly lost for those brought over from statements."""
    lost = rng.random(len(received)) < np.where(received < 16_700, 0.8, 0.04)  # 16,700: autumn 2015
    return np.where(lost, NONE, received)
