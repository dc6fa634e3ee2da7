"""Explains a cell of the return: its value, the models it passed, corrections, rules, the file rows it came from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import duckdb

from area.errors import CellUnknownError
from area.paths import AreaPaths
from ingest.contract.model import Contract, load_contracts
from ingest.landing.delivery import Delivery, deliveries
from ingest.landing.files import find_landed
from ingest.quarantine.fixes import FeedFixes, feed_fixes
from ingest.reading.file import parquet_of
from returns.definition.load import load_definition
from returns.definition.model import Definition, Item, Module
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.report.pseudonyms import WarehouseNames
from returns.rules.book import rules_of
from warehouse.lineage.trace import Column, Step, Tracer
from warehouse.submission.folder import Manifest, published

RAW, STAGING = "raw", "staging"
# Rows of one model that are shown; a plan with more reviews than that is told to have more.
MOST_ROWS = 5
Place = tuple[str, int]
"""A row of a delivered file: the file's SHA-256 and the row's number in it."""


@dataclass(frozen=True)
class PutRight:
    """Who put a quarantined row right, when, why, and which fields: there the delivered file says something else."""

    made_by: str
    made_at: str
    reason: str
    fields: tuple[str, ...]
    carried: bool
    """Said of the same row in an earlier delivery."""


@dataclass(frozen=True)
class SourceRow:
    """The row of a delivered file a value was read from, and how somebody put it right in quarantine."""

    feed: str
    file_name: str
    sha256: str
    landing: str
    row: int
    extract_date: dt.date | None
    value: str | None
    put_right: PutRight | None = None


@dataclass(frozen=True)
class Passed:
    """One column a value passed. `values` are those of the record's rows, None for a view that is not kept."""

    column: str
    depth: int
    values: tuple[str | None, ...] | None
    more: int
    traced: bool
    personal: bool
    rows: tuple[SourceRow, ...] = ()


@dataclass(frozen=True)
class Correction:
    """A correction of the cell, from the council's overlay."""

    id: str
    was: str | None
    value: str | None
    state: str
    made_by: str
    made_at: str
    reason: str


@dataclass(frozen=True)
class Met:
    """A rule that looks at the item and how the record fared: passed, broken, or not run and why."""

    rule_id: str
    severity: str
    message: str
    outcome: str


@dataclass(frozen=True)
class Cell:
    """One cell of the return, explained. `personal` tells whether the values are to be hidden."""

    module: str
    record_key: str
    item: str
    title: str
    personal: bool
    value: str | None
    night: str
    passed: tuple[Passed, ...]
    corrections: tuple[Correction, ...]
    rules: tuple[Met, ...]


def explain(
    area: str,
    collection: int,
    item: str,
    *,
    kind: ReturnKind,
    person: str | None = None,
    module: str | None = None,
    record: str | None = None,
    root: Path | None = None,
) -> list[Cell]:
    """Explain the cells of the published return that are meant: one for each record of the person with the item.

    `person` is the case system's reference or a pseudonym of the analysts' zone, `item` an XML tag in any letter case;
    `module` and `record` narrow the choice. Raises CellUnknownError when nothing is meant, NothingPublishedError.
    """
    paths = AreaPaths.of(area, root)
    night, run = published(paths)
    if run["collection"] != collection:
        raise CellUnknownError(
            f"The published night is of collection {run['collection']}, not {collection}",
            do=f"name --collection {run['collection']}, or run a night with collection {collection}",
        )
    definition = load_definition(kind, collection)
    meant = _meant(definition, item, module)
    with duckdb.connect(str(night.warehouse), read_only=True) as con:
        desk = _Desk(con, paths, definition, Tracer(night.lineage), run)
        cells = [
            desk.explain(module, found, key)
            for module, found in meant
            for key in _record_keys(con, definition, module, person, record)
        ]
    if not cells:
        raise CellUnknownError(
            f"The return of collection {collection} has no such record with item '{meant[0][1].tag}'",
            do="check the reference (case system's, or the pseudonym), and --module and --record where given",
        )
    return cells


