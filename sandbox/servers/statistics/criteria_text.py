"""Criteria from the parameters of a GET, where places and periods are texts such as `LA|oldCode|931` and `2024|AY`."""

from __future__ import annotations

import re

from sandbox.servers.statistics.criteria import (
    FACETS,
    LEVEL_CODES,
    MAX_PLACE,
    Asked,
    Comparison,
    Facets,
    PlaceRef,
    allowed_properties,
    checked_option,
    checked_period,
    comparators,
)
from sandbox.servers.statistics.problems import Problems


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
        return checked_option(facet, text, path, problems)
    if not text.strip():
        problems.add("NotEmpty", path)
        return None
    parts = text.split("|")
    if facet == "timePeriods":
        if len(parts) != 2:
            problems.add("TimePeriodFormat", path, value=text, expectedFormat="{period}|{code}")
            return None
        return checked_period(parts[0], parts[1], path, path, problems)
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
