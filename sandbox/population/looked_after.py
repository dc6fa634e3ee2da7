"""Looked-after children's spells and episodes, and short breaks, as the 903 has them (year from 1 April 2024)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children
from sandbox.population.known import Known
from sandbox.population.streams import Days, Ints, Mask, Streams, Words, choose

YEAR_START = np.datetime64("2024-04-01")
_CEASED_IN_YEAR = 0.18  # of children looked after at some time in the year
_SHORT_BREAKS = 0.04  # of children in need with a plan: a series of short breaks (V4)
_NEEDS = {"N1": 0.62, "N2": 0.03, "N3": 0.03, "N4": 0.08, "N5": 0.14, "N6": 0.02, "N8": 0.08}
_NEEDS_WITH_PLAN = {"N1": 0.52, "N2": 0.14, "N3": 0.03, "N4": 0.08, "N5": 0.15, "N6": 0.02, "N8": 0.06}
_STATUS = {"C2": 0.52, "C1": 0.20, "V2": 0.21, "E1": 0.05, "J2": 0.01, "L1": 0.01}
_PLACES = {"U6": 0.42, "U4": 0.10, "U1": 0.12, "U3": 0.04, "K2": 0.14, "P1": 0.08, "A3": 0.03, "R1": 0.02, "T0": 0.01}
_PLACES_16 = {"K3": 0.28, "U6": 0.30, "K2": 0.18, "U1": 0.08, "P3": 0.10, "Z1": 0.03, "P1": 0.03}
_PLACES_WITH_PLAN = {"U6": 0.36, "U4": 0.08, "U1": 0.10, "K2": 0.28, "S1": 0.06, "P1": 0.06, "R1": 0.04, "R2": 0.02}
_NEW_EPISODE = {"P": 0.58, "L": 0.30, "B": 0.07, "T": 0.04, "U": 0.01}
_CEASED = {
    "E4A": 0.34,
    "E4B": 0.05,
    "E12": 0.10,
    "E45": 0.09,
    "E46": 0.05,
    "E48": 0.06,
    "E5": 0.14,
    "E8": 0.14,
    "E13": 0.03,
}
_CHANGE = {"CARPL": 0.35, "CREQB": 0.20, "PLACE": 0.25, "STAND": 0.03, "CHILD": 0.07, "LAREQ": 0.05, "OTHER": 0.05}
_PROVIDERS = {"PR1": 0.55, "PR4": 0.42, "PR3": 0.02, "PR2": 0.01}
_REGISTERED = ("K2", "K3", "S1", "R1", "R2")  # placements that have a registration number


@dataclass(frozen=True)
class Episodes:
    """One row an episode of care, by child and start."""

    child: Ints
    start: Days
    end: Days
    reason_new: Words
    legal_status: Words
    need: Words
    place: Words
    provider: Words
    reason_ceased: Words
    reason_change: Words
    registration: Words
    placed_at: Ints  # another child's row, whose postcode is the placement's

    def __len__(self) -> int:
        return len(self.child)


def make_episodes(children: Children, known: Known, as_of: dt.date, streams: Streams) -> tuple[Episodes, Mask]:
    """The episodes that touch the year, and the children who have one (looked after, or short breaks)."""
    rng = streams.of("looked after")
    night = np.datetime64(as_of)
    looked_after = np.flatnonzero(known.looked_after)
    breaks = np.flatnonzero(known.in_need & ~known.looked_after & (children.sen == "E"))
    breaks = breaks[rng.random(len(breaks)) < _SHORT_BREAKS]
    spells = np.concatenate([looked_after, breaks])
    is_break = np.arange(len(spells)) >= len(looked_after)
    end = np.where(
        rng.random(len(spells)) < _CEASED_IN_YEAR,
        YEAR_START + rng.integers(5, int((night - YEAR_START).astype(int)), len(spells)),
        np.datetime64("NaT"),
    )
    last = np.where(np.isnat(end), night, end)
    long = np.minimum(
        rng.exponential(800, len(spells)).astype(np.int64) + 8, (last - children.birth[spells]).astype(int)
    )
    begin = last - np.maximum(long, 1).astype("timedelta64[D]")
    more = np.where(is_break, 0, np.minimum(rng.poisson(np.clip(long / 500, 0.3, 2.5)), 5))
    # start days: the first of the spell, then changes at any day within it
    row = np.concatenate([np.arange(len(spells)), np.repeat(np.arange(len(spells)), more)])
    first = np.arange(len(row)) < len(spells)
    offset = np.where(first, 0, np.floor(rng.random(len(row)) * long[row])).astype("timedelta64[D]")
    start = begin[row] + offset
    order = np.lexsort((~first, start, spells[row]))
    row, start = row[order], start[order]
    keep = np.r_[True, (np.diff(row) != 0) | (np.diff(start).astype(int) != 0)][: len(row)]
    row, start = row[keep], start[keep]
    follows = np.r_[row[:-1] == row[1:], False][: len(row)]
    stop = np.where(follows, np.r_[start[1:], np.datetime64("NaT")][: len(row)], end[row])
    episodes = _describe(children, spells, is_break, row, start, stop, follows, rng)
    in_year = np.flatnonzero(np.isnat(stop) | (stop >= YEAR_START))
    taken = Episodes(*(getattr(episodes, f)[in_year] for f in Episodes.__dataclass_fields__))
    return taken, np.isin(np.arange(len(children)), taken.child)


def _describe(
    children: Children,
    spells: Ints,
    is_break: Mask,
    row: Ints,
    start: Days,
    stop: Days,
    follows: Mask,
    rng: np.random.Generator,
) -> Episodes:
    count, child = len(row), spells[row]
    opens = np.r_[True, row[1:] != row[:-1]][:count]
    with_plan, older, short = children.sen[child] == "E", children.age[child] >= 16, is_break[row]
    need = np.where(
        children.sen[spells] == "E", choose(rng, len(spells), _NEEDS_WITH_PLAN), choose(rng, len(spells), _NEEDS)
    )
    need[is_break] = "N2"
    place = np.where(with_plan, choose(rng, count, _PLACES_WITH_PLAN), choose(rng, count, _PLACES))
    place = np.where(older, choose(rng, count, _PLACES_16), place)
    place[short] = "U1"
    provider = choose(rng, count, _PROVIDERS)
    provider[np.isin(place, ["P1", "P3"])] = "PR0"
    provider[np.isin(place, ["T0", "Z1"])] = None
    registration = rng.integers(1_000_000, 2_000_000, count).astype(str).astype(object)
    registration[~np.isin(place, _REGISTERED)] = None
    ceased = np.where(follows, "X1", choose(rng, count, _CEASED)).astype(object)
    ceased[np.isnat(stop)] = None
    status = choose(rng, count, _STATUS)
    status[short] = "V4"
    reason_new = np.where(opens, "S", choose(rng, count, _NEW_EPISODE)).astype(object)
    change = choose(rng, count, _CHANGE)
    change[~(follows & np.r_[np.isin(reason_new[1:], ["P", "B", "T", "U"]), False][:count])] = None
    return Episodes(
        child, start, stop, reason_new, status, need[row], place, provider, ceased, change, registration,
        placed_at=rng.integers(0, max(len(children), 1), count),
    )  # fmt: skip
