"""What a delivered file holds that retention must know: its youngest child, and whether a person under a hold is in
it. Looks into the rows that were read; nothing of them is kept or told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from area.sql import literal
from ingest.contract.model import Contract

BIRTH_DATE = "birth_date"


def youngest_child(contract: Contract, rows: Iterable[Path]) -> dt.date | None:
    """The latest birth date in the rows of one file (`read/<feed>/<table>/<sha256>.parquet`); None where a table has
    none, or one cannot be understood: then it is not known who the youngest is."""
    found = []
    for path in rows:
        table = contract.table(path.parent.name) if path.parent.name in {t.name for t in contract.tables} else None
        fields = [field for field in table.fields if field.personal == BIRTH_DATE] if table else []
        if not fields:
            return None
        for field in fields:
            read = f"try_strptime({field.name}, {literal(field.date_format or '%Y-%m-%d')})"
            youngest, unread = _one(
                f"select max({read})::date, count(*) filter (where {field.name} is not null and {read} is null)"
                f" from read_parquet({literal(path)})"
            )
            if unread or youngest is None:
                return None
            found.append(youngest)
    return max(found, default=None)


def holds_person(files: Sequence[Path], values: set[str]) -> bool:
    """Whether any value stands in a cell of the rows that were read, or anywhere in a row that was held back. A file of
    which no row can be looked at might hold them, so it does."""
    parquet = [path for path in files if path.suffix == ".parquet"]
    if not parquet:
        return True
    wanted = sorted(values)
    for path in parquet:
        with duckdb.connect() as con:
            source = f"read_parquet({literal(path)})"
            columns = con.execute(f"describe select * from {source}").fetchall()
            names = [name for name, kind, *_ in columns if kind == "VARCHAR"]
            if "original_text" in names:
                query = f"select count(*) from {source}, unnest(?::varchar[]) as v(x) where contains(original_text, x)"
            else:
                query = f"select count(*) from {source} where list_has_any([{', '.join(_cells(names))}], ?::varchar[])"
            found = con.execute(query, [wanted]).fetchone()
            if found and found[0]:
                return True
    return False


def rows_with(files: Sequence[Path], values: Collection[str]) -> Iterator[tuple[str, Path, int]]:
    """Value, file and number of rows that have it, of files of one table that were read or held back: where
    `holds_person` looks."""
    if not files:
        return
    wanted = sorted(values)
    marks = ", ".join(f"${place}" for place in range(1, len(wanted) + 1))
    with duckdb.connect() as con:
        source = f"read_parquet([{', '.join(map(literal, files))}], union_by_name = true, filename = true)"
        columns = con.execute(f"describe select * from {source}").fetchall()
        names = [name for name, kind, *_ in columns if kind == "VARCHAR" and name != "filename"]
        if "original_text" in names:
            found = f"select x, filename from {source}, unnest([{marks}]) as v(x) where contains(original_text, x)"
        else:
            # Most rows have none: to look for that first is twice as fast.
            any_cell = " or ".join(f"{cell} in ({marks})" for cell in _cells(names)) or "false"
            each = f"unnest(list_distinct(list_intersect([{', '.join(_cells(names))}], [{marks}])))"
            found = f"select {each} as x, filename from {source} where {any_cell}"
        counted = con.execute(f"select x, filename, count(*) from ({found}) group by all", wanted)
        for value, file, rows in counted.fetchall():
            yield value, Path(file), rows


def _cells(names: Iterable[str]) -> list[str]:
    """The cells of a row without blanks around them, in SQL."""
    return [f'trim("{name}")' for name in names if not name.startswith("_")]


def _one(query: str) -> tuple[dt.date | None, int]:
    with duckdb.connect() as con:
        found = con.execute(query).fetchone()
    return (found[0], int(found[1])) if found else (None, 0)
