"""Pupils who changed school since the summer: they left one roll of the area before they came on the one they are on.

Most moved house or joined late; the rest were permanently excluded. What happened to a pupil up to the day of leaving
happened at the school they left, which is the one that returns it (as of a pupil no longer on roll).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.population.area import Population
from sandbox.population.attendance import MONTHS
from sandbox.population.streams import Days, Ints
from sandbox.population.suspensions import AUTUMN_TERM, SPRING_TERM

_FROM_THE_AREA = 0.7  # of pupils who joined late; the others came from elsewhere
_SUMMER_ENDS = np.datetime64("2024-07-19")
_AUTUMN_BEGINS = np.datetime64("2024-09-04")


@dataclass(frozen=True)
class Moves:
    """One row a move, at most one a pupil, by child. `school` is a row of Schools: the one that was left."""

    child: Ints
    school: Ints
    left: Days
    entered: Days

    def __len__(self) -> int:
        return len(self.child)

    def left_on(self, count: int) -> Days:
        """For each of `count` children the day they left another school of the area, NaT for those who did not."""
        days: Days = np.full(count, "NaT", dtype="datetime64[D]")
        days[self.child] = self.left
        return days


def make_moves(population: Population) -> Moves:
    """The moves of the pupils on roll; the same whenever it is asked for."""
    rng = population.streams.of("moves")
    children, events = population.children, population.suspensions
    pupils = np.flatnonzero(children.on_roll)
    joined = np.zeros(len(children), dtype=np.int64)
    joined[pupils] = population.joined
    late = pupils[(population.joined > 0) & (rng.random(len(pupils)) < _FROM_THE_AREA)]
    rows = np.flatnonzero((events.category == "PERM") & (events.start < SPRING_TERM))
    excluded, first = np.unique(events.child[rows], return_index=True)
    on = events.start[rows][first]
    late = late[~np.isin(late, excluded)]
    came = np.array([month[0] for month in MONTHS], dtype="datetime64[D]")[joined[late]]
    summer = on < AUTUMN_TERM
    left = np.where(summer, np.minimum(on + 5, _SUMMER_ENDS), on + 5)
    entered = np.where(summer, _AUTUMN_BEGINS, on + 14)
    child = np.concatenate([late, excluded])
    order = np.argsort(child, kind="stable")
    left = np.concatenate([came - rng.integers(3, 12, len(late)).astype("timedelta64[D]"), left])
    entered = np.concatenate([came, entered])
    child, left, entered = child[order], left[order], entered[order]
    left = np.maximum(left, _last_event(population, child, entered))
    school = _schools_left(population, child, rng)
    keep = school >= 0
    return Moves(child[keep], school[keep], left[keep], entered[keep])


def _last_event(population: Population, child: Ints, entered: Days) -> Days:
    """The last day on which something happened to each child before the new school: they cannot have left before it."""
    events = population.suspensions
    came = np.full(len(population.children), "NaT", dtype="datetime64[D]")
    came[child] = entered
    last = np.full(len(population.children), np.datetime64("1900-01-01"))
    before = np.flatnonzero(events.start < came[events.child])
    np.maximum.at(last, events.child[before], events.start[before])
    days: Days = last[child]
    return days


def _schools_left(population: Population, child: Ints, rng: np.random.Generator) -> Ints:
    """A mainstream school for each child's age, not the one they are on; -1 where the area has no other."""
    schools, children = population.schools, population.children
    drawn = rng.random(len(child))
    out = np.full(len(child), -1, dtype=np.int64)
    for age in np.unique(children.age[child]):
        able = np.flatnonzero(schools.mainstream & (schools.low <= age) & (age < schools.high))
        for row in np.flatnonzero(children.age[child] == age):
            others = able[able != children.school[child[row]]]
            if len(others):
                out[row] = others[int(drawn[row] * len(others))]
    return out
