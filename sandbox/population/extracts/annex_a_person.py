"""What every Annex A list says of a child first, and how the lists write things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.columns import slashes, text
from sandbox.population.streams import Days, Ints, Mask

_TEAMS = ("Assessment North", "Assessment South", "Family Support", "Children Looked After", "Disabled Children")


class Lists:
    """Makes lists of children of one population."""

    def __init__(self, population: Population) -> None:
        self._population = population
        children = population.children
        self._age = ((np.datetime64(population.as_of) - children.birth).astype(int) / 365.25).astype(np.int64)
        self._disabled = np.full(len(children), "c) Unknown", dtype=object)
        for row, codes in zip(population.in_need.children, population.in_need.disabilities, strict=True):
            self._disabled[row] = "b) No" if codes == ("NONE",) else "a) Yes"

    def table(
        self,
        child: Ints,
        columns: Mapping[str, Any],
        *,
        disability: bool = False,
        first: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        """A list: a row a value of `child` (a row of the population's children), the common columns, then `columns`."""
        children = self._population.children
        common = {
            "Child Unique ID": self._population.identities.social_care_id[child],
            **(first or {}),
            "Gender": np.where(children.girl[child], "b) Female", "a) Male").astype(object),
            "Ethnicity": children.ethnicity[child],
            "Date of Birth": slashes(children.birth[child]),
            "Age of Child (Years)": self._age[child],
            **({"Does the Child have a Disability": self.disabled(child)} if disability else {}),
        }
        made = {**common, **columns}
        return pa.table({name: _column(values) for name, values in made.items()})

    def disabled(self, child: Ints) -> list[str]:
        """`a) Yes`, `b) No` or, of children the CIN census does not know, `c) Unknown`."""
        return [str(word) for word in self._disabled[child]]

    def day(self, days: Days) -> pa.Array:
        return slashes(days)

    def yes(self, mask: Mask) -> list[str]:
        return ["a) Yes" if value else "b) No" for value in mask.tolist()]

    def worker(self, child: Ints) -> dict[str, list[str]]:
        """Team and worker: numbers, as a pretend area employs nobody."""
        return {
            "Allocated Team": [_TEAMS[row % len(_TEAMS)] for row in child.tolist()],
            "Allocated Worker": [f"Worker {row % 97 + 1}" for row in child.tolist()],
        }


def _column(values: Any) -> pa.Array:
    if isinstance(values, Sequence) and not isinstance(values, str):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return text(values)
