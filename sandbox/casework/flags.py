"""Mediation and tribunal flags, 20-week exceptions, exports."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from area.errors import FiguresUnmetError
from sandbox.casework.calendar import NONE, Period
from sandbox.casework.cases import Cases
from sandbox.casework.figures import Figures
from sandbox.casework.flows import Flows

Mask = npt.NDArray[np.bool_]


def place_flags(
    cases: Cases, about: str, mediation: int, tribunal: int, both: int, order: npt.NDArray[np.int64]
) -> None:
    """Flag the first rows of `order`: as many with mediation, tribunal and both as given (in place).

    `about`: 'request', 'assessment' or 'other'. Raises FiguresUnmetError when there are too few rows.
    """
    kinds = np.repeat([2, 0, 1], [both, mediation - both, tribunal - both])
    if len(kinds) > len(order):
        raise FiguresUnmetError(
            f"{len(kinds)} mediations and appeals about {about}, but only {len(order)} cases for them"
        )
    rows = order[: len(kinds)]
    cases[f"{about}_mediation"][rows] = kinds != 1
    cases[f"{about}_tribunal"][rows] = kinds != 0


def flag_freely(cases: Cases, rows: npt.NDArray[np.int64], rng: np.random.Generator) -> None:
    """Request flags for cases no published cell counts: appealed against a refusal before the year (in place)."""
    draw = rng.random(len(rows))
    cases["request_mediation"][rows] = draw < 0.7
    cases["request_tribunal"][rows] = (draw > 0.55) | (draw < 0.05)


def in_order(rng: np.random.Generator, *groups: Mask) -> npt.NDArray[np.int64]:
    """Row positions group by group, each in random order."""
    return np.concatenate([rng.permutation(np.flatnonzero(group)) for group in groups])


def flag_cases(cases: Cases, figures: Figures, flows: Flows, period: Period, rng: np.random.Generator) -> None:
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
    place_flags(
        cases,
        "assessment",
        asked["number_assess_mediation"],
        asked["number_assess_tribunal"],
        asked["number_asssess_mediation_tribunal"],
        in_order(rng, refused, flagged, stopped),
    )
    free = np.flatnonzero(flagged & (cases["assessment_mediation"] + cases["assessment_tribunal"] == 0))
    flag_freely(cases, free, rng)
    cases["outcome"][free] = "N"  # refused at first, then overturned
    place_flags(
        cases,
        "other",
        asked["number_other_mediation"],
        asked["number_other_tribunal"],
        asked["number_other_mediation_tribunal"],
        in_order(rng, issued, refused, stopped),
    )
    this_year = (received >= period.first) & (received <= period.last)
    no_assessment = this_year & (assessment == "")
    outcome = cases["outcome"]
    decided = cases["outcome_date"] <= period.last
    asked = total["requests"]
    place_flags(
        cases,
        "request",
        asked["mediation_related_request"],
        asked["tribunal_related_request"],
        asked["tribunal_after_mediation_request"],
        in_order(
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
