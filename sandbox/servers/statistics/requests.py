"""A whole query, read from a GET's parameters or a POST's body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.servers.statistics.criteria import Criteria
from sandbox.servers.statistics.criteria_body import from_body
from sandbox.servers.statistics.criteria_text import from_parameters, listed
from sandbox.servers.statistics.problems import Problems

DEFAULT_PAGE_SIZE = 1000
MAX_PAGE_SIZE = 10_000
MAX_FIELD = 40
DIRECTIONS = ("Asc", "Desc")
_MEMBERS = ("criteria", "indicators", "sorts", "debug", "page", "pageSize")
# A string, or a comment: strings come first so that a `//` inside one stays.
_COMMENTS = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


@dataclass(frozen=True)
class Sort:
    field: str
    direction: str

    def text(self) -> str:
        return f"{self.field}|{self.direction}"

    def members(self) -> dict[str, str]:
        return {"field": self.field, "direction": self.direction}


@dataclass
class Query:
    """`by_text` says that unknown things are reported in the `a|b|c` form of a GET."""

    by_text: bool
    criteria: Criteria | None = None
    indicators: list[str] | None = None
    sorts: list[Sort] = field(default_factory=list)
    debug: bool = False
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE


def query_from_parameters(parameters: list[tuple[str, str]], problems: Problems) -> Query:
    """The query of a GET; what is wrong goes to `problems`."""
    query = Query(by_text=True, criteria=from_parameters(parameters, problems))
    given = {name.split("[")[0] for name, _ in parameters}
    if "indicators" in given:
        query.indicators = _checked_indicators(listed(parameters, "indicators"), problems)
    for n, text in enumerate(listed(parameters, "sorts")):
        _sort_from_text(text, f"sorts[{n}]", query, problems)
    single = dict(reversed(parameters))
    query.page, query.page_size = read_paging(single, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, problems)
    debug = single.get("debug", "false").lower()
    if debug not in ("true", "false"):
        problems.add("InvalidValue", "debug")
    query.debug = debug == "true"
    return query


def query_from_body(body: bytes, problems: Problems) -> Query:
    """The query of a POST; an empty body asks for everything. Comments are put up with, unknown members are not."""
    query = Query(by_text=False)
    if not body.strip():
        return query
    try:
        given = json.loads(_COMMENTS.sub(lambda found: found[1] or " ", body.decode("utf-8-sig")))
    except ValueError:
        problems.add("InvalidValue")
        return query
    if not isinstance(given, dict):
        problems.add("InvalidValue")
        return query
    for name in given:
        if name not in _MEMBERS:
            problems.add("UnknownField", name)
    given = {name: value for name, value in given.items() if value is not None}
    if "criteria" in given:
        query.criteria = from_body(given["criteria"], "criteria", problems)
    if "indicators" in given:
        query.indicators = _indicators_from_body(given["indicators"], problems)
    _sorts_from_body(given.get("sorts", []), query, problems)
    query.debug = _typed(given, "debug", bool, False, problems)
    query.page = _typed(given, "page", int, 1, problems)
    query.page_size = _typed(given, "pageSize", int, DEFAULT_PAGE_SIZE, problems)
    _check_paging(query.page, query.page_size, MAX_PAGE_SIZE, problems)
    return query


def read_paging(parameters: dict[str, str], size: int, most: int, problems: Problems) -> tuple[int, int]:
    """`page` and `pageSize` of the address; `size` where none is given, `most` at most."""
    values = []
    for name, default in (("page", 1), ("pageSize", size)):
        text = parameters.get(name, str(default))
        if re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
            values.append(int(text))
        else:
            problems.add("InvalidValue", name)
            values.append(default)
    _check_paging(values[0], values[1], most, problems)
    return values[0], values[1]


def _check_paging(page: int, size: int, most: int, problems: Problems) -> None:
    if page < 1:
        problems.add("GreaterThanOrEqual", "page", value=page, comparisonValue=1)
    if not 1 <= size <= most:
        problems.add("InclusiveBetween", "pageSize", **{"value": size, "from": 1, "to": most})


def _checked_indicators(given: list[str], problems: Problems) -> list[str]:
    return [text for n, text in enumerate(given) if not problems.too_long(f"indicators[{n}]", text, MAX_FIELD)]


def _indicators_from_body(given: Any, problems: Problems) -> list[str] | None:
    if not isinstance(given, list):
        problems.add("InvalidValue", "indicators")
        return None
    for n, item in enumerate(given):
        if not isinstance(item, str):
            problems.add("InvalidValue", f"indicators[{n}]")
    if not given:
        problems.add("NotEmpty", "indicators")
    return _checked_indicators([item if isinstance(item, str) else "-" for item in given], problems)


def _sort_from_text(text: str, path: str, query: Query, problems: Problems) -> None:
    if not text.strip():
        problems.add("NotEmpty", path)
        return
    if "|" not in text:
        problems.add("SortFormat", path, value=text, expectedFormat="{field}|{direction}")
        return
    name, _, direction = text.rpartition("|")
    before = len(problems.found)
    if not name.strip():
        problems.add("SortFieldNotEmpty", path)
    elif len(name) > MAX_FIELD:
        problems.add("SortFieldMaxLength", path, value=name, maxLength=MAX_FIELD)
    if direction not in DIRECTIONS:
        problems.add("SortDirection", path, value=direction, allowed=list(DIRECTIONS))
    if len(problems.found) == before:
        query.sorts.append(Sort(name, direction))


def _sorts_from_body(given: Any, query: Query, problems: Problems) -> None:
    if not isinstance(given, list):
        problems.add("InvalidValue", "sorts")
        return
    for n, item in enumerate(given):
        path = f"sorts[{n}]"
        if not isinstance(item, dict):
            problems.add("InvalidValue", path)
            continue
        for name in item:
            if name not in ("field", "direction"):
                problems.add("UnknownField", f"{path}.{name}")
        before = len(problems.found)
        for name in ("field", "direction"):
            if item.get(name) is None:
                problems.add("RequiredValue", f"{path}.{name}")
            elif not isinstance(item[name], str):
                problems.add("InvalidValue", f"{path}.{name}")
        if len(problems.found) > before:
            continue
        problems.too_long(f"{path}.field", item["field"], MAX_FIELD)
        if item["direction"] not in DIRECTIONS:
            problems.add("AllowedValue", f"{path}.direction", value=item["direction"], allowed=list(DIRECTIONS))
        if len(problems.found) == before:
            query.sorts.append(Sort(item["field"], item["direction"]))


def _typed(given: dict[str, Any], name: str, kind: type, default: Any, problems: Problems) -> Any:
    value = given.get(name, default)
    if type(value) is not kind:
        problems.add("InvalidValue", name)
        return default
    return value
