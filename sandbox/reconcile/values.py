"""Cells of published files and previews: as text, as numbers, as many times as the sandbox is larger."""

from __future__ import annotations

MISSING = "(missing)"
UNAVAILABLE = "x"
NOT_PUBLISHED = ("x", "z", "Not returned")  # unavailable, not applicable, not given by the authority


def as_text(value: object) -> str:
    """A preview's value; MISSING for none."""
    return MISSING if value is None else str(value).strip()


def is_percentage(column: str) -> bool:
    """Whether a published column holds percentages."""
    return column.lower().endswith(("_pc", "_pc_1")) or column.lower().startswith("pc_")


def scaled(column: str, value: str, scale: int) -> str:
    """A published count times `scale`; percentages and words as they are."""
    if is_percentage(column) or scale == 1 or not value.lstrip("-").isdigit():
        return value
    return str(int(value) * scale)


def number(value: str) -> float | None:
    """The value as a number; None for a mark or a word."""
    try:
        return float(value)
    except ValueError:
        return None


def same(one: str, other: str) -> bool:
    """Whether two cells say the same: numbers as numbers, everything else to the letter."""
    first, second = number(one), number(other)
    if first is None or second is None:
        return one == other
    return abs(first - second) < 1e-9
