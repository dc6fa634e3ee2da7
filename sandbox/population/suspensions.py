"""Suspensions and permanent exclusions of the pupils on roll, at the yearly rates published by SEN provision.

Few children have most of them: chances rise steeply from year 7 to year 10, are higher for boys and much higher for
children with SEMH, and differ widely between children alike. The school census returns the events one or two terms
late, the MIS has those of this school year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children
from sandbox.population.rates import EXCLUSIONS_PER_100, SEMH_SUSPENSION_FACTOR, SUSPENSIONS_PER_100
from sandbox.population.streams import Days, Floats, Ints, Streams, Words, choose

SCHOOL_DAYS_A_YEAR = 190
# Terms: first day, last day, half term (first, last); summer 2024 and later.
TERMS = (
    ("2024-04-15", "2024-07-19", "2024-05-27", "2024-05-31"),
    ("2024-09-04", "2024-12-20", "2024-10-28", "2024-11-01"),
    ("2025-01-06", "2025-01-31", "2025-01-31", "2025-01-30"),
)
AUTUMN_TERM = np.datetime64("2024-09-01")
SPRING_TERM = np.datetime64("2025-01-01")

_BY_AGE = np.array([0.02] * 5 + [0.1, 0.15, 0.2, 0.25, 0.3, 0.45] + [1.6, 2.6, 3.4, 3.6, 2.6] + [0.3] * 12)
_GIRLS = 0.55
_SPREAD = 0.18  # shape of the gamma by which children alike differ
_REASONS = {
    "DB": 0.42, "VA": 0.15, "PP": 0.15, "VP": 0.05, "PA": 0.07, "DA": 0.04, "OW": 0.025, "DM": 0.025, "BU": 0.01,
    "RA": 0.012, "LG": 0.006, "DS": 0.003, "SM": 0.008, "TH": 0.008, "MT": 0.012, "PH": 0.001,
}  # fmt: skip
_LENGTHS = {2: 0.55, 4: 0.20, 6: 0.13, 1: 0.05, 8: 0.03, 10: 0.03, 20: 0.01}  # sessions


@dataclass(frozen=True)
class Suspensions:
    """One row an event."""

    child: Ints
    start: Days
    sessions: Ints
    category: Words  # SUSP, PERM or LNCH
    reason: Words
    second_reason: Words

    def __len__(self) -> int:
        return len(self.child)

    def between(self, first: np.datetime64, after: np.datetime64) -> np.ndarray:
        """Rows that start from `first` up to, not on, `after`."""
        return np.flatnonzero((self.start >= first) & (self.start < after))


def school_days() -> Days:
    """The school days of TERMS."""
    days = np.arange(np.datetime64(TERMS[0][0]), np.datetime64(TERMS[-1][1]) + 1)
    open_days = np.zeros(len(days), dtype=bool)
    for first, last, half_first, half_last in TERMS:
        inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        half = (days >= np.datetime64(half_first)) & (days <= np.datetime64(half_last))
        open_days |= inside & ~half
    return days[open_days & np.is_busday(days)]


def make_suspensions(children: Children, streams: Streams) -> Suspensions:
    """The events of every pupil on roll from April 2024 to the end of January 2025, by child and date."""
    rng = streams.of("suspensions")
    pupils = np.flatnonzero(children.on_roll)
    days = school_days()
    part_of_year = len(days) / SCHOOL_DAYS_A_YEAR
    chance = _chances(children, pupils, SUSPENSIONS_PER_100) * rng.gamma(_SPREAD, 1 / _SPREAD, len(pupils))
    child = np.repeat(pupils, rng.poisson(chance * part_of_year))
    forever = pupils[rng.random(len(pupils)) < _chances(children, pupils, EXCLUSIONS_PER_100) * part_of_year]
    category = np.concatenate([choose(rng, len(child), {"SUSP": 0.995, "LNCH": 0.005}), np.full(len(forever), "PERM")])
    child = np.concatenate([child, forever])
    start = days[rng.integers(0, len(days), len(child))]
    sessions = choose(rng, len(child), {str(k): v for k, v in _LENGTHS.items()}).astype(np.int64)
    sessions[category == "LNCH"] = 1
    sessions[category == "PERM"] = 0
    reason, second = choose(rng, len(child), _REASONS), choose(rng, len(child), _REASONS)
    second[(rng.random(len(child)) < 0.8) | (second == reason)] = None
    # one event a child and day
    order = np.lexsort((start, child))
    first = np.r_[True, (np.diff(child[order]) != 0) | (np.diff(start[order]).astype(int) != 0)][: len(order)]
    keep = order[first]
    return Suspensions(*(c[keep] for c in (child, start, sessions, category.astype(object), reason, second)))


def _chances(children: Children, pupils: Ints, per_100: dict[str, float]) -> Floats:
    """A year's expected events for each pupil; each SEN group's mean is its rate."""
    weight = _BY_AGE[np.clip(children.age[pupils], 0, len(_BY_AGE) - 1)]
    weight = weight * np.where(children.girl[pupils], _GIRLS, 1.0)
    weight = weight * np.where(children.need[pupils] == "SEMH", SEMH_SUSPENSION_FACTOR, 1.0)
    out = np.zeros(len(pupils))
    for provision, rate in per_100.items():
        group = children.sen[pupils] == provision
        if group.any():
            out[group] = weight[group] / weight[group].mean() * rate / 100
    return out
