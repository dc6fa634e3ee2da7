"""The working table of the casework: one row a request with everything known about it, before it is cut into tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from sandbox.casework.calendar import NONE

Array = npt.NDArray[Any]
NOTHING: npt.NDArray[np.object_] = np.array(None, dtype=object)  # an empty text, for np.where

# Column -> value where a group of cases says nothing. Whole numbers; days and dates as day numbers; -1: none.
COLUMNS: dict[str, Any] = {
    "received": NONE,
    "outcome": "",  # Y N A W
    "outcome_date": NONE,
    "six_weeks": -1,  # 1 decided within six weeks, 0 later; -1 to be settled or of no matter
    "exported_to": "",
    "transferred_from": "",
    "transfer_date": NONE,
    "request_mediation": 0,
    "request_tribunal": 0,
    "assessment": "",  # Y N A W; empty: no assessment row
    "assessment_date": NONE,
    "exception": 0,
    "assessment_mediation": 0,
    "assessment_tribunal": 0,
    "other_mediation": 0,
    "other_tribunal": 0,
    "start": NONE,  # of the plan; NONE: no plan
    "cease": NONE,
    "reason": -1,
    "first_place": -1,  # of a plan: positions in PLACEMENTS
    "place": -1,
    "need": -1,
    "birth": NONE,
    "age": -1,  # at 31 August before the census; -1 to be worked out from the birth date
    "years": -1,  # years in place of a caseload plan
    "sex": -1,
    "ethnicity": -1,
    "caseload": 0,  # 1: in force on census day
    "same_person": -1,  # row whose person this row shares
}


class Cases:
    """Columns of equal length, by the names of COLUMNS."""

    def __init__(self, length: int, **columns: Any) -> None:
        self.length = length
        self._columns: dict[str, Array] = {}
        for name, default in COLUMNS.items():
            value = columns.pop(name, default)
            kind: Any = object if isinstance(default, str) else np.int64
            column = np.empty(length, dtype=kind)
            column[:] = value
            self._columns[name] = column
        if columns:
            raise KeyError(f"no such column: {sorted(columns)}")

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, name: str) -> Array:
        return self._columns[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._columns[name][:] = value

    def take(self, rows: npt.ArrayLike) -> Cases:
        """The rows at these positions (or under this mask), copied."""
        positions = np.arange(self.length)[rows]  # type: ignore[index]
        return Cases(len(positions), **{name: column[positions] for name, column in self._columns.items()})

    @classmethod
    def join(cls, parts: Iterable[Cases]) -> Cases:
        """The rows of all parts, one after the other."""
        parts = [part for part in parts if len(part)]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS} if parts else {}
        return cls(sum(map(len, parts)), **columns)
