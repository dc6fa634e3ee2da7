"""Attendance: sessions possible and missed, a pupil and month, at the absence published for each SEN provision.

One figure a pupil for the whole autumn term is drawn from the group's distribution and then dealt over the months, so
that the group's overall absence and its share of persistent absentees are as published whatever the area's size. The
month of the sandbox's night is left out: schools' systems have not closed it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children
from sandbox.population.rates import ABSENCE, SEMH_ABSENCE_PULL, UNAUTHORISED_SHARE
from sandbox.population.streams import Floats, Ints, Mask, Streams

# School months of the autumn term 2024 and the half-day sessions of each.
MONTHS: tuple[tuple[str, str, int], ...] = (
    ("2024-09-01", "2024-09-30", 38),
    ("2024-10-01", "2024-10-31", 38),
    ("2024-11-01", "2024-11-30", 40),
    ("2024-12-01", "2024-12-31", 30),
)
_JOINED_LATE = 0.02  # of pupils came on roll after September
_LATE_SHARE = 0.02  # of attended sessions, late before the register closed


@dataclass(frozen=True)
class Attendance:
    """One row a pupil and month, pupils in their order, months within."""

    child: Ints
    month: Ints  # row of MONTHS
    possible: Ints
    attended: Ints
    late: Ints
    authorised: Ints
    unauthorised: Ints


def make_attendance(children: Children, pupils: Ints, streams: Streams) -> tuple[Attendance, Ints]:
    """The months of `pupils` (rows of children on roll), and the month (row of MONTHS) in which each came on roll."""
    rng = streams.of("attendance")
    sen, semh = children.sen[pupils], children.need[pupils] == "SEMH"
    joined = np.where(rng.random(len(pupils)) < _JOINED_LATE, rng.integers(1, len(MONTHS), len(pupils)), 0)
    sessions = np.array([m[2] for m in MONTHS], dtype=np.int64)
    left = np.array([sessions[j:].sum() for j in range(len(MONTHS))], dtype=np.int64)[joined]
    missed = np.rint(_absence(sen, semh, rng) * left).astype(np.int64)
    unauthorised_share = np.array([UNAUTHORISED_SHARE[s] for s in sen]) if len(sen) else np.array([])
    columns: list[list[Ints]] = []
    remaining, absent_left = left.copy(), missed.copy()
    for month, (_, _, length) in enumerate(MONTHS):
        there = joined <= month
        possible = np.where(there, length, 0)
        absent = rng.hypergeometric(absent_left, remaining - absent_left, possible)
        remaining, absent_left = remaining - possible, absent_left - absent
        unauthorised = rng.binomial(absent, unauthorised_share)
        late = rng.binomial(possible - absent, _LATE_SHARE)
        keep = np.flatnonzero(there)
        row = [
            pupils,
            np.full(len(pupils), month),
            possible,
            possible - absent,
            late,
            absent - unauthorised,
            unauthorised,
        ]
        columns.append([c[keep] for c in row])
    child, month_of, possible, attended, late, authorised, unauthorised = (
        np.concatenate([c[i] for c in columns]) for i in range(7)
    )
    order = np.lexsort((month_of, child))
    return (
        Attendance(
            *(c[order] for c in (child, month_of, possible, attended, late, authorised, unauthorised)),
        ),
        joined,
    )


def _absence(sen: np.ndarray, semh: Mask, rng: np.random.Generator) -> Floats:
    """Each pupil's share of sessions missed: the group's distribution, its high end rather to those with SEMH."""
    out = np.zeros(len(sen))
    for provision in ABSENCE:
        group = np.flatnonzero(sen == provision)
        values = np.sort(_distribution(provision, len(group)))
        inclined = rng.standard_normal(len(group)) + SEMH_ABSENCE_PULL * semh[group]
        out[group[np.argsort(inclined, kind="stable")]] = values
    return out


def _distribution(provision: str, count: int) -> Floats:
    """`count` shares, spread evenly over the group's distribution.

    The two published figures (mean, share of 10 % or more) fix two parameters: a beta fits pupils without SEN, whose
    absences are many and small; a lognormal those with SEN, whose few are very large.
    """
    steps = (np.arange(count) + 0.5) / max(count, 1)
    if provision == "N":
        grid = np.sort(np.random.default_rng(20250131).beta(1.397, 21.51, 200_000))
        values: Floats = grid[(steps * len(grid)).astype(np.int64)]
        return values
    mean, sigma = ABSENCE[provision][0], {"K": 1.108, "E": 1.162}[provision]
    grid = np.sort(np.random.default_rng(20250131).standard_normal(200_000))
    normal = grid[(steps * len(grid)).astype(np.int64)]
    capped: Floats = np.minimum(np.exp(np.log(mean * 1.02) - sigma**2 / 2 + sigma * normal), 0.98)
    return capped
