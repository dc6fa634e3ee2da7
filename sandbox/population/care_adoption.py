"""Adoption as the 903 tells it: the decision, whether it still stands, and the adopters."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.population.care_spells import Row, Spell
from sandbox.population.placements_in_care import Draw

# Sexes and legal status of adopters that go together (511, 514, 517-520, 524).
_ADOPTERS = (("M1", "L0"), ("F1", "L0"), ("MF", "L11"), ("MF", "L11"), ("MF", "L3"), ("MM", "L12"), ("FF", "L4"))
_GIVEN_UP = {"RD1": 0.3, "RD2": 0.1, "RD3": 0.3, "RD4": 0.3}
_DECIDED_BEFORE = 20  # days the decision comes before the placement order (554)


def decision(spell: Spell, draw: Draw) -> Iterator[Row]:
    """DATE_PLACED, DATE_PLACED_CEASED, REASON_PLACED_CEASED of every child with a placement order (553, 557)."""
    decided = decided_on(spell)
    if decided is None:
        return
    left = spell.end is not None and spell.ceased != "E12"
    yield decided, spell.end if left else None, draw.word(_GIVEN_UP) if left else None


def adopted(spell: Spell, draw: Draw) -> Iterator[Row]:
    """DATE_INT, DATE_MATCH, FOSTER_CARE, NB_ADOPTR, SEX_ADOPTR, LS_ADOPTR of every child adopted in the year (601)."""
    decided = decided_on(spell)
    if decided is None or spell.ceased != "E12":
        return
    placed = next(step.start for step in spell.steps if step.place.startswith("A"))
    sexes, status = _ADOPTERS[draw.whole(0, len(_ADOPTERS))]
    fostered = "1" if spell.steps[-1].place == "A5" else "0"  # 335
    yield decided, max(decided, placed - 5), fostered, "1" if status == "L0" else "2", sexes, status


def decided_on(spell: Spell) -> int | None:
    """The day on which adoption was decided on, or None. Of an order older than the year, before its episode began."""
    ordered = next((step.start for step in spell.steps if step.status == "E1"), None)
    if ordered is None:
        return None
    return max(ordered - _DECIDED_BEFORE, spell.birth, spell.start if spell.began else spell.birth)
