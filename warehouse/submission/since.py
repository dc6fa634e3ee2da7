"""What changed in the return since yesterday and since the last submission, written into the night's own file.

These two tables are the only ones of a night that hang on another night and not on what was delivered: they are no part
of the return, are not frozen, and are not made when a submission is built again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from area.errors import NothingPublishedError
from area.paths import AreaPaths
from area.sql import literal
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from warehouse.submission.diff import REMOVED, attach_night, changes, frozen_tables, night_tables
from warehouse.submission.folder import approval, published, read_manifest, serials, submission

YESTERDAY, SUBMISSION = "yesterday", "submission"
# Said of the file and not of the children in it: other every night, or given by freezing.
OF_THE_FILE = ("DateTime", "SerialNo")
_BEFORE = "night_before"


@dataclass(frozen=True)
class _Earlier:
    """An earlier state of the return: what it is called, and its tables by module."""

    name: str
    tables: Mapping[str, str]


def change_tables(kind: ReturnKind) -> tuple[str, str]:
    """The tables of schema `returns` that `write_changes` makes: the changes, and what they were compared with."""
    return f"{kind.name}_change", f"{kind.name}_change_since"


def write_changes(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths, *, kind: ReturnKind, collection: int
) -> dict[str, int]:
    """Make `returns.<kind>_change` and `returns.<kind>_change_since` in the night's file `con`; returns the number of
    changes by what they are since ('yesterday', 'submission').

    One row a record that came or went (item null) and one a cell that changed; the values of personal items are not
    kept. `yesterday` is the published night, `submission` the newest signed one of the collection, or the newest frozen
    where none is signed (rehearsals do not count); without one, or where it is of another collection, there is nothing.
    """
    definition = load_definition(kind, collection)
    change, since_table = (f"{SCHEMA}.{table}" for table in change_tables(kind))
    con.execute(
        f"create or replace table {change} (since varchar, module varchar, record_key varchar, persontableid varchar, "
        "change varchar, item varchar, was varchar, now varchar)"
    )
    con.execute(f"create or replace table {since_table} (since varchar, compared_with varchar, changes bigint)")
    found: dict[str, int] = {}
    for since, earlier in (
        (YESTERDAY, _night_before(con, paths, definition)),
        (SUBMISSION, _last_submission(paths, definition)),
    ):
        found[since] = 0 if earlier is None else _compare(con, since, earlier, definition, change)
        con.execute(
            f"insert into {since_table} values (?, ?, ?)", [since, earlier.name if earlier else None, found[since]]
        )
        if since == YESTERDAY and earlier is not None:
            con.execute(f"detach {_BEFORE}")
    return found


def _night_before(con: duckdb.DuckDBPyConnection, paths: AreaPaths, definition: Definition) -> _Earlier | None:
    try:
        night, run = published(paths)
    except NothingPublishedError:
        return None
    if run["collection"] != definition.year:
        return None
    attach_night(con, night, _BEFORE)
    return _Earlier(str(run["night"]), night_tables(definition, _BEFORE))


def _last_submission(paths: AreaPaths, definition: Definition) -> _Earlier | None:
    kind, year = definition.kind, definition.year
    frozen = [submission(paths, kind, year, serial) for serial in serials(paths, kind, year)]
    sent = [each for each in frozen if not read_manifest(each.manifest)["rehearsal"]]
    chosen = [each for each in sent if approval(each)] or sent
    if not chosen:
        return None
    return _Earlier(chosen[-1].serial, frozen_tables(definition, chosen[-1].tables))


def _compare(con: duckdb.DuckDBPyConnection, since: str, earlier: _Earlier, definition: Definition, target: str) -> int:
    both = _comparable(con, earlier, definition)
    now = {name: f"{SCHEMA}.{module.table}" for name, module in both.modules.items()}
    changes(con, earlier.tables, now, both)
    people = " union all ".join(
        f"select '{name}' as module, {side} as was_there, record_key, persontableid "
        f"from ({_people(both, module, tables)})"
        for name, module in both.modules.items()
        if module.key
        for side, tables in (("true", earlier.tables), ("false", now))
    )
    personal = [f"('{module.name}', {literal(item.tag)})" for module, item in both.walk() if item.personal]
    hidden = f"coalesce((changed.module, changed.item) in ({', '.join(personal)}), false)" if personal else "false"
    con.execute(
        f"insert into {target} select '{since}', changed.module, changed.record_key, people.persontableid, "
        f"changed.change, changed.item, case when not {hidden} then changed.was end, "
        f"case when not {hidden} then changed.now end "
        f"from return_change as changed left join ({people}) as people "
        "on people.module = changed.module and people.record_key = changed.record_key "
        f"and people.was_there = (changed.change = '{REMOVED}') order by all"
    )
    (number,) = con.execute("select count(*) from return_change").fetchone() or (0,)
    con.execute("drop table return_change")
    return int(number)


def _comparable(con: duckdb.DuckDBPyConnection, earlier: _Earlier, definition: Definition) -> Definition:
    """The definition with what both states have: an earlier one may have been made by an older release, without a
    column of today."""
    modules: dict[str, Module] = {}
    for name, module in definition.modules.items():
        try:
            described = con.execute(f"describe select * from {earlier.tables[name]}").fetchall()
        except (duckdb.CatalogException, duckdb.IOException):
            continue
        columns = {str(row[0]) for row in described}
        above = [definition.parent_key(module), module.key]
        if {key for key in above if key} <= columns:
            kept = tuple(
                held
                for held in module.holds
                if isinstance(held, str) or (held.column in columns and held.tag not in OF_THE_FILE)
            )
            modules[name] = replace(module, holds=kept)
    return replace(definition, modules=modules)


def _people(definition: Definition, module: Module, tables: Mapping[str, str]) -> str:
    """record_key and persontableid of every record of a module, through the modules above it."""
    person = definition.persons
    if module.name == person.name:
        return f"select {person.key} as record_key, {person.key} as persontableid from {tables[module.name]}"
    parent = definition.modules.get(module.parent or "")
    if parent is None:
        return f"select {module.key} as record_key, null::varchar as persontableid from {tables[module.name]}"
    return (
        f"select m.{module.key} as record_key, above.persontableid from {tables[module.name]} as m "
        f"left join ({_people(definition, parent, tables)}) as above on above.record_key = m.{parent.key}"
    )
