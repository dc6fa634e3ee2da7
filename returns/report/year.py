"""What has changed in the return, for one collection: the bridge from last January, the measures beside last year,
England and the neighbours, and what is different since yesterday and since the last submission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from returns.definition.load import load_definition
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.report.masking import HIDDEN, shown
from returns.report.pseudonyms import WarehouseNames

Deadline = tuple[str, dt.date | None, str | None, str]
"""Title, day (None: not known), what is done towards it (None: nothing), what is to do."""
MOST_RECORDS = 500
_WHOLE_RECORD = "(whole record)"


@dataclass(frozen=True)
class Step:
    """One line of the bridge. `plans` is None where there is no earlier return."""

    step: str
    title: str
    counted: int | None
    plans: int | None


@dataclass(frozen=True)
class Measure:
    """One total of the preview beside last year and others; None where there is no figure."""

    data_set: str
    measure: str
    headline: bool
    title: str
    percent: bool
    year: int
    text: str
    last: float | None
    last_from: str
    change: float | None
    unlikely: bool
    others_period: str
    england: float | None
    neighbours: float | None
    neighbour_count: int


@dataclass(frozen=True)
class Moved:
    """One plan of the bridge, under the person's pseudonym (or key, where names may stand)."""

    movement: str
    title: str
    person: str
    name: str
    start: dt.date | None
    ceased: dt.date | None
    reason: str
    came_from: str
    last_number: str
    """The person in last year's return, by collection and number in the file."""


@dataclass(frozen=True)
class Changed:
    """One record that came or went, or one cell that is different."""

    module: str
    record: str
    person: str
    name: str
    change: str
    item: str
    was: str
    now: str


@dataclass(frozen=True)
class Since:
    """What is different since an earlier state of the return; `compared_with` is empty when there is none."""

    since: str
    compared_with: str
    total: int
    counts: Sequence[tuple[str, str, str, int]]
    """Module, change, item, records: the most frequent first."""
    records: Sequence[Changed]
    """The first of them, MOST_RECORDS unless another number was asked for."""


@dataclass(frozen=True)
class Year:
    """All of it. `has_earlier`: last year's return was read in."""

    kind: ReturnKind
    year: int
    area: str
    names: bool
    has_earlier: bool
    bridge: Sequence[Step]
    moved: Sequence[Moved]
    measures: Sequence[Measure]
    since: Sequence[Since]

    def step(self, name: str) -> Step:
        return next(step for step in self.bridge if step.step == name)


def gather_year(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int, *, names: bool = False, most: int = MOST_RECORDS
) -> Year:
    """Read it from a night's warehouse `con`; `most` is how many single changes are listed since each state.

    Raises SettingsError where the key of the pseudonyms is not set and `names` is not.
    """
    called = _Called(con, kind, names=names)
    (area,) = con.execute(f"select max(lea) from {SCHEMA}.{kind.name}_header").fetchone() or ("",)
    bridge, has_earlier = read_bridge(con, kind)
    return Year(
        kind=kind,
        year=year,
        area=str(area or ""),
        names=names,
        has_earlier=has_earlier,
        bridge=bridge,
        moved=_moved(con, kind, called, {step.step: step.title for step in bridge}),
        measures=read_measures(con, kind),
        since=read_changes(con, kind, year, names=names, most=most),
    )


def read_bridge(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> tuple[list[Step], bool]:
    """The steps of the bridge in order, and whether there is an earlier return to begin from."""
    rows = con.execute(
        f"select step, title, counted, plans, state from {SCHEMA}.{kind.name}_bridge order by position"
    ).fetchall()
    return [Step(*row[:4]) for row in rows], bool(rows) and rows[0][4] == "from last return"


def read_measures(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> list[Measure]:
    """The measures, those to look at first before the others."""
    rows = con.execute(
        "select data_set, measure, headline is not null, title, unit = 'percent', year, coalesce(value_text, ''), "
        "last_value, coalesce(last_from, ''), change, is_unlikely, coalesce(others_period, ''), england, neighbours, "
        f"coalesce(neighbour_count, 0) from {SCHEMA}.{kind.name}_measure_comparison "
        "order by headline nulls last, data_set, measure"
    ).fetchall()
    return [Measure(*row) for row in rows]


def read_changes(con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int, *, names: bool, most: int) -> list[Since]:
    """What changed since the night before and since the last submission, records by pseudonym unless `names`."""
    definition = load_definition(kind, year)
    items = {(module.name, item.tag): item for module, item in definition.walk()}
    called = _Called(con, kind, names=names)
    table = f"{SCHEMA}.{kind.name}_change"
    found = []
    for since, compared_with, total in con.execute(
        f"select since, coalesce(compared_with, ''), changes from {table}_since order by since desc"
    ).fetchall():
        counts = con.execute(
            f"select module, change, coalesce(item, '{_WHOLE_RECORD}'), count(*) as records from {table} "
            "where since = ? group by all order by records desc, module, change, 3",
            [since],
        ).fetchall()
        rows = con.execute(
            f"select module, record_key, persontableid, change, item, was, now from {table} where since = ? "
            "order by all limit ?",
            [since, most],
        ).fetchall()
        records = []
        for module, key, person, change, item, was, now in rows:
            about = items.get((module, item))
            secret = about is not None and about.personal
            records.append(
                Changed(
                    module=module,
                    record=key if names else called.record(module, key),
                    person=called.person(person, None),
                    name=called.name(person, None),
                    change=change,
                    item=item or _WHOLE_RECORD,
                    was=HIDDEN if secret else shown(about, was, names=names),
                    now=HIDDEN if secret else shown(about, now, names=names),
                )
            )
        found.append(Since(since, compared_with, total, counts, records))
    return found


def _moved(con: duckdb.DuckDBPyConnection, kind: ReturnKind, called: _Called, titles: Mapping[str, str]) -> list[Moved]:
    rows = con.execute(
        "select movement, persontableid, person_id, start_date, cease_date, cease_reason, transferred_from, "
        f"last_source_key from {SCHEMA}.{kind.name}_movement "
        "order by movement, last_source_key nulls last, persontableid, start_date, namedplantableid"
    ).fetchall()
    return [
        Moved(
            movement=movement,
            title=titles.get(movement, movement),
            person=called.person(person, person_id),
            name=called.name(person, person_id),
            start=start,
            ceased=ceased,
            reason=reason or "",
            came_from=came_from or "",
            last_number=last or "",
        )
        for movement, person, person_id, start, ceased, reason, came_from, last in rows
    ]


class _Called:
    """How a person is called: by pseudonym; by key and name where names may stand."""

    def __init__(self, con: duckdb.DuckDBPyConnection, kind: ReturnKind, *, names: bool) -> None:
        self._pseudonyms = None if names else WarehouseNames(con)
        self._names: dict[str, str] = {}
        if names:
            for query in (
                "select person_id, concat_ws(' ', forename, surname) from facts.dim_person",
                f"select persontableid, concat_ws(' ', forename, surname) from {SCHEMA}.{kind.name}_person",
            ):
                self._names |= dict(con.execute(query).fetchall())

    def person(self, key: str | None, person_id: str | None) -> str:
        """By the key in the return or, of somebody who is not in it, the id over all systems."""
        if self._pseudonyms is None:
            return key or person_id or ""
        if key:
            return self._pseudonyms.person(key)
        return self._pseudonyms.unknown_person("last return", person_id) if person_id else ""

    def name(self, key: str | None, person_id: str | None) -> str:
        return self._names.get(key or person_id or "", "")

    def record(self, module: str, key: str) -> str:
        return self._pseudonyms.record(module, key) if self._pseudonyms else key
