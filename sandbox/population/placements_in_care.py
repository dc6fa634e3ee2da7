"""Where a looked-after child can be placed, at which age, by whom, and how a spell ends: the 903's codes and what the
national validator's rules let stand together (rule numbers in brackets)."""

from __future__ import annotations

from typing import Final

import numpy as np

# Place -> weight, by the age of the child when the episode starts and whether there is a plan. The last column of
# children of 16 and over has the places for nearly independent young people (371: not below 16).
PLACES: Final[dict[str, dict[str, float]]] = {
    "younger": {"U6": 0.46, "U4": 0.11, "U1": 0.13, "U3": 0.05, "K2": 0.14, "P1": 0.08, "R1": 0.02, "R2": 0.01},
    "plan": {"U6": 0.36, "U4": 0.08, "U1": 0.10, "K2": 0.28, "S1": 0.06, "P1": 0.06, "R1": 0.04, "R2": 0.02},
    "16": {"K3": 0.28, "U6": 0.30, "K2": 0.18, "U1": 0.08, "P3": 0.10, "Z1": 0.03, "P1": 0.03},
}
_PROVIDERS: Final = {"PR1": 0.55, "PR4": 0.43, "PR2": 0.02}
_OWN: Final = {"R2": "PR3", "P1": "PR0"}  # who alone provides these (527-531, 550)
_NOT_ASKED: Final = frozenset({"T0", "Z1"})  # no provider (213)
_UNREGISTERED: Final = frozenset({"P1", "P3", "R1", "R2", "T0", "Z1"})  # no registration number (222); all others (218)

ENDS: Final[dict[str, float]] = {"E4A": 0.42, "E4B": 0.06, "E48": 0.08, "E13": 0.06, "E3": 0.03, "E8": 0.20}
FOSTERED_ENDS: Final[dict[str, float]] = {
    "E45": 0.12,
    "E46": 0.06,
}  # from foster placements (516), below 18 (407)
ENDS_FROM_16: Final[dict[str, float]] = {"E5": 0.40, "E8": 0.35, "E4A": 0.15, "E13": 0.10}  # E5 not below 14 (387)
ENDS_AT_18: Final[dict[str, float]] = {"E15": 0.35, "E16": 0.15, "E17": 0.40, "E7": 0.10}
CHANGES: Final[dict[str, float]] = {
    "CARPL": 0.35, "CREQB": 0.20, "PLACE": 0.25, "STAND": 0.03, "CHILD": 0.07, "LAREQ": 0.05, "OTHER": 0.05,
}  # fmt: skip


class Draw:
    """Words drawn one at a time by weight: a block of draws is made ahead, as one at a time is slow."""

    def __init__(self, rng: np.random.Generator, block: int = 4096) -> None:
        self._rng, self._block = rng, block
        self._numbers: list[float] = []

    def number(self) -> float:
        """From 0 to 1."""
        if not self._numbers:
            self._numbers = self._rng.random(self._block).tolist()
        return self._numbers.pop()

    def word(self, weights: dict[str, float]) -> str:
        left = self.number() * sum(weights.values())
        for word, weight in weights.items():
            left -= weight
            if left <= 0:
                return word
        return word

    def whole(self, low: int, high: int) -> int:
        """From `low` to `high`, the latter not included."""
        return low + int(self.number() * max(high - low, 1))


def place(draw: Draw, *, age: int, with_plan: bool, status: str) -> str:
    """A place for a child of `age` years: with parents only under an order (378), in a school not below four (373)."""
    table = PLACES["16" if age >= 16 else "plan" if with_plan else "younger"]
    found = draw.word(table)
    return "U6" if (found == "P1" and status == "V2") or (found == "S1" and age < 4) else found


def provider(draw: Draw, at: str) -> str | None:
    """Who provides the place."""
    return None if at in _NOT_ASKED else _OWN.get(at) or draw.word(_PROVIDERS)


def registration(draw: Draw, at: str) -> str | None:
    """The register's number of the home, school or agency."""
    return None if at in _UNREGISTERED else str(draw.whole(1_000_000, 2_000_000))


def ending(draw: Draw, *, age: int, at: str) -> str:
    """Why a child of `age` years stopped being looked after, placed there last."""
    if age >= 18:
        return draw.word(ENDS_AT_18)
    if at in ("A5", "A6"):
        return "E12"
    if age >= 16:
        return draw.word(ENDS_FROM_16)
    return draw.word(ENDS | FOSTERED_ENDS if at.startswith("U") else ENDS)
