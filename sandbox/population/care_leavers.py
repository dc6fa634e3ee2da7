"""Young people who have left care and whom the council still owes something: header and OC3 of the 903, no episode.

They are young people of EHC casework: nobody else of their age is in the pretend area.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.care_spells import FIRST_DAY, LAST_DAY, written
from sandbox.population.children import Children
from sandbox.population.known import Known
from sandbox.population.looked_after import age_on
from sandbox.population.placements_in_care import Draw
from sandbox.population.streams import Ints, Mask, Streams, Words

_LEFT_CARE = 0.05  # of young people of casework aged 18 to 21
_IN_TOUCH = {"YES": 0.90, "NO": 0.05, "REFU": 0.02, "NREQ": 0.02, "RHOM": 0.01}
_ACTIVITY = {"F2": 0.30, "P2": 0.12, "F1": 0.04, "F4": 0.10, "P5": 0.04, "G4": 0.20, "G5": 0.18, "G6": 0.02}
_HOMES = {"B1": 0.20, "C1": 0.15, "K1": 0.10, "T1": 0.12, "U1": 0.25, "V1": 0.05, "Z1": 0.05, "U2": 0.04, "W2": 0.04}


def choose_care_leavers(children: Children, known: Known, in_care: Mask, streams: Streams) -> Ints:
    """Rows of children who left care before the year, 18 to 21 years old in all of it (391)."""
    rng = streams.of("care leavers")
    of_casework = np.flatnonzero((children.ehc >= 0) & ~in_care & ~known.in_need)
    births = children.birth[of_casework].astype("datetime64[D]").astype(int).tolist()
    fits = np.array([age_on(b, FIRST_DAY) >= 18 and age_on(b, LAST_DAY) <= 21 for b in births], dtype=bool)
    chosen: Ints = of_casework[fits & (rng.random(len(of_casework)) < _LEFT_CARE)]
    return chosen


def leavers_table(children: Children, leavers: Ints, keys: Words, rng: np.random.Generator) -> pa.Table:
    """`s903_oc3`: nothing is told of the lives of those the council is not in touch with (345)."""
    draw = Draw(rng)
    births = children.birth[leavers].astype("datetime64[D]").astype(int).tolist()
    touch = [draw.word(_IN_TOUCH) for _ in births]
    return pa.table(
        {
            "CHILD": pa.array(keys[leavers], pa.string()),
            "DOB": pa.array([written(day) for day in births], pa.string()),
            "IN_TOUCH": pa.array(touch, pa.string()),
            "ACTIV": pa.array([draw.word(_ACTIVITY) if t == "YES" else "0" for t in touch], pa.string()),
            "ACCOM": pa.array([draw.word(_HOMES) if t == "YES" else "0" for t in touch], pa.string()),
        }
    )