def _meant(definition: Definition, tag: str, module: str | None) -> list[tuple[Module, Item]]:
    found = [
        (each, item)
        for each, item in definition.walk()
        if item.tag.lower() == tag.lower() and module in (None, each.name)
    ]
    if not found:
        there = sorted({item.tag for each, item in definition.walk() if module in (None, each.name)})
        where = f"module '{module}'" if module else f"collection {definition.year}"
        raise CellUnknownError(f"There is no item '{tag}' in {where}", do=f"name one of: {', '.join(there)}")
    return found


def _record_keys(
    con: duckdb.DuckDBPyConnection, definition: Definition, module: Module, person: str | None, record: str | None
) -> list[str | None]:
    if module.key is None:
        return [None]
    if person is None:
        raise CellUnknownError("No person is named", do="add --person with the case system's reference or a pseudonym")
    chain = definition.upwards(module)
    joins = "".join(
        f" join {SCHEMA}.{above.table} as {above.name} using ({above.key})" for above in chain[1:] if above.key
    )
    rows = con.execute(
        f"select distinct {module.name}.{module.key} from {SCHEMA}.{module.table} as {module.name}{joins}"
        f" where {chain[-1].name}.{chain[-1].key} = ? and coalesce({module.name}.{module.key} = ?, true) order by 1",
        [_reference(con, person), record],
    ).fetchall()
    return [str(key) for (key,) in rows]


def _reference(con: duckdb.DuckDBPyConnection, person: str) -> str:
    """The case system's reference of a person who is named by it, or by the pseudonym of the analysts' zone."""
    if not re.fullmatch(r"[0-9a-f]{32}", person):
        return person
    return WarehouseNames(con).reference(person) or person


