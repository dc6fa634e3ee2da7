"""The criteria of a query: a tree of facets, read from a POST body or a GET's parameters and checked on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

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


# --- from a body --------------------------------------------------------------------------------------------------


def from_body(given: Any, path: str, problems: Problems) -> Criteria | None:
    """The criteria at `path` of a JSON body; None where they are so wrong that nothing can be made of them."""
    if not isinstance(given, dict):
        problems.add("InvalidValue", path)
        return None
    kind = next((name for name in ("and", "or", "not") if name in given), None)
    if kind is None:
        return _facets_from_body(given, path, problems)
    _refuse_unknown(given, (kind,), path, problems)
    inside = given[kind]
    if kind == "not":
        child = from_body(inside, f"{path}.not", problems)
        return Condition("not", [child] if child else [])
    if not isinstance(inside, list):
        problems.add("InvalidValue", f"{path}.{kind}")
        return None
    if not inside:
        problems.add("NotEmpty", f"{path}.{kind}")
    children = [from_body(item, f"{path}.{kind}[{n}]", problems) for n, item in enumerate(inside)]
    return Condition("and" if kind == "and" else "or", [child for child in children if child is not None])


def _facets_from_body(given: dict[str, Any], path: str, problems: Problems) -> Facets:
    _refuse_unknown(given, FACETS, path, problems)
    made = []
    for facet in FACETS:
        tests = given.get(facet)
        if tests is None:
            continue
        if not isinstance(tests, dict):
            problems.add("InvalidValue", f"{path}.{facet}")
            continue
        _refuse_unknown(tests, comparators(facet), f"{path}.{facet}", problems)
        for comparator in comparators(facet):
            value = tests.get(comparator)
            if value is None:
                continue
            where = f"{path}.{facet}.{comparator}"
            if comparator not in ("in", "notIn"):
                asked = [_item_from_body(facet, value, where, problems)]
            elif not isinstance(value, list):
                problems.add("InvalidValue", where)
                continue
            else:
                if not value:
                    problems.add("NotEmpty", where)
                asked = [_item_from_body(facet, item, f"{where}[{n}]", problems) for n, item in enumerate(value)]
            made.append(Comparison(facet, comparator, where, [item for item in asked if item is not None]))
    return Facets(made)


def _item_from_body(facet: str, given: Any, path: str, problems: Problems) -> Asked | None:
    if facet in ("filters", "geographicLevels"):
        if not isinstance(given, str):
            problems.add("InvalidValue", path)
            return None
        return _option(facet, given, path, problems)
    if not isinstance(given, dict):
        problems.add("InvalidValue", path)
        return None
    wanted = ("level", *MAX_PLACE) if facet == "locations" else ("period", "code")
    _refuse_unknown(given, wanted, path, problems)
    members = {name: given[name] for name in wanted if given.get(name) is not None}
    for name, value in members.items():
        if not isinstance(value, str):
            problems.add("InvalidValue", f"{path}.{name}")
            return None
    return _place(members, path, problems) if facet == "locations" else _period(members, path, problems)


def _place(members: dict[str, str], path: str, problems: Problems) -> PlaceRef | None:
    level = members.pop("level", None)
    if level is None:
        problems.add("RequiredValue", f"{path}.level")
        return None
    if level not in LEVEL_CODES:
        problems.add("AllowedValue", f"{path}.level", value=level, allowed=LEVEL_CODES)
        return None
    if not members:
        problems.add("RequiredValue", f"{path}.{allowed_properties(level)[0]}")
        return None
    by, *more = members
    for name in [n for n in members if n not in allowed_properties(level)] or more:
        problems.add("UnknownField", f"{path}.{name}")
        return None
    if problems.too_long(f"{path}.{by}", members[by], MAX_PLACE[by]):
        return None
    return PlaceRef(level, by, members[by])


def _period(members: dict[str, str], path: str, problems: Problems) -> PeriodRef | None:
    missing = [name for name in ("period", "code") if name not in members]
    for name in missing:
        problems.add("RequiredValue", f"{path}.{name}")
    if missing:
        return None
    return _checked_period(members["period"], members["code"], f"{path}.period", f"{path}.code", problems)


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], path: str, problems: Problems) -> None:
    for name in given:
        if name not in known:
            problems.add("UnknownField", f"{path}.{name}")


# --- from parameters ----------------------------------------------------------------------------------------------


def from_parameters(parameters: list[tuple[str, str]], problems: Problems) -> Facets:
    """The facets of a GET: `filters.in=a,b`, `locations.eq=LA|code|E10000025`.

    Lists may also repeat (`filters.in=a&filters.in=b`) or be indexed (`filters.in[0]=a`).
    """
    made = []
    for facet in FACETS:
        for comparator in comparators(facet):
            path = f"{facet}.{comparator}"
            if comparator in ("in", "notIn"):
                texts = listed(parameters, path)
                where = [f"{path}[{n}]" for n in range(len(texts))]
            else:
                texts = [value for name, value in parameters if name == path][:1]
                where = [path]
            if not texts:
                continue
            asked = [_item_from_text(facet, text, at, problems) for text, at in zip(texts, where, strict=True)]
            made.append(Comparison(facet, comparator, path, [item for item in asked if item is not None]))
    return Facets(made)


def listed(parameters: list[tuple[str, str]], path: str) -> list[str]:
    """All values of a list parameter, in the order given."""
    indexed = re.compile(re.escape(path) + r"\[\d+\]$")
    values = [value for name, value in parameters if name == path or indexed.match(name)]
    return [item for value in values for item in value.split(",")]


def _item_from_text(facet: str, text: str, path: str, problems: Problems) -> Asked | None:
    if facet in ("filters", "geographicLevels"):
        return _option(facet, text, path, problems)
    if not text.strip():
        problems.add("NotEmpty", path)
        return None
    parts = text.split("|")
    if facet == "timePeriods":
        if len(parts) != 2:
            problems.add("TimePeriodFormat", path, value=text, expectedFormat="{period}|{code}")
            return None
        return _checked_period(parts[0], parts[1], path, path, problems)
    if len(parts) != 3 or not parts[1]:
        problems.add("LocationFormat", path, value=text, expectedFormat="{level}|{property}|{value}")
        return None
    level, by, value = parts
    if level not in LEVEL_CODES:
        problems.add("LocationAllowedLevel", path, value=level, allowedLevels=LEVEL_CODES)
    elif by not in allowed_properties(level):
        problems.add("LocationAllowedProperty", path, value=by, allowedProperties=allowed_properties(level))
    elif not value.strip():
        problems.add("LocationValueNotEmpty", path, property=by)
    elif len(value) > MAX_PLACE[by]:
        problems.add("LocationValueMaxLength", path, value=value, property=by, maxLength=MAX_PLACE[by])
    else:
        return PlaceRef(level, by, value)
    return None


# --- both ---------------------------------------------------------------------------------------------------------


def _option(facet: str, text: str, path: str, problems: Problems) -> str | None:
    if facet == "filters":
        return None if problems.too_long(path, text, MAX_OPTION) else text
    if text not in LEVEL_CODES:
        problems.add("AllowedValue", path, value=text.strip() or None, allowed=LEVEL_CODES)
        return None
    return text


def _checked_period(period: str, code: str, at_period: str, at_code: str, problems: Problems) -> PeriodRef | None:
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
