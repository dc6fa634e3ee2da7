"""Criteria trees of any shape select what a plain reading of them, row by row, selects."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.servers.statistics.catalogue import short_ids
from sandbox.servers.statistics.problems import Problems
from sandbox.servers.statistics.requests import query_from_body
from sandbox.servers.statistics.selection import select
from sandbox.servers.statistics.table import Table

PLACES = [
    ("National", "", "", "", "", ""),
    ("Regional", "E12000008", "South East", "", "", ""),
    ("Local authority", "E12000008", "South East", "E10000025", "931", "Oxfordshire"),
    ("Local authority", "E12000007", "London", "E09000001", "201", "City of London"),
]
ROWS = [
    {
        "time_period": period,
        "time_identifier": "Academic year",
        "geographic_level": level,
        "country_code": "E92000001",
        "country_name": "England",
        "region_code": region,
        "region_name": region_name,
        "new_la_code": code,
        "old_la_code": old,
        "la_name": name,
        "breakdown_topic": topic,
        "breakdown": breakdown,
        "plans": str(number),
    }
    for number, (period, (level, region, region_name, code, old, name), (topic, breakdown)) in enumerate(
        (period, place, breakdown)
        for period in ("202223", "202324", "202425")
        for place in PLACES
        for breakdown in (("All", "All"), ("Sex", "Female"), ("Sex", "Male"))
    )
]
TABLE = Table("small", pa.Table.from_pylist(ROWS))
LEVELS = {"NAT": "National", "REG": "Regional", "LA": "Local authority", "WARD": "Ward"}
OPTIONS = {o.id: (f.column, o.label) for f in TABLE.filters for o in f.options} | {"nope": ("breakdown", "none such")}
PLACE_COLUMNS = {("REG", "code"): "region_code", ("LA", "code"): "new_la_code", ("LA", "oldCode"): "old_la_code"}

option = st.sampled_from(sorted(OPTIONS))
level = st.sampled_from(sorted(LEVELS))
place = st.sampled_from(
    [{"level": "LA", "oldCode": code} for code in ("931", "201", "999")]
    + [
        {"level": "LA", "code": "E10000025"},
        {"level": "REG", "code": "E12000007"},
        {"level": "REG", "code": "E12000008"},
    ]
)
period = st.sampled_from([{"period": p, "code": "AY"} for p in ("2022/2023", "2023", "2024/2025", "1999")])


def _tests(item: st.SearchStrategy[Any], *more: str) -> st.SearchStrategy[dict[str, Any]]:
    single = dict.fromkeys(("eq", "notEq", *more), item)
    several = {name: st.lists(item, min_size=1, max_size=3) for name in ("in", "notIn")}
    return st.fixed_dictionaries({}, optional=single | several)


facets = st.fixed_dictionaries(
    {},
    optional={
        "filters": _tests(option),
        "geographicLevels": _tests(level),
        "locations": _tests(place),
        "timePeriods": _tests(period, "gt", "gte", "lt", "lte"),
    },
)
criteria = st.recursive(
    facets,
    lambda inside: (
        st.lists(inside, min_size=1, max_size=3).map(lambda items: {"and": items})
        | st.lists(inside, min_size=1, max_size=3).map(lambda items: {"or": items})
        | inside.map(lambda item: {"not": item})
    ),
    max_leaves=6,
)


def _holds(tree: dict[str, Any], row: dict[str, str]) -> bool:
    if "and" in tree:
        return all(_holds(item, row) for item in tree["and"])
    if "or" in tree:
        return any(_holds(item, row) for item in tree["or"])
    if "not" in tree:
        return not _holds(tree["not"], row)
    return all(
        _compares(facet, comparator, asked, row) for facet, tests in tree.items() for comparator, asked in tests.items()
    )


def _compares(facet: str, comparator: str, asked: Any, row: dict[str, str]) -> bool:
    items = asked if isinstance(asked, list) else [asked]
    if comparator in ("notEq", "notIn"):
        return not any(_is(facet, item, row) for item in items)
    if comparator in ("gt", "gte", "lt", "lte"):
        start, ours = items[0]["period"][:4], row["time_period"][:4]
        known = start in ("2022", "2023", "2024")
        return (
            known and {"gt": ours > start, "gte": ours >= start, "lt": ours < start, "lte": ours <= start}[comparator]
        )
    return any(_is(facet, item, row) for item in items)


def _is(facet: str, item: Any, row: dict[str, str]) -> bool:
    if facet == "filters":
        column, label = OPTIONS[item]
        return row[column] == label
    if facet == "geographicLevels":
        return bool(row["geographic_level"] == LEVELS[item])
    if facet == "timePeriods":
        return bool(row["time_period"][:4] == item["period"][:4])
    by = next(name for name in item if name != "level")
    return bool(row[PLACE_COLUMNS[item["level"], by]] == item[by])


@settings(max_examples=300, deadline=None)
@given(tree=criteria, size=st.integers(1, 40), page=st.integers(1, 4))
def test_any_tree_selects_what_it_says(tree: dict[str, Any], size: int, page: int) -> None:
    problems = Problems()
    query = query_from_body(json.dumps({"criteria": tree, "page": page, "pageSize": size}).encode(), problems)
    found = select(TABLE, query, problems)
    expected = [n for n, row in enumerate(ROWS) if _holds(tree, row)]
    newest_first = sorted(expected, key=lambda n: (-int(ROWS[n]["time_period"]), n))
    assert not problems.found
    assert found.total == len(expected)
    assert found.rows.tolist() == newest_first[(page - 1) * size : page * size]
    assert ("QueryNoResults" in [w["code"] for w in found.warnings.found]) == (not expected)


@given(
    body=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda i: (
            st.lists(i, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["criteria", "and", "not", "filters", "in", "eq", "locations", "level", "sorts", "field"]
                ),
                i,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
def test_any_body_is_answered_or_refused_never_broken(body: Any) -> None:
    problems = Problems()
    query = query_from_body(body if isinstance(body, bytes) else json.dumps(body).encode(), problems)
    if not problems:
        select(TABLE, query, problems)


@given(labels=st.lists(st.text(max_size=12), unique=True, max_size=40), more=st.text(max_size=12))
def test_ids_are_distinct_short_and_stay_when_labels_are_added(labels: list[str], more: str) -> None:
    ids = short_ids("scope", labels)
    assert len(set(ids)) == len(labels)
    assert all(len(ident) == 5 for ident in ids)
    if more not in labels:
        assert short_ids("scope", [*labels, more])[:-1] == ids