class _Desk:
    """Answers about one published night."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        paths: AreaPaths,
        definition: Definition,
        tracer: Tracer,
        run: Manifest,
    ) -> None:
        self._con, self._paths, self._definition = con, paths, definition
        self._tracer, self._night = tracer, str(run["night"])
        self._published_at = dt.datetime.fromisoformat(run["published_at"])
        self._feeds = {table.name: contract for contract in load_contracts() for table in contract.tables}
        self._delivered: dict[str, list[Delivery]] = {}
        self._fixes: dict[str, FeedFixes] = {}
        self._there: dict[tuple[str, str], list[str]] = {}
        for schema, table, column in con.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_catalog = current_database()"
        ).fetchall():
            self._there.setdefault((schema, table), []).append(column)

    def explain(self, module: Module, item: Item, key: str | None) -> Cell:
        steps = self._tracer.chain(Column(SCHEMA, module.table, item.column))
        keys = self._keys(module, key)
        passed = self._passed(item, steps, keys)
        first = passed[0].values
        return Cell(
            module=module.name,
            record_key=key or module.name,
            item=item.tag,
            title=item.title,
            personal=item.personal is not None,
            value=first[0] if first else None,
            night=self._night,
            passed=tuple(passed),
            corrections=self._corrections(module, key, item),
            rules=self._rules(module, key, item),
        )

    def _keys(self, module: Module, key: str | None) -> list[tuple[str, str]]:
        """Columns that name the record, its own key first, with their values: those of the return's tables and, as far
        as a key passes the models unchanged, those it has in them (`plan_ref`, `request_ref`).

        The person's is not followed where it comes from several columns: it names the rows of other records too."""
        keys: list[tuple[str, str]] = []
        value = key
        chain = self._definition.upwards(module) if module.key else []
        for below, above in zip_longest(chain, chain[1:]):
            waiting = [Column(SCHEMA, below.table, below.key or "")] if value is not None else []
            while waiting and value is not None:
                column = waiting.pop(0)
                keys.append((column.name, value))
                made_from = self._tracer.made_from(column) or ()
                if len(made_from) > 1:
                    alone = below is module or above is not None
                    made_from = tuple(each for each in made_from if alone and self._has_key(each, value, keys))
                waiting = [*made_from, *waiting]
            if above is not None and value is not None:
                row = self._con.execute(
                    f"select {above.key} from {SCHEMA}.{below.table} where {below.key} = ?", [value]
                ).fetchone()
                value = str(row[0]) if row and row[0] is not None else None
        return list(dict.fromkeys(keys))

    def _has_key(self, column: Column, value: str, keys: Sequence[tuple[str, str]]) -> bool:
        """Whether a column, one of several a key was made from, holds the key, in a row that the `keys` found so far
        name too: the plan's own request, not whatever has the same number."""
        columns = self._there.get((column.schema, column.table), [])
        known = dict(reversed(keys))
        if column.name not in columns or known.get(column.name, value) != value:
            return False
        named = {column.name: value} | {name: known[name] for name in columns if name in known}
        where = " and ".join(f'"{name}"::varchar = ?' for name in named)
        sql = f'select 1 from {column.schema}."{column.table}" where {where} limit 1'
        return self._con.execute(sql, list(named.values())).fetchone() is not None

    def _passed(self, item: Item, steps: Sequence[Step], keys: Sequence[tuple[str, str]]) -> list[Passed]:
        by_column = {step.column: step for step in steps}
        places: dict[Column, list[Place]] = {steps[0].column: []}
        personal = {
            step.column: item.personal is not None or (step.depth > 0 and self._is_personal(step.column, by_column))
            for step in steps
        }
        passed = []
        for step in steps:
            inherited = places.get(step.column, [])
            if step.column.schema == RAW:
                rows, more = self._source_rows(step.column, inherited)
                values = tuple(row.value for row in rows)
                passed.append(self._said(step, values, more, personal, rows))
                continue
            values_here, own, more = self._values(step.column, keys, inherited)
            passed.append(self._said(step, values_here, more, personal, ()))
            for above in step.made_from:
                places.setdefault(above, own or inherited)
        return passed

    @staticmethod
    def _said(
        step: Step,
        values: tuple[str | None, ...] | None,
        more: int,
        personal: dict[Column, bool],
        rows: tuple[SourceRow, ...],
    ) -> Passed:
        return Passed(str(step.column), step.depth, values, more, step.traced, personal[step.column], rows)

    def _is_personal(self, column: Column, steps: dict[Column, Step]) -> bool:
        """Whether a field that its feed's contract calls personal is among what the column was made from."""
        if column.schema == RAW:
            contract = self._feeds.get(column.table)
            fields = contract.table(column.table).fields if contract else ()
            return any(field.name == column.name and field.personal for field in fields)
        return any(self._is_personal(above, steps) for above in steps[column].made_from if above in steps)

    def _values(
        self, column: Column, keys: Sequence[tuple[str, str]], inherited: Sequence[Place]
    ) -> tuple[tuple[str | None, ...] | None, list[Place], int]:
        """The values of a column in the record's rows, the file rows those came from, and how many more rows there are.

        The rows are those that came from the same file rows as the record below, else those that a key names.
        """
        columns = self._there.get((column.schema, column.table))
        if columns is None or column.name not in columns:
            return None, [], 0
        has_place = {"_file_hash", "_row"} <= set(columns)
        place = "_file_hash, _row" if has_place else "null, null"
        select = f'select "{column.name}"::varchar, {place} from {column.schema}."{column.table}"'
        rows: list[tuple[str | None, str | None, int | None]] = []
        if has_place:
            for file_hash, row in inherited:
                rows += self._con.execute(f"{select} where _file_hash = ? and _row = ?", [file_hash, row]).fetchall()
        named = next(((name, value) for name, value in keys if name in columns), None)
        if not rows and named is not None:
            rows = self._con.execute(f'{select} where "{named[0]}"::varchar = ? order by all', [named[1]]).fetchall()
        if not rows and named is None and not keys:
            rows = self._con.execute(f"{select} limit 1").fetchall()  # the header: one row, no key
        shown = rows[:MOST_ROWS]
        own = [(str(file_hash), int(row)) for _, file_hash, row in rows if file_hash is not None and row is not None]
        return tuple(value for value, _, _ in shown), list(dict.fromkeys(own)), len(rows) - len(shown)

    def _source_rows(self, column: Column, places: Sequence[Place]) -> tuple[tuple[SourceRow, ...], int]:
        """The rows of the column's own table, and how many more there are. Where a model puts several tables together,
        as casework's disputes and the register's, some of the places are of the others."""
        contract = self._feeds.get(column.table)
        if contract is None:
            return (), 0
        files = {
            file_hash: parquet_of(self._paths.read, contract.feed, column.table, file_hash) for file_hash, _ in places
        }
        own = [place for place in places if files[place[0]].exists()]
        found = []
        for file_hash, row in own[:MOST_ROWS]:
            value = self._con.execute(
                f'select "{column.name}"::varchar from read_parquet(?) where _row = ?', [str(files[file_hash]), row]
            ).fetchone()
            if value is not None:
                found.append(self._source_row(contract, column.table, (file_hash, row), value[0]))
        return tuple(found), len(own) - len(found)

    def _source_row(self, contract: Contract, table: str, place: Place, value: str | None) -> SourceRow:
        sha256, row = place
        if contract.feed not in self._delivered:
            self._delivered[contract.feed] = list(deliveries(self._paths.deliveries, contract.feed))
        records = [record for record in self._delivered[contract.feed] if record.sha256 == sha256]
        landed = find_landed(self._paths.landing / contract.sector / contract.feed, sha256)
        return SourceRow(
            feed=contract.feed,
            file_name=records[0].file_name if records else "",
            sha256=sha256,
            landing=str(landed.path.relative_to(self._paths.root)) if landed else "(not in landing)",
            row=row,
            extract_date=records[0].extract_date if records else None,
            value=value,
            put_right=self._put_right(contract.feed, table, place),
        )

    def _put_right(self, feed: str, table: str, place: Place) -> PutRight | None:
        """The fix that was laid over the row for the night. What was said since is of a night to come."""
        if feed not in self._fixes:
            self._fixes[feed] = feed_fixes(self._paths, feed)
        fixes = self._fixes[feed]
        entry = fixes.put_right(place[0], table, place[1], by=self._published_at)
        if entry is None:
            return None
        said = fixes.first_said(entry) or entry
        return PutRight(said.made_by, said.made_at, said.reason, tuple(entry.cells), carried=bool(entry.carried_from))

    def _corrections(self, module: Module, key: str | None, item: Item) -> tuple[Correction, ...]:
        table = f"{self._definition.kind.name}_correction_state"
        if (SCHEMA, table) not in self._there:
            return ()
        rows = self._con.execute(
            f"select id, was, value, state, made_by, made_at::varchar, reason from {SCHEMA}.{table}"
            " where module = ? and record_key = ? and lower(item) = lower(?) order by id",
            [module.name, key or module.name, item.tag],
        ).fetchall()
        return tuple(Correction(*row) for row in rows)

    def _rules(self, module: Module, key: str | None, item: Item) -> tuple[Met, ...]:
        """The rules of the year that look at the item in this module, and what they found in the record."""
        kind = self._definition.kind
        states = dict(
            self._con.execute(f"select rule_id, coalesce(why_skipped, '') from {SCHEMA}.{kind.name}_rule").fetchall()
        )
        broken: dict[str, tuple[str, str]] = {}
        for rule_id, tag, state in self._con.execute(
            f"select rule_id, item, state from {SCHEMA}.{kind.name}_rule_breach"
            " where module = ? and record_key = ? order by item",
            [module.name, key or module.name],
        ).fetchall():
            if rule_id not in broken or tag == item.tag:
                broken[rule_id] = (tag, state)
        met = []
        for rule in rules_of(kind, self._definition.year):
            looks_here = re.search(rf"\b{module.table}\b|'{module.name}'", rule.sql) is not None
            if item.tag not in rule.items or not looks_here:
                continue
            if rule.id not in states or states[rule.id]:
                outcome = f"not run ({states.get(rule.id) or 'not part of this night'})"
            elif rule.id in broken:
                tag, state = broken[rule.id]
                outcome = f"broken, {state}" if tag == item.tag else f"broken at {tag}, {state}"
            else:
                outcome = "passed"
            met.append(Met(rule.id, rule.severity, rule.message, outcome))
        return tuple(met)
