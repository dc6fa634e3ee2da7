"""Criteria from the JSON body of a POST: facets, or `and`, `or` and `not` of more criteria."""

from __future__ import annotations

from typing import Any

from sandbox.servers.statistics.criteria import (
    FACETS,
    LEVEL_CODES,
    MAX_PLACE,
    Asked,
    Comparison,
    Condition,
    Criteria,
    Facets,
    PeriodRef,
    PlaceRef,
    allowed_properties,
    checked_option,
    checked_period,
    comparators,
)
from sandbox.servers.statistics.problems import Problems


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
        return checked_option(facet, given, path, problems)
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
    return checked_period(members["period"], members["code"], f"{path}.period", f"{path}.code", problems)


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], path: str, problems: Problems) -> None:
    for name in given:
        if name not in known:
            problems.add("UnknownField", f"{path}.{name}")
