"""How many reviews there are of each kind: the published totals brought into one table."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]

from area.errors import FiguresUnmetError
from sandbox.casework.calendar import Ints
from sandbox.casework.figures import Figures
from sandbox.casework.fitting import share

# When the latest meeting was: before the year; in it and due for a decision by census day; in its last days; since.
BEFORE, EARLY, LATE, SINCE = range(4)
# When the decision was: before the year, in it, since, not yet.
DECIDED_BEFORE, DECIDED_IN, DECIDED_SINCE, UNDECIDED = range(4)
QUICK, SLOW = 0, 1  # within four weeks of the meeting, or later
FOUR_WEEKS = 28

_X = 10_000.0  # cannot be
# Cost of a review of each kind: [meeting, decision, quick or slow].
_COST = np.array(
    [
        [[0, 0], [6, 1], [_X, 3], [2, _X]],
        [[_X, _X], [0, 0], [3, 1], [1, _X]],
        [[_X, _X], [1, _X], [0, 2], [0, _X]],
        [[_X, _X], [_X, _X], [0, 8], [0, _X]],
    ],
    dtype=float,
)


def review_totals(figures: Figures, expected: int) -> dict[str, int]:
    """The published totals; where they are withheld, England's of 2024 shared out over this area's plans."""
    total = figures.total["annual_reviews"]
    if "review_expected" in total:
        return total
    names = ("review_meeting_25", "review_meeting_24", "review_meeting_prior_24", "no_review_meeting")
    parts = share(expected, np.array([9208.0, 318_369.0, 126_184.0, 70_893.0]))
    out = dict(zip(names, (int(part) for part in parts), strict=True))
    meetings = expected - out["no_review_meeting"]
    out["review_decision_not_due"] = out["review_meeting_25"] + round(0.0145 * meetings)
    decided = share(meetings, np.array([26_072.0, 254_836.0, 67_848.0, 105_005.0]))
    out |= dict(
        zip(("review_decision25", "review_decision24", "review_decision_prior24"), map(int, decided), strict=False)
    )
    outcomes = share(meetings, np.array([219_538.0, 4087.0, 135_264.0, 94_872.0]))
    out |= dict(
        zip(("outcome_amend", "outcome_cease", "outcome_maintan", "no_outcome"), map(int, outcomes), strict=True)
    )
    all_decided = int(decided[:3].sum())
    out["number_decsion_4weeks"] = round(0.444 * all_decided)
    out["number_decision_gt_4weeks"] = all_decided - out["number_decsion_4weeks"]
    return out


def possible_outcomes(totals: dict[str, int], notes: list[str]) -> dict[str, int]:
    """Outcomes no more than meetings: what is published beyond them comes off the most frequent outcome."""
    beyond = -min(0, totals["no_outcome"])
    if not beyond:
        return totals
    most = max(("outcome_amend", "outcome_cease", "outcome_maintan"), key=lambda name: totals[name])
    notes.append(f"annual_reviews: {beyond} more outcomes than meetings: followed the meetings, {beyond} fewer {most}")
    return totals | {"no_outcome": 0, most: totals[most] - beyond}


def review_kinds(totals: dict[str, int], notes: list[str]) -> Ints:
    """Whole numbers [meeting, decision, quick or slow] with the published sums; the cheapest by `_COST`."""
    late = totals["review_decision_not_due"] - totals["review_meeting_25"]
    meetings = (
        totals["review_meeting_prior_24"],
        totals["review_meeting_24"] - late,
        late,
        totals["review_meeting_25"],
    )
    decisions = (totals["review_decision_prior24"], totals["review_decision24"], totals["review_decision25"])
    quick, slow = totals["number_decsion_4weeks"], totals["number_decision_gt_4weeks"]
    decided = sum(decisions)
    if quick + slow != decided:
        notes.append(
            f"annual_reviews: {quick} decisions within four weeks and {slow} later, but {decided} decisions by year: "
            f"followed the decisions by year and those within four weeks"
        )
        slow = decided - quick
    cells = np.arange(32).reshape(4, 4, 2)
    rules, values = [], []

    def total(which: Ints, value: int) -> None:
        rule = np.zeros(32)
        rule[which.ravel()] = 1
        rules.append(rule)
        values.append(value)

    for kind in range(4):
        total(cells[kind], meetings[kind])
    for kind in range(3):
        total(cells[:, kind], decisions[kind])
    total(cells[:, :UNDECIDED, QUICK], quick)
    found = milp(
        _COST.ravel(),
        constraints=LinearConstraint(np.array(rules), values, values),
        integrality=np.ones(32),
        bounds=Bounds(0, np.inf),
    )
    if found.x is None:
        raise FiguresUnmetError("the review totals contradict one another")
    out: Ints = np.rint(found.x).astype(np.int64).reshape(4, 4, 2)
    impossible = int(out[_COST >= _X].sum())
    if impossible:
        raise FiguresUnmetError(f"the review totals ask for {impossible} reviews that cannot be")
    return out
