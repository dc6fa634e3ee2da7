"""Time periods as the API writes them."""

from __future__ import annotations

from dataclasses import dataclass

_IDENTIFIERS = {
    "Academic year": "AY",
    "Calendar year": "CY",
    "Financial year": "FY",
    "Tax year": "TY",
    "Reporting year": "RY",
}
_QUARTERED = ("AY", "FY", "TY")

RANGE_CODES = frozenset(
    [f"{code}{quarter}" for code in _QUARTERED for quarter in ("", "Q1", "Q2", "Q3", "Q4")]
    + ["P1", "P2", "T1", "T1T2", "T2", "T3"]
)
"""Periods that may span two calendar years, and so may be written `2023/2024`."""
CODES = (
    RANGE_CODES
    | {f"CY{quarter}" for quarter in ("", "Q1", "Q2", "Q3", "Q4")}
    | {"RY"}
    | {f"M{month}" for month in range(1, 13)}
    | {f"W{week}" for week in range(1, 53)}
)


@dataclass(frozen=True, order=True)
class TimePeriod:
    """`period` is `2024`, or `2023/2024` for codes that span two years."""

    period: str
    code: str

    @classmethod
    def from_file(cls, time_period: str, time_identifier: str) -> TimePeriod:
        """From a published file's two columns (`202324`, `Academic year`)."""
        code = _IDENTIFIERS[time_identifier]
        if len(time_period) == 6:
            start = int(time_period[:4])
            return cls(f"{start}/{start + 1}", code)
        return cls(time_period, code)

    @classmethod
    def asked(cls, period: str, code: str) -> TimePeriod:
        """As a query means it: a single year of a spanning code is the span that starts with it."""
        if code in RANGE_CODES and "/" not in period:
            return cls(f"{int(period)}/{int(period) + 1}", code)
        return cls(period, code)

    @property
    def label(self) -> str:
        start, _, end = self.period.partition("/")
        return f"{start}/{end[2:]}" if end else start
