"""Which of a child's identifiers a service has."""

from __future__ import annotations

import numpy as np

from sandbox.population.area import Population
from sandbox.population.streams import Ints, Words

_UPN_KNOWN_OFF_ROLL = 0.6  # of children of school age and over, on no roll of the area


def upn_known_to_care(population: Population, child: Ints, rng: np.random.Generator) -> Words:
    """The UPN social care has: of every pupil of the area's schools, of some others, of no child below school age."""
    children = population.children
    upn = population.identities.upn[child].copy()
    off = ~children.on_roll[child]
    upn[off & ((rng.random(len(child)) >= _UPN_KNOWN_OFF_ROLL) | (children.age[child] < 4))] = None
    return upn
