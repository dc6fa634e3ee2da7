"""Who is known to children's social care, and the children of the area who are in no school and no casework.

Looked-after children are all children in need as well, as in the real census. A child below school age or above it who
casework does not know is here only because a service knows it; no such child is known to both care and health, since
no exact key would say so (neither has a UPN, and the care extracts have no NHS number).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children, births_of_age, plain_children
from sandbox.population.ehc import school_age
from sandbox.population.rates import (
    IN_NEED_SEN,
    IN_NEED_SHARE,
    LOOKED_AFTER_SEN,
    LOOKED_AFTER_SHARE,
    PATHWAYS,
    POST_16_SHARE,
    UNDER_5_SHARE,
)
from sandbox.population.streams import Floats, Ints, Mask, Streams, days_between, weighted_sample

_STATE_SCHOOL_SHARE = 0.93  # of children 4-15
_CASEWORK_UNDER_5 = 0.12  # of under-fives known to care, casework knows too
_CASEWORK_POST_16 = 0.35  # of those of 16 and 17
_CASEWORK_OFF_ROLL = 0.05  # of school age, with a plan, and in no census school


@dataclass(frozen=True)
class Known:
    """Which children a service knows (one value a child)."""

    in_need: Mask
    looked_after: Mask
    health_only: Mask  # under five, in no other system


def children_0_17(children: Children) -> int:
    """How many children of 0-17 the area has, from its school rolls (or from its casework, where it has no school)."""
    of_school_age = int((children.on_roll & (children.age >= 4) & (children.age <= 15)).sum())
    return max(round(of_school_age / _STATE_SCHOOL_SHARE / 12 * 18), 10 * int((children.ehc >= 0).sum()) // 2)


def add_unschooled(children: Children, census_date: dt.date, streams: Streams) -> tuple[Children, Known]:
    """`children` and those only a service knows, and who is known to which."""
    rng = streams.of("known to services")
    total = children_0_17(children)
    targets = {"in_need": round(IN_NEED_SHARE * total), "looked_after": round(LOOKED_AFTER_SHARE * total)}
    shares = {"in_need": IN_NEED_SEN, "looked_after": LOOKED_AFTER_SEN}
    chosen: dict[str, Ints] = {}
    missing: dict[str, tuple[int, int]] = {}
    for service in ("looked_after", "in_need"):
        already = chosen.get("looked_after", np.array([], dtype=np.int64))
        own, missing[service] = _choose(children, service, targets[service], shares[service], already, rng)
        chosen[service] = np.union1d(own, already)
    # looked-after children are in need too: the extras of the one are the first of the extras of the other
    young = max(missing["in_need"][0], missing["looked_after"][0])
    old = max(missing["in_need"][1], missing["looked_after"][1])
    healthy = round(sum(p.others for p in PATHWAYS.values()) * total * 5 / 18)
    under_5 = _under_5(young + healthy, census_date, rng)
    age = np.concatenate([_age_of(under_5, census_date), rng.integers(16, 18, old)])
    births = np.concatenate([under_5, births_of_age(age[len(under_5) :], census_date, rng)])
    extra = plain_children(births, age, np.full(len(age), -1, dtype=np.int64), children, rng)
    first = len(children)
    everybody = children.joined(extra)
    masks = {}
    for service in ("in_need", "looked_after"):
        mask = np.zeros(len(everybody), dtype=bool)
        mask[chosen[service]] = True
        mask[first : first + missing[service][0]] = True
        mask[first + len(under_5) : first + len(under_5) + missing[service][1]] = True
        masks[service] = mask
    health_only = np.zeros(len(everybody), dtype=bool)
    health_only[first + young : first + len(under_5)] = True
    return everybody, Known(masks["in_need"] | masks["looked_after"], masks["looked_after"], health_only)


def _choose(
    children: Children, service: str, target: int, sen: dict[str, float], already: Ints, rng: np.random.Generator
) -> tuple[Ints, tuple[int, int]]:
    """Rows of children the service knows, and how many under five and over sixteen are still to be made up."""
    young, old = round(target * UNDER_5_SHARE[service]), round(target * POST_16_SHARE[service])
    on_roll = children.on_roll & (children.age >= 4) & (children.age <= 15)
    casework = (children.ehc >= 0) & ~children.on_roll
    middle = target - young - old
    off_roll = round(middle * _CASEWORK_OFF_ROLL)
    middle -= off_roll
    wanted = {"E": round(middle * sen["E"]), "K": round(middle * sen["K"])}
    wanted["N"] = middle - wanted["E"] - wanted["K"]
    parts = []
    for provision, count in wanted.items():
        group = on_roll & (children.sen == provision)
        parts.append(_more(group, count, already, rng))
    parts.append(_more(casework & (children.age >= 4) & (children.age <= 15), off_roll, already, rng))
    babies = _more(casework & (children.age < 4), round(young * _CASEWORK_UNDER_5), already, rng)
    adults = _more(casework & np.isin(children.age, (16, 17)), round(old * _CASEWORK_POST_16), already, rng)
    chosen = np.concatenate([*parts, babies, adults])
    return chosen, (young - len(babies), old - len(adults))


def _more(group: Mask, count: int, already: Ints, rng: np.random.Generator) -> Ints:
    """`count` rows of `group` in all, counting those `already` chosen."""
    have = int(group[already].sum())
    free = group.copy()
    free[already] = False
    weights: Floats = free.astype(float)
    return weighted_sample(rng, weights, max(count - have, 0))


def _under_5(count: int, census_date: dt.date, rng: np.random.Generator) -> np.ndarray:
    """Birth dates of children too young for school: the last four years and five months before census day."""
    return days_between(rng, f"{census_date.year - 5}-09-01", census_date.isoformat(), count)


def _age_of(births: np.ndarray, census_date: dt.date) -> Ints:
    return np.maximum(school_age(births, census_date), 0)
