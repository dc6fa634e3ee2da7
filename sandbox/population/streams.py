"""Random numbers that repeat: one independent stream a purpose, from area, seed and the purpose's name."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Streams:
    """The streams of one area and seed. A new purpose never disturbs the numbers of another."""

    area: str
    seed: int

    def of(self, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, int(self.area), zlib.crc32(purpose.encode())])


def choose(rng: np.random.Generator, count: int, shares: dict[str, float]) -> Words:
    """`count` words drawn in the proportions of `shares` (they need not add up to one)."""
    words = np.array(list(shares), dtype=object)
    weights = np.array(list(shares.values()), dtype=float)
    picked: Words = words[rng.choice(len(words), size=count, p=weights / weights.sum())]
    return picked


def weighted_sample(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Positions of `count` different rows, likelier with more weight (Efraimidis and Spirakis); never one of none."""
    able = np.flatnonzero(weights > 0)
    keys = np.log(rng.random(len(able))) / weights[able]
    count = min(count, len(able))
    if count == 0:
        return np.array([], dtype=np.int64)
    top = able[np.argpartition(-keys, count - 1)[:count]]
    return np.sort(top)


def days_between(rng: np.random.Generator, first: str, last: str, count: int) -> Days:
    """`count` days, evenly from `first` to `last` (both included)."""
    start, end = np.datetime64(first, "D"), np.datetime64(last, "D")
    span = int((end - start).astype(int)) + 1
    days: Days = start + rng.integers(0, span, count).astype("timedelta64[D]")
    return days


def text_days(days: Days) -> Words:
    """ISO dates as text, None where there is none."""
    out = np.datetime_as_string(days, unit="D").astype(object)
    out[np.isnat(days)] = None
    return out
