"""Answering a query: which rows, in which order, and what was asked for that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.servers.statistics.criteria import Asked, Comparison, Condition, Criteria, Facets, PeriodRef, PlaceRef
from sandbox.servers.statistics.periods import TimePeriod
from sandbox.servers.statistics.problems import Problems
from sandbox.servers.statistics.requests import Query, Sort
from sandbox.servers.statistics.table import Indicator, Table

_NOT_FOUND = {
    "filters": "FiltersNotFound",
    "geographicLevels": "GeographicLevelsNotFound",
    "locations": "LocationsNotFound",
    "timePeriods": "TimePeriodsNotFound",
}


@dataclass(frozen=True)
class Selection:
    """Row numbers of the page asked for, and how many rows match in all."""

    rows: np.ndarray
    total: int
    indicators: list[Indicator]
    warnings: Problems


def select(table: Table, query: Query, errors: Problems) -> Selection:
    """The answer to `query`.

    Unknown indicators and sort fields go to `errors`; unknown options, places, levels and periods match nothing and are
    warnings of the answer.
    """
    warnings = Problems()
    every = np.ones(table.count, dtype=bool)
    mask = every if query.criteria is None else _Matcher(table, query.by_text, warnings).mask(query.criteria)
    indicators = _indicators(table, query, errors)
    keys = _sort_keys(table, query, indicators, errors)
    matching = np.flatnonzero(mask)
    if keys:
        # Ties stay in published order: lexsort is stable, and its last key counts most.
        matching = matching[np.lexsort([key[matching] for key in reversed(keys)])]
    if query.debug:
        warnings.add("DebugEnabled")
    if not matching.size:
        warnings.add("QueryNoResults")
    first = (query.page - 1) * query.page_size
    return Selection(matching[first : first + query.page_size], int(matching.size), indicators, warnings)


class _Matcher:
    def __init__(self, table: Table, by_text: bool, warnings: Problems) -> None:
        self._table, self._by_text, self._warnings = table, by_text, warnings

    def mask(self, criteria: Criteria) -> np.ndarray:
        mask = np.ones(self._table.count, dtype=bool)
        if isinstance(criteria, Facets):
            for comparison in criteria.comparisons:
                mask &= self._compare(comparison)
        elif isinstance(criteria, Condition):
            parts = [self.mask(child) for child in criteria.children]
            if criteria.kind == "or":
                mask = np.logical_or.reduce(parts)
            else:
                mask = np.logical_and.reduce(parts)
                mask = ~mask if criteria.kind == "not" else mask
        return mask

    def _compare(self, comparison: Comparison) -> np.ndarray:
        hit = np.zeros(self._table.count, dtype=bool)
        missing: list[Asked] = []
        for asked in comparison.values:
            found = self._rows(asked, comparison)
            if found is None:
                missing.append(asked)
            else:
                hit |= found
        if missing:
            self._warnings.add(
                _NOT_FOUND[comparison.facet], comparison.path, items=[self._told(item) for item in missing]
            )
        return ~hit if comparison.comparator in ("notEq", "notIn") else hit

    def _rows(self, asked: Asked, comparison: Comparison) -> np.ndarray | None:
        """The rows that have what is asked for; None where the data set knows no such thing."""
        table = self._table
        if isinstance(asked, PlaceRef):
            return self._placed(asked)
        if isinstance(asked, PeriodRef):
            period = TimePeriod.asked(asked.period, asked.code)
            if period not in table.periods:
                return None
            return _ordered(table.period_codes, table.periods.index(period), comparison.comparator)
        if comparison.facet == "geographicLevels":
            return _ordered(table.level_codes, table.levels.index(asked), "eq") if asked in table.levels else None
        for column in table.filters:
            for code, option in enumerate(column.options):
                if option.id == asked:
                    return _ordered(column.codes, code, "eq")
        return None

    def _placed(self, asked: PlaceRef) -> np.ndarray | None:
        places, codes = self._table.places.get(asked.level, ([], np.empty(0)))
        named = {"id": lambda p: p.id, "code": lambda p: p.code, "oldCode": lambda p: p.old_code}.get(asked.by)
        hits = [code for code, place in enumerate(places) if named is not None and named(place) == asked.value]
        found: np.ndarray = np.isin(codes, hits)
        return found if hits else None

    def _told(self, asked: Asked) -> str | dict[str, str]:
        if isinstance(asked, str):
            return asked
        return asked.text() if self._by_text else asked.members()


def _ordered(codes: np.ndarray, place: int, comparator: str) -> np.ndarray:
    tests = {"gt": np.greater, "gte": np.greater_equal, "lt": np.less, "lte": np.less_equal}
    found: np.ndarray = tests.get(comparator, np.equal)(codes, place)
    return found


def _indicators(table: Table, query: Query, errors: Problems) -> list[Indicator]:
    if query.indicators is None:
        return table.indicators
    known = {indicator.id for indicator in table.indicators}
    unknown = list(dict.fromkeys(i for i in query.indicators if i not in known))
    if unknown:
        errors.add("IndicatorsNotFound", "indicators", items=unknown)
    return [indicator for indicator in table.indicators if indicator.id in query.indicators]


def _sort_keys(table: Table, query: Query, indicators: list[Indicator], errors: Problems) -> list[np.ndarray]:
    keys, unknown = [], []
    for sort in query.sorts:
        key = _sort_key(table, sort, indicators)
        if key is None:
            unknown.append(sort)
        else:
            keys.append(-key if sort.direction == "Desc" else key)
    if unknown:
        errors.add("SortFieldsNotFound", "sorts", items=[s.text() if query.by_text else s.members() for s in unknown])
    return keys or [-table.period_codes]


def _sort_key(table: Table, sort: Sort, indicators: list[Indicator]) -> np.ndarray | None:
    """A number a row. Values are compared as the text they are; a filter or place in the order of its labels."""
    if sort.field == "timePeriod":
        return table.period_codes
    if sort.field == "geographicLevel":
        return table.level_codes
    kind, _, name = sort.field.partition("|")
    if kind == "location" and name in table.places:
        return table.places[name][1]
    if kind == "filter":
        return next((column.codes for column in table.filters if column.id == name), None)
    column = next((i.column for i in indicators if kind == "indicator" and i.id == name), None)
    if column is None:
        return None
    key: np.ndarray = np.unique(table.rows[column].to_numpy().astype(str), return_inverse=True)[1]
    return key
