"""SEN support: which pupils without a plan have it, and for what. Follows the published 14.2 % of pupils."""

from __future__ import annotations

import numpy as np

from sandbox.population.children import Children
from sandbox.population.ehc import EhcPeople
from sandbox.population.rates import MESS, SEN_SUPPORT_NEEDS, SEN_SUPPORT_SHARE
from sandbox.population.schools import Schools
from sandbox.population.streams import Ints, Streams, Words, choose, weighted_sample

_SECOND_NEED_SHARE = 0.25
_BOYS = 1.65  # boys are this much likelier than girls to have SEN support
_AT_AP = 6.0  # and pupils of alternative provision than others
_ASKED = 400.0  # nearly every child whose assessment was asked for is on SEN support meanwhile
_FIRST_SECONDARY_AGE = 11


def give_sen_support(children: Children, people: EhcPeople, schools: Schools, streams: Streams) -> None:
    """Set `sen` K and needs for the pupils with SEN support, and a need for pupils whose plan has none on record."""
    rng = streams.of("sen support")
    able = children.on_roll & (children.sen == "N") & ~schools.special[children.school]
    weights = np.where(able, np.where(children.girl, 1.0, _BOYS), 0.0)
    weights *= np.clip(0.5 + 0.09 * (children.age - 3), 0.5, 1.15)  # identified more and more up to year 5
    weights *= np.where(able & schools.ap[children.school], _AT_AP, 1.0)
    weights *= np.where(_asked_for(children, people), _ASKED, 1.0)
    wanted = round(SEN_SUPPORT_SHARE * int(children.on_roll.sum()))
    support = weighted_sample(rng, weights, wanted)
    children.sen[support] = "K"
    children.need[support] = _needs(children.age[support], rng)
    unassessed = support[rng.random(len(support)) < MESS["sen_support_type_nsa"]]
    children.need[unassessed] = "NSA"
    blank = np.flatnonzero((children.sen == "E") & np.array([n is None for n in children.need], dtype=bool))
    children.need[blank] = _needs(children.age[blank], rng)
    two = support[rng.random(len(support)) < _SECOND_NEED_SHARE]
    second = _needs(children.age[two], rng)
    children.second_need[two] = np.where(second == children.need[two], "OTH", second)
    same = np.flatnonzero((children.need == children.second_need) & (children.sen == "K"))
    children.second_need[same] = None


def _asked_for(children: Children, people: EhcPeople) -> np.ndarray:
    """Children of casework with a request under way and no plan."""
    known = children.ehc >= 0
    asked = np.zeros(len(children), dtype=bool)
    asked[known] = (people.open_request & ~people.active)[children.ehc[known]]
    return asked


def _needs(age: Ints, rng: np.random.Generator) -> Words:
    """A primary need for each age: the younger by the first column of SEN_SUPPORT_NEEDS, the older by the second."""
    older = age >= _FIRST_SECONDARY_AGE
    out = np.empty(len(age), dtype=object)
    for column, group in ((0, ~older), (1, older)):
        shares = {need: pair[column] for need, pair in SEN_SUPPORT_NEEDS.items()}
        out[group] = choose(rng, int(group.sum()), shares)
    return out
