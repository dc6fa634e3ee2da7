"""The first line of a CSV file: which table it is, and which column is which field.

No name of a column that is not in a contract is repeated unless the line clearly is a header: in a file without
one, the first line is a child's record.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.contract import Field, Table
from ingest.formats import NotAskedForError, SourceFile


@dataclass(frozen=True)
class Header:
    """The table a file is of, how many columns it has, and each field's place among them (None: not in the file)."""

    table: Table
    width: int
    places: tuple[int | None, ...]
    missing_columns: tuple[str, ...]


def bind_header(file: SourceFile, names: Sequence[str]) -> Header:
    """Match a header with the contract.

    Raises FileRefusedError naming missing, extra and probably renamed columns, and NotAskedForError for a known
    other layout.
    """
    table = _recognise(file, names) if file.contract.format.get("recognise") == "columns" else _by_name(file)
    found = {_plain(file, name): place for place, name in reversed(list(enumerate(names)))}
    places = tuple(_place(file, field, found) for field in table.fields)
    optional = file.contract.format.get("missing_columns") == "allow"
    missing = [field for field, place in zip(table.fields, places, strict=True) if place is None]
    fatal = [field.source for field in missing if field.required or not (optional or field.optional)]
    ours = {place for place in places if place is not None}
    twice = sorted(
        {names[place] for place in ours if [_plain(file, n) for n in names].count(_plain(file, names[place])) > 1}
    )
    extra = [name for place, name in enumerate(names) if place not in ours]
    if file.contract.format.get("extra_columns") == "ignore":
        extra = []
    if fatal or twice or extra:
        expected = f"a header with the {len(table.fields)} columns of {table.name}"
        file.refuse(expected=expected, came=_said(table, names, ours, fatal, twice, extra))
    return Header(table, len(names), places, tuple(field.name for field in missing))


def _by_name(file: SourceFile) -> Table:
    if len(file.contract.tables) == 1:
        return file.contract.tables[0]
    table = file.contract.table_of_file(file.name)
    if table is None:
        raise NotAskedForError
    return table


def _recognise(file: SourceFile, names: Sequence[str]) -> Table:
    """The table whose set of columns this is; else the nearest, whose differences are then named."""
    came = {_plain(file, name) for name in names}
    for other in file.contract.format.get("other_layouts", ()):
        if came == {_plain(file, name) for name in other}:
            raise NotAskedForError
    wanted = {table.name: {_plain(file, field.source) for field in table.fields} for table in file.contract.tables}
    nearest = min(file.contract.tables, key=lambda table: len(wanted[table.name] ^ came))
    if not wanted[nearest.name] & came:
        file.refuse(
            expected=f"the columns of one of {', '.join(wanted)}", came="a first line with none of their columns"
        )
    return nearest


def _plain(file: SourceFile, name: str) -> str:
    name = name.strip()
    return name.casefold() if file.contract.format.get("header_case") == "insensitive" else name


def _place(file: SourceFile, field: Field, found: dict[str, int]) -> int | None:
    return next((found[name] for each in (field.source, *field.also) if (name := _plain(file, each)) in found), None)


def _said(
    table: Table, names: Sequence[str], ours: set[int], fatal: list[str], twice: list[str], extra: list[str]
) -> str:
    if 2 * len(ours) < len(table.fields):
        return f"a first line of {len(names)} fields, {len(ours)} of which are its columns (missing {', '.join(fatal)})"
    shown = [_short(name) for name in extra]
    parts = [f"without {', '.join(fatal)}"] if fatal else []
    parts += [f"with unknown {', '.join(shown[:20])}"] if shown else []
    parts += [f"with {', '.join(twice)} twice"] if twice else []
    for name in fatal:
        close = difflib.get_close_matches(name.casefold(), [other.casefold() for other in shown], n=1, cutoff=0.6)
        parts += [f"{name} perhaps renamed to {close[0]}"] if close else []
    return "one " + "; ".join(parts)


def _short(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return printable if len(printable) <= 40 else printable[:37] + "..."
