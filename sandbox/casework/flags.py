"""Mediation and tribunal flags, 20-week exceptions, exports."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox.casework.cases import Cases

Mask = npt.NDArray[np.bool_]


def place_flags(
    cases: Cases, about: str, mediation: int, tribunal: int, both: int, order: npt.NDArray[np.int64]
) -> None:
    """Flag the first rows of `order`: as many with mediation, tribunal and both as given (in place).

    `about`: 'request', 'assessment' or 'other'. Raises ValueError when there are too few rows.
    """
    kinds = np.repeat([2, 0, 1], [both, mediation - both, tribunal - both])
    if len(kinds) > len(order):
        raise ValueError(f"{len(kinds)} cases with mediation or tribunal about {about}, but only {len(order)} rows")
    rows = order[: len(kinds)]
    cases[f"{about}_mediation"][rows] = kinds != 1
    cases[f"{about}_tribunal"][rows] = kinds != 0


def flag_freely(cases: Cases, rows: npt.NDArray[np.int64], rng: np.random.Generator) -> None:
    """Request flags for cases no published cell counts: appealed against a refusal before the year (in place)."""
    draw = rng.random(len(rows))
    cases["request_mediation"][rows] = draw < 0.7
    cases["request_tribunal"][rows] = (draw > 0.55) | (draw < 0.05)


def in_order(rng: np.random.Generator, *groups: Mask) -> npt.NDArray[np.int64]:
    """Row positions group by group, each in random order."""
    return np.concatenate([rng.permutation(np.flatnonzero(group)) for group in groups])
