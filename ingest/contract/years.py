"""A contract's years: how the layout of one year is told as its difference from the year before, and what all years
have between them.

What may differ is listed in `CHANGES`; every year must say why it differs, and every difference must be one: to add
what is there or drop what is not is a mistake of the contract.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.contract.check import Checker
from ingest.contract.model import Field, Table

YEAR_KEYS = {"why", "tables", "add_tables", "drop_tables"}
CHANGES = {"codes", "add", "drop", "rename", "change", "key"}
CHANGEABLE = {"type", "required", "max_length", "format", "optional", "also"}
EARLIEST, LATEST = 2000, 2100

Bodies = dict[str, Any]
"""Tables as the file has them: name -> body."""


def year_bodies(check: Checker, first: Any, tables: Bodies, years: Any) -> tuple[dict[int, Bodies], dict[int, str]]:
    """The tables of every year that has a layout of its own, in full, and why each differs from the one before.

    Nothing for a contract whose years do not differ. Raises ContractError at the first mistake.
    """
    if first is None and years is None:
        return {}, {}
    if first is None or years is None:
        check.fail("first_year", "first_year and years together, or neither", "one of them")
    year = _year(check, first, "first_year")
    found, why = {year: tables}, {year: "the first year the contract knows"}
    for key, said in check.mapping(years, "years", None).items():
        where = f"years.{key}"
        if _year(check, key, where) <= year:
            check.fail(where, f"a year after {year}", repr(key))
        found[int(key)] = _changed(check, where, found[year], said)
        year = int(key)
        why[year] = check.text(said["why"], f"{where}.why")
    return found, why


def _year(check: Checker, value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not EARLIEST <= value <= LATEST:
        check.fail(where, "a year such as 2024", repr(value))
    return value


def _changed(check: Checker, where: str, before: Bodies, said: Any) -> Bodies:
    said = check.mapping(said, where, YEAR_KEYS, needed={"why"})
    bodies = copy.deepcopy(before)
    for name in check.texts(said.get("drop_tables", []), f"{where}.drop_tables"):
        _there(check, bodies, name, f"{where}.drop_tables", "a table of the year before")
        del bodies[name]
    for name, body in check.mapping(said.get("add_tables", {}), f"{where}.add_tables", None).items():
        _not_there(check, bodies, name, f"{where}.add_tables", "a table that the year before does not have")
        bodies[name] = body
    for name, changes in check.mapping(said.get("tables", {}), f"{where}.tables", None).items():
        _there(check, bodies, name, f"{where}.tables", "a table of the year before")
        _change_table(check, f"{where}.tables.{name}", bodies[name], changes)
    return bodies


def _change_table(check: Checker, where: str, body: Any, changes: Any) -> None:
    changes = check.mapping(changes, where, CHANGES)
    check.mapping(body, where, None, needed={"fields"})
    fields = body["fields"]
    check.mapping(fields, where, None)
    for name in check.texts(changes.get("drop", []), f"{where}.drop"):
        _there(check, fields, name, f"{where}.drop", "a field of the year before")
        del fields[name]
    for name, spec in check.mapping(changes.get("add", {}), f"{where}.add", None).items():
        _not_there(check, fields, name, f"{where}.add", "a field that the year before does not have")
        fields[name] = spec
    for kind, allowed in (("rename", {"column"}), ("change", CHANGEABLE)):
        for name, spec in check.mapping(changes.get(kind, {}), f"{where}.{kind}", None).items():
            at = f"{where}.{kind}.{name}"
            _there(check, fields, name, at, "a field of the year before")
            fields[name] = check.mapping(fields[name], at, None) | check.mapping(spec, at, allowed)
    for name, spec in check.mapping(changes.get("codes", {}), f"{where}.codes", None).items():
        at = f"{where}.codes.{name}"
        _there(check, fields, name, at, "a field of the year before")
        before = check.mapping(fields[name], at, None)
        codes = check.texts(before.get("codes", []), at)
        fields[name] = before | {"codes": _changed_codes(check, at, codes, spec)}
    if "key" in changes:
        body["key"] = changes["key"]


def _changed_codes(check: Checker, where: str, codes: Sequence[str], spec: Any) -> list[str]:
    spec = check.mapping(spec, where, {"add", "drop"})
    added, dropped = (check.texts(spec.get(each, []), f"{where}.{each}") for each in ("add", "drop"))
    for code in dropped:
        _there(check, codes, code, f"{where}.drop", "a code of the year before")
    for code in added:
        _not_there(check, codes, code, f"{where}.add", "a code that the year before does not have")
    return [code for code in codes if code not in dropped] + list(added)


def _there(check: Checker, among: Any, name: str, where: str, expected: str) -> None:
    if name not in among:
        check.fail(where, expected, repr(name))


def _not_there(check: Checker, among: Any, name: str, where: str, expected: str) -> None:
    if name in among:
        check.fail(where, expected, repr(name))


def union_of(layouts: Mapping[int, tuple[Table, ...]]) -> tuple[Table, ...]:
    """The tables of all years, each with the fields of all years: what is loaded, so that columns do not come and go.

    In the order they first came in. A table or field is as its newest year has it; other headings, and codes, are
    those of all years.
    """
    seen: dict[str, list[Table]] = {}
    for year in sorted(layouts):
        for table in layouts[year]:
            seen.setdefault(table.name, []).append(table)
    return tuple(_union_table(tables, every_year=len(tables) == len(layouts)) for tables in seen.values())


def _union_table(tables: list[Table], *, every_year: bool) -> Table:
    fields: dict[str, list[Field]] = {}
    for table in tables:
        for field in table.fields:
            fields.setdefault(field.name, []).append(field)
    union = tuple(_union_field(found, always=len(found) == len(tables)) for found in fields.values())
    return replace(tables[-1], fields=union, year=None, optional=tables[-1].optional or not every_year)


def _union_field(found: list[Field], *, always: bool) -> Field:
    newest = found[-1]
    headings = dict.fromkeys(name for field in reversed(found) for name in (field.source, *field.also))
    headings.pop(newest.source)
    lengths = [field.max_length for field in found]
    return replace(
        newest,
        also=tuple(headings),
        codes=tuple(dict.fromkeys(code for field in found for code in field.codes)),
        required=always and all(field.required for field in found),
        optional=not always or any(field.optional for field in found),
        max_length=None if None in lengths else max(length for length in lengths if length is not None),
    )
