"""The criteria of a query: a tree of facets, and the limits of what can be asked for (facts: extracts 4.4).

`criteria_body` reads them from a POST's body, `criteria_text` from a GET's parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.servers.statistics.periods import CODES, RANGE_CODES
from sandbox.servers.statistics.problems import Problems

# fmt: off
LEVEL_CODES = sorted([
    "NAT", "REG", "LA", "LAD", "SCH", "PROV", "PCON", "INST", "MAT", "MCA", "LEP", "LSIP", "EDA", "OA", "PA", "PFA",
    "RSC", "SPON", "WARD",
])
# fmt: on
COMPARATORS = ("eq", "notEq", "in", "notIn")
ORDER_COMPARATORS = ("gt", "gte", "lt", "lte")
FACETS = ("filters", "geographicLevels", "locations", "timePeriods")
MAX_OPTION = 10
MAX_PLACE = {"id": 10, "code": 30, "oldCode": 20, "ukprn": 20, "urn": 20, "laEstab": 20}


@dataclass(frozen=True)
class PlaceRef:
    """A location as asked for."""

    level: str
    by: str
    value: str

    def text(self) -> str:
        return f"{self.level}|{self.by}|{self.value}"

    def members(self) -> dict[str, str]:
        return {"level": self.level, self.by: self.value}


@dataclass(frozen=True)
class PeriodRef:
    """A time period as asked for."""

    period: str
    code: str

    def text(self) -> str:
        return f"{self.period}|{self.code}"

    def members(self) -> dict[str, str]:
        return {"period": self.period, "code": self.code}


Asked = str | PlaceRef | PeriodRef


@dataclass(frozen=True)
class Comparison:
    """One comparator of one facet, such as `locations.in`."""

    facet: str
    comparator: str
    path: str
    values: list[Asked]


@dataclass(frozen=True)
class Facets:
    """All comparisons must hold."""

    comparisons: list[Comparison]


@dataclass(frozen=True)
class Condition:
    kind: Literal["and", "or", "not"]
    children: list[Criteria]


Criteria = Facets | Condition


def allowed_properties(level: str) -> list[str]:
    """What a location of `level` can be named by."""
    special = {"LA": ["id", "code", "oldCode"], "SCH": ["id", "urn", "laEstab"], "PROV": ["id", "ukprn"], "RSC": ["id"]}
    return special.get(level, ["id", "code"])


def comparators(facet: str) -> tuple[str, ...]:
    return COMPARATORS + (ORDER_COMPARATORS if facet == "timePeriods" else ())


def checked_option(facet: str, text: str, path: str, problems: Problems) -> str | None:
    """A filter option's id or a level's code, where it can be one; else None, and the error is added."""
    if facet == "filters":
        return None if problems.too_long(path, text, MAX_OPTION) else text
    if text not in LEVEL_CODES:
        problems.add("AllowedValue", path, value=text.strip() or None, allowed=LEVEL_CODES)
        return None
    return text


def checked_period(period: str, code: str, at_period: str, at_code: str, problems: Problems) -> PeriodRef | None:
    """A time period, where its code and year can be; else None, and the error is added at the path of what is wrong."""
    allowed = RANGE_CODES if "/" in period else CODES
    if code not in allowed:
        problems.add("TimePeriodAllowedCode", at_code, value=code, allowedCodes=sorted(allowed))
        return None
    years = [int(part) for part in period.split("/") if part.isascii() and part.isdigit()]
    if "/" not in period and len(years) != 1:
        problems.add("TimePeriodInvalidYear", at_period, value=period)
        return None
    if "/" in period and not (len(years) == 2 and period.count("/") == 1 and years[1] == years[0] + 1):
        problems.add("TimePeriodInvalidYearRange", at_period, value=period)
        return None
    return PeriodRef(period, code)
