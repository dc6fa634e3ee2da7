"""Days as whole numbers (since 1970-01-01) and the dates of a collection."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from area.errors import SettingsError

Days = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int64]

NONE = -1_000_000  # no date
DEFINED = {2025: dt.date(2025, 1, 16)}  # collections this sandbox can make, and their census days


def day(year: int, month: int, of_month: int) -> int:
    """A date as a day number."""
    return (dt.date(year, month, of_month) - dt.date(1970, 1, 1)).days


@dataclass(frozen=True)
class Period:
    """The days a collection turns on: reporting period first..last, census, and the night the extract is written."""

    collection: int
    first: int
    last: int
    census: int
    as_of: int

    @classmethod
    def of(cls, collection: int) -> Period:
        """Raises SettingsError for a collection the sandbox does not define."""
        if collection not in DEFINED:
            raise SettingsError(
                "collection", expected=f"one of {sorted(DEFINED)}", came=repr(collection), where="the pretend area"
            )
        census = DEFINED[collection]
        return cls(
            collection=collection,
            first=day(collection - 1, 1, 1),
            last=day(collection - 1, 12, 31),
            census=day(census.year, census.month, census.day),
            as_of=day(collection, 1, 31),
        )


def age_on(birth: Days, on: Days) -> Ints:
    """Completed years of age on a day."""
    birth, on = np.broadcast_arrays(np.asarray(birth, dtype=np.int64), np.asarray(on, dtype=np.int64))
    born, then = birth.astype("datetime64[D]"), on.astype("datetime64[D]")
    born_month, then_month = born.astype("datetime64[M]"), then.astype("datetime64[M]")
    months = then_month.astype(np.int64) - born_month.astype(np.int64)
    before = (then - then_month).astype(np.int64) < (born - born_month).astype(np.int64)
    years: Ints = np.floor_divide(months - before, 12)
    return years


def birth_window(age: Ints, collection: int) -> tuple[Days, Days]:
    """First and last day of birth of those aged `age` on 31 August before the census."""
    age = np.asarray(age)
    first = ((collection - 2 - age - 1970) * 12 + 8).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = ((collection - 1 - age - 1970) * 12 + 8).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first, after - 1


def year_start(year: Ints) -> Days:
    """1 January of the years."""
    return (np.asarray(year) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def between(rng: np.random.Generator, low: Days | int, high: Days | int) -> Days:
    """Random days, both ends included; where `high` is before `low`, `high` is taken for both."""
    low, high = np.broadcast_arrays(np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64))
    low = np.minimum(low, high)
    return low + np.floor(rng.random(low.shape) * (high - low + 1)).astype(np.int64)
