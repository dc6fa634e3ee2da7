"""Reading the suites: expectations/suites/<gate>/<name>.yml.

A suite is about one relation. Its keys:

- `table`: the relation, with its schema; `where` (optional): the rows of it that are looked at.
- `measures` (instead of `where`): a query that gives one row of numbers *about* the table; expectations then look at
  its columns, and the number seen is kept in the result.
- `settings`: the suite's own limits with their default; a run may give other values under the same name.
- `expectations`: each with `id` (unique in the gate), `type` and `kwargs` (Great Expectations' own), `severity`
  (critical: nothing is published; warning: published, and shown), `expects` (what good looks like), `why` (why it
  matters) and `then` (what a person should do when it is not met).

`${name}` in a query or a kwarg is replaced by the setting or the run's variable of that name. A query of unexpected
rows may select `_file_hash` and `_row`, or `_where` (a place in words): these, and nothing else, name failing rows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import yaml

from area.errors import ContractError

SUITES = Path(__file__).parent / "suites"
GATES = ("reading", "facts", "returns")
SEVERITIES = ("critical", "warning")
ROWS_TYPE = "unexpected_rows_expectation"
SAFE_TEXT = re.compile(r"[A-Za-z0-9_.:+-]*")
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Expectation:
    """One expectation, its variables filled in."""

    id: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Literal["critical", "warning"]
    expects: str
    why: str
    then: str


@dataclass(frozen=True)
class Suite:
    """The expectations about one relation; `query` gives the rows they look at."""

    gate: str
    name: str
    table: str
    query: str
    measured: bool
    expectations: tuple[Expectation, ...]


def load_suites(gate: str, variables: Mapping[str, Any], *, root: Path = SUITES) -> list[Suite]:
    """The suites of `gate` in order of their file names, with `variables` filled in.

    Raises ContractError when the gate has no suites, a file is not as described above, an id occurs twice, a
    variable is not given, or a variable could change the meaning of a query.
    """
    files = sorted((root / gate).glob("*.yml"))
    if not files:
        raise ContractError(f"suites/{gate}", field="(folder)", expected="at least one suite", came="none")
    suites = [_suite(gate, path, variables) for path in files]
    seen: set[str] = set()
    for suite in suites:
        for expectation in suite.expectations:
            if expectation.id in seen:
                raise ContractError(
                    f"suites/{gate}/{suite.name}.yml", field="id", expected="ids used once", came=expectation.id
                )
            seen.add(expectation.id)
    return suites


def _suite(gate: str, path: Path, variables: Mapping[str, Any]) -> Suite:
    file = f"suites/{gate}/{path.name}"
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ContractError(file, field="(whole file)", expected="readable YAML", came=type(error).__name__) from error
    if not isinstance(loaded, dict):
        raise ContractError(file, field="(whole file)", expected="a mapping", came=type(loaded).__name__)
    unknown = set(loaded) - {"table", "where", "measures", "settings", "expectations"}
    if unknown:
        raise ContractError(file, field="(whole file)", expected="known keys", came=", ".join(sorted(unknown)))
    table = _text(file, loaded, "table")
    fill = partial(_fill, file, {**(loaded.get("settings") or {}), **variables})
    if "measures" in loaded:
        query = f"select * from ({str(fill(loaded['measures'])).strip()}\n) as measures"  # GX wants 'select' first
    else:
        query = f"select * from {table}"
        if "where" in loaded:
            query = f"{query} where {fill(loaded['where'])}"
    entries = loaded.get("expectations")
    if not isinstance(entries, list) or not entries:
        raise ContractError(file, field="expectations", expected="a list", came=type(entries).__name__)
    return Suite(
        gate=gate,
        name=path.stem,
        table=table,
        query=query,
        measured="measures" in loaded,
        expectations=tuple(_expectation(file, entry, fill) for entry in entries),
    )


def _expectation(file: str, entry: Mapping[str, Any], fill: Any) -> Expectation:
    unknown = set(entry) - {"id", "type", "kwargs", "severity", "expects", "why", "then"}
    if unknown:
        raise ContractError(file, field=str(entry.get("id")), expected="known keys", came=", ".join(sorted(unknown)))
    severity = _text(file, entry, "severity")
    if severity not in SEVERITIES:
        raise ContractError(file, field="severity", expected=" or ".join(SEVERITIES), came=severity)
    return Expectation(
        id=_text(file, entry, "id"),
        type=_text(file, entry, "type"),
        kwargs={key: fill(value) for key, value in (entry.get("kwargs") or {}).items()},
        severity="critical" if severity == "critical" else "warning",
        expects=str(fill(_text(file, entry, "expects"))),
        why=_text(file, entry, "why"),
        then=_text(file, entry, "then"),
    )


def _text(file: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ContractError(file, field=key, expected="text", came=type(value).__name__)
    return " ".join(value.split())


def _fill(file: str, values: Mapping[str, Any], value: Any) -> Any:
    """`value` with `${name}` replaced; a kwarg that is only `${name}` keeps the variable's own type."""
    if isinstance(value, list):
        return [_fill(file, values, item) for item in value]
    if not isinstance(value, str):
        return value
    whole = PLACEHOLDER.fullmatch(value.strip())
    if whole:
        return _variable(file, values, whole[1])
    return PLACEHOLDER.sub(lambda found: _as_text(file, found[1], _variable(file, values, found[1])), value)


def _variable(file: str, values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        raise ContractError(file, field=name, expected="a setting of the suite or a variable of the run", came="none")
    return values[name]


def _as_text(file: str, name: str, value: Any) -> str:
    """A variable inside a query: numbers, dates, codes, or a list of codes as `'a', 'b'`; nothing that can be SQL."""
    if isinstance(value, (list, tuple)):
        return ", ".join(f"'{_as_text(file, name, item)}'" for item in value) or "''"
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    if not SAFE_TEXT.fullmatch(text) or "--" in text:
        raise ContractError(file, field=name, expected="a number, a date or a code", came="other text")
    return text
