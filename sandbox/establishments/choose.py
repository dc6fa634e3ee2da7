"""Choose an establishment for a placement: of the right heading, open, for the child's age, larger ones more often."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.casework import categories as cat

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]

# GIAS type codes of each placement heading without its unit suffix.
HEADING_OF_TYPE = {
    **dict.fromkeys(("01", "02", "03", "05", "15"), "mainstream_la_maintained"),
    **dict.fromkeys(("28", "34", "45", "46"), "mainstream_academy"),
    **dict.fromkeys(("35", "39", "40", "41"), "mainstream_free_school"),
    "11": "mainstream_independent",
    **dict.fromkeys(("07", "12"), "special_la_maintained"),
    **dict.fromkeys(("33", "36", "44"), "special_academy_free"),
    "10": "special_independent",
    "08": "special_non_maintained",
    "14": "ap_pru_la_maintained",
    **dict.fromkeys(("42", "43"), "ap_pru_academy"),
    "38": "ap_pru_free_school",
    **dict.fromkeys(("18", "31"), "general_fe_tertiary_colleges"),
    "32": "specialist_post_16_institutions",
    "30": "w_settings",
    "49": "online_provider",
    **dict.fromkeys(("24", "25", "26", "27", "37"), "other_schools"),
}
_OUTSIDE_WEIGHT = 0.35  # an establishment elsewhere is chosen less often than one of its size here


class Chooser:
    """Chooses URNs from a list of establishments made by `make_establishments`."""

    def __init__(self, establishments: pa.Table, area: str, rng: np.random.Generator) -> None:
        self._rng = rng
        rows = establishments.filter(pa.compute.equal(establishments["status_code"], "1")).to_pylist()
        self._urn: Words = np.array([row["urn"] for row in rows], dtype=object)
        self._heading = np.array([cat.PLACE[HEADING_OF_TYPE[row["type_code"]]] for row in rows])
        self._low = np.array([row["low_age"] for row in rows])
        self._high = np.array([row["high_age"] for row in rows])
        size = np.array([row["pupils"] or 200 for row in rows], dtype=float)
        here = np.array([row["la_code"] == area for row in rows])
        self._weight = size * np.where(here, 1.0, _OUTSIDE_WEIGHT)
        self._unit = np.array([row["sen_unit_capacity"] or 0 for row in rows])
        self._provision = np.array([row["resourced_provision_capacity"] or 0 for row in rows])

    def urns(self, place: Ints, age: Ints) -> Words:
        """A URN for each placement (position in PLACEMENTS) and age; None where the placement is no establishment."""
        out: Words = np.full(len(place), None, dtype=object)
        for p in np.unique(place):
            heading = cat.PLACEMENTS[p]
            base = heading.removesuffix("_senunit").removesuffix("_resourced_provision")
            weight = np.where(self._heading == cat.PLACE[base], self._weight, 0.0)
            if heading.endswith("_senunit"):
                weight = np.where(weight > 0, self._unit, 0.0)
            elif heading.endswith("_resourced_provision"):
                weight = np.where(weight > 0, self._provision, 0.0)
            if weight.sum() == 0:
                continue
            inside = np.flatnonzero(place == p)
            for a in np.unique(age[inside]):
                rows = inside[age[inside] == a]
                fits = weight * ((self._low <= a) & (a < self._high))
                odds = fits if fits.sum() > 0 else weight
                out[rows] = self._urn[self._rng.choice(len(odds), size=len(rows), p=odds / odds.sum())]
        return out
