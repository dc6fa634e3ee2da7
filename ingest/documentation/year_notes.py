"""The differences between two years' layouts, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.contract.model import Contract, Field, Table
from ingest.reading.row_checks import date_in_words


def year_notes(contract: Contract) -> list[tuple[int, str, list[str]]]:
    """Every year with a layout of its own, oldest first: why, and what is different from the year before."""
    notes: list[tuple[int, str, list[str]]] = []
    before: Sequence[Table] | None = None
    for year in sorted(contract.layouts):
        tables = contract.layouts[year]
        notes.append((year, contract.years_why[year], [] if before is None else _differences(before, tables)))
        before = tables
    return notes


def _differences(before: Sequence[Table], after: Sequence[Table]) -> list[str]:
    old, new = {table.name: table for table in before}, {table.name: table for table in after}
    said = [f"`{name}` comes in" for name in new if name not in old]
    said += [f"`{name}` goes" for name in old if name not in new]
    for name, table in new.items():
        if name in old:
            said += [f"`{name}`: {each}" for each in _of_table(old[name], table)]
    return said


def _of_table(before: Table, after: Table) -> list[str]:
    old, new = {field.name: field for field in before.fields}, {field.name: field for field in after.fields}
    said = [f"`{name}` comes in" for name in new if name not in old]
    said += [f"`{name}` goes" for name in old if name not in new]
    if before.key != after.key:
        said.append(f"the key is {', '.join(after.key)}")
    for name, field in new.items():
        if name in old:
            said += [f"`{name}` {each}" for each in _of_field(old[name], field)]
    return said


def _of_field(before: Field, after: Field) -> list[str]:
    said = []
    if before.source != after.source:
        said.append(f"is headed {after.source} (was {before.source})")
    added = [code for code in after.codes if code not in before.codes]
    dropped = [code for code in before.codes if code not in after.codes]
    if added or dropped:
        parts = [f"has {', '.join(added)}"] if added else []
        parts += [f"{'and ' if added else ''}no longer {', '.join(dropped)}"] if dropped else []
        said.append(" ".join(parts) if added else f"has {parts[0]}")
    for word, old, new in (
        ("length", before.max_length, after.max_length),
        ("type", before.kind, after.kind),
        ("date format", _layout(before), _layout(after)),
        ("being required", before.required, after.required),
        ("being optional", before.optional, after.optional),
    ):
        if old != new:
            said.append(f"changes its {word}: {_plain(old)} to {_plain(new)}")
    return said


def _layout(field: Field) -> str | None:
    return field.date_format and date_in_words(field.date_format)


def _plain(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
