"""The schools of the area that hand in a school census, with the places the pretend pupils fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.population.streams import Floats, Ints, Mask, Words

SPECIAL_TYPES = frozenset({"07", "08", "12", "33", "36", "44"})
AP_TYPES = frozenset({"14", "38", "42", "43"})
# State-funded types that return the census. Independent schools, colleges and 16-19 academies do not.
CENSUS_TYPES = SPECIAL_TYPES | AP_TYPES | frozenset({"01", "02", "03", "05", "15", "28", "34", "35", "40", "41"})
OPEN_STATUS = frozenset({"1", "3"})  # open; open, but proposed to close

_DEFAULT_PUPILS = 240
# Share of a full year group that is in school at each age (31 August): nursery years and sixth forms are smaller.
_YEAR_WEIGHT = np.array([0.0, 0.0, 0.06, 0.45] + [1.0] * 12 + [0.50, 0.45, 0.03])


@dataclass(frozen=True)
class Schools:
    """One row a school; `low` and `high` are ages (a child of age a, low <= a < high, may be on roll)."""

    urn: Words
    name: Words
    kind: Words  # GIAS type code
    la_code: Words
    number: Words  # establishment number, four digits
    postcode: Words
    pupils: Ints
    low: Ints
    high: Ints
    special: Mask
    ap: Mask

    def __len__(self) -> int:
        return len(self.urn)

    @property
    def mainstream(self) -> Mask:
        return ~(self.special | self.ap)

    def index_of(self, urns: Words) -> Ints:
        """The row of each URN here; -1 for none and for schools that are not in this area's census."""
        rows = {urn: row for row, urn in enumerate(self.urn)}
        return np.array([rows.get(urn, -1) for urn in urns], dtype=np.int64)

    def by_age(self, age: int) -> tuple[Ints, Floats]:
        """The mainstream schools that take children of `age`, and the share of that year group at each."""
        able = np.flatnonzero(self.mainstream & (self.low <= age) & (age < self.high))
        weights = np.array([year_shares(int(self.low[s]), int(self.high[s])).get(age, 0.0) for s in able])
        weights = weights * self.pupils[able]
        total = weights.sum()
        return (able, weights / total) if total > 0 else (able[:0], weights[:0])


def year_shares(low: int, high: int) -> dict[int, float]:
    """The share of a school's pupils at each age, for its statutory age range (top age not included)."""
    ages = [a for a in range(max(low, 2), min(high, len(_YEAR_WEIGHT))) if _YEAR_WEIGHT[a] > 0]
    total = float(sum(_YEAR_WEIGHT[a] for a in ages))
    return {a: float(_YEAR_WEIGHT[a]) / total for a in ages}


def census_schools(establishments: pa.Table, area: str, *, scale: int = 1) -> Schools:
    """The open, state-funded schools of `area` out of the GIAS-shaped list (fields as in the GIAS contract)."""

    def words(name: str) -> Words:
        column = establishments[name]
        text = column.cast(pa.string()) if not pa.types.is_string(column.type) else column
        out: Words = text.to_numpy().astype(object)
        return out

    kind, status, la = words("type_code"), words("status_code"), words("la_code")
    keep = np.array(
        [a == area and k in CENSUS_TYPES and s in OPEN_STATUS for a, k, s in zip(la, kind, status, strict=True)],
        dtype=bool,
    )

    def numbers(name: str, default: int) -> Ints:
        return np.array([int(v) if v else default for v in words(name)[keep]], dtype=np.int64)

    kinds = kind[keep]
    return Schools(
        urn=words("urn")[keep],
        name=words("name")[keep],
        kind=kinds,
        la_code=la[keep],
        number=words("estab_number")[keep],
        postcode=words("postcode")[keep],
        pupils=numbers("pupils", _DEFAULT_PUPILS) * scale,
        low=numbers("low_age", 3),
        high=numbers("high_age", 11),
        special=np.isin(kinds, list(SPECIAL_TYPES)),
        ap=np.isin(kinds, list(AP_TYPES)),
    )
