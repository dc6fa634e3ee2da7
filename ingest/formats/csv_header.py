"""The first line of a CSV file: which table it is, as which year has it, and which column is which field.

No name of a column that is not in a contract is repeated unless the line clearly is a header: in a file without
one, the first line is a child's record.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.contract.layouts import Fit, best_fit, plain_heading, short_heading
from ingest.contract.model import Table
from ingest.formats import NotAskedForError, SourceFile


@dataclass(frozen=True)
class Header:
    """The table a file is of (of the year whose layout it has), how many columns it has, and each field's place among
    them (None: not in the file). `ignored_columns` are headings of no field that the contract lets pass."""

    table: Table
    width: int
    places: tuple[int | None, ...]
    missing_columns: tuple[str, ...]
    ignored_columns: tuple[str, ...] = ()


def bind_header(file: SourceFile, names: Sequence[str]) -> Header:
    """Match a header with the contract.

    Raises FileRefusedError naming the nearest year with what is missing, extra and probably renamed, and
    NotAskedForError for a known other layout.
    """
    best = best_fit(file.contract, _possible(file, names), names, file_name=file.name)
    table = best.table
    if not best.good:
        of_year = f" as in {table.year}" if table.year else ""
        expected = f"a header with the {len(table.fields)} columns of {table.name}{of_year}"
        file.refuse(expected=expected, came=_said(best, names))
    missing = tuple(field.name for field, place in zip(table.fields, best.places, strict=True) if place is None)
    return Header(table, len(names), best.places, missing, best.ignored)


def _possible(file: SourceFile, names: Sequence[str]) -> Sequence[Table]:
    """The tables, each as every year has it, that the file may be of."""
    contract = file.contract
    if contract.format.get("recognise") == "columns":
        return _with_these_columns(file, names)
    table = contract.tables[0] if len(contract.tables) == 1 else contract.table_of_file(file.name)
    if table is None:
        raise NotAskedForError
    return contract.layouts_of(table.name)


def _with_these_columns(file: SourceFile, names: Sequence[str]) -> Sequence[Table]:
    """All tables, unless the columns are those of another known layout, or none of them is of any table."""
    contract = file.contract
    came = {plain_heading(contract, name) for name in names}
    for other in contract.format.get("other_layouts", ()):
        if came == {plain_heading(contract, name) for name in other}:
            raise NotAskedForError
    every = [layout for table in contract.tables for layout in contract.layouts_of(table.name)]
    known = {
        plain_heading(contract, heading)
        for table in every
        for field in table.fields
        for heading in (field.source, *field.also)
    }
    if not known & came:
        one_of = ", ".join(table.name for table in contract.tables)
        file.refuse(expected=f"the columns of one of {one_of}", came="a first line with none of their columns")
    return every


def _said(best: Fit, names: Sequence[str]) -> str:
    if 2 * best.found < len(best.table.fields):
        missing = ", ".join(best.missing)
        return f"a first line of {len(names)} fields, {best.found} of which are its columns (missing {missing})"
    shown = [short_heading(name) for name in best.extra]
    parts = [f"without {', '.join(best.missing)}"] if best.missing else []
    parts += [f"with unknown {', '.join(shown[:20])}"] if shown else []
    parts += [f"with {', '.join(best.twice)} twice"] if best.twice else []
    for name in best.missing:
        close = difflib.get_close_matches(name.casefold(), [other.casefold() for other in shown], n=1, cutoff=0.6)
        parts += [f"{name} perhaps renamed to {close[0]}"] if close else []
    return "one " + "; ".join(parts)
