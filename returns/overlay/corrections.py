"""Making corrections, listing them with what became of them, and taking them back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import duckdb

from area.call import CHECK_PATH, READABLE, called, unreadable
from area.errors import OverlayRefusedError
from area.ledger import now
from returns.definition.model import Definition, Item
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.overlay.entries import Correction, standing_corrections
from returns.overlay.night import published_definition, source_value
from returns.overlay.store import append_entries, read_entries
from returns.overlay.values import fitting_value
from returns.overlay.withdraw import required, withdraw

CSV_COLUMNS = ("module", "record_key", "item", "value", "reason", "by")
NEW = "new"
"""State of a correction that no night has taken up yet."""


@dataclass(frozen=True)
class Wanted:
    """A correction somebody wants made. `value` None: the item is to be blank."""

    module: str
    record_key: str
    item: str
    value: str | None
    by: str
    reason: str
    line: int | None = None
    """Line of the CSV file it came from."""


@dataclass(frozen=True)
class Listed:
    """A correction that stands and what became of it in the published night."""

    correction: Correction
    state: str


def make_corrections(
    con: duckdb.DuckDBPyConnection, folder: Path, kind: ReturnKind, collection: int, wanted: Sequence[Wanted]
) -> list[Correction]:
    """Check all, then write all; returns them with their numbers. They take effect with the next night.

    `con` is the published night. Raises OverlayRefusedError for the first that cannot be made (an unknown module,
    record or item, a value the item cannot hold, no reason, nothing to correct), and then none is written.
    """
    definition = published_definition(con, kind, collection)
    drafts: list[Correction] = []
    cells = set()
    for each in wanted:
        draft = _draft(con, definition, each)
        cell = (draft.module, draft.record_key, draft.item)
        if cell in cells:
            _refuse(each, "item", "each item of a record once", f"{draft.item} of one record twice")
        cells.add(cell)
        drafts.append(draft)
    return append_entries(folder, drafts)


def read_wanted(path: Path) -> list[Wanted]:
    """Corrections from a CSV file with the columns module, record_key, item, value, reason, by; an empty value blanks
    the item. Raises OverlayRefusedError for a file that is not one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            if sorted(reader.fieldnames or ()) != sorted(CSV_COLUMNS):
                raise OverlayRefusedError(
                    path.name, field="header", expected=f"the columns {', '.join(CSV_COLUMNS)}", came="others", line=1
                )
            return [_wanted(row, path.name, reader.line_num) for row in reader]
    except OSError as error:
        raise OverlayRefusedError(
            called(path), field="file", expected=READABLE, came=unreadable(error), do=CHECK_PATH
        ) from None
    except UnicodeDecodeError:
        raise OverlayRefusedError(
            path.name, field="file", expected="a CSV file in UTF-8", came="a file that is not in UTF-8"
        ) from None
    except csv.Error:
        raise OverlayRefusedError(
            path.name, field="file", expected="a CSV file in UTF-8", came="lines that are no CSV"
        ) from None


def list_corrections(con: duckdb.DuckDBPyConnection, folder: Path, kind: ReturnKind, collection: int) -> list[Listed]:
    """Those that stand, with the state the published night gave them; `new` where it has not met them yet."""
    published_definition(con, kind, collection)
    states = dict(con.execute(f"select id, state from {SCHEMA}.{kind.name}_correction_state").fetchall())
    entries = standing_corrections(read_entries(folder, Correction), collection)
    return [Listed(entry, states.get(entry.id, NEW)) for entry in entries]


def withdraw_correction(folder: Path, entry_id: str, *, by: str, reason: str) -> Correction:
    """Take a correction back; from the next night the source's value is returned again. Raises OverlayRefusedError
    for one that does not stand."""
    standing = standing_corrections(read_entries(folder, Correction))
    return withdraw(folder, standing, entry_id, called="correction", by=by, reason=reason)


def _wanted(row: dict[str, str | None], file: str, line: int) -> Wanted:
    if None in row or None in row.values():
        raise OverlayRefusedError(file, field="line", expected="six columns", came="more or fewer", line=line)
    text = {name: value or "" for name, value in row.items()}
    return Wanted(
        text["module"], text["record_key"], text["item"], text["value"] or None, text["by"], text["reason"], line
    )


def _draft(con: duckdb.DuckDBPyConnection, definition: Definition, each: Wanted) -> Correction:
    module = each.module.strip().lower()
    if module not in definition.modules:
        _refuse(each, "module", f"one of {', '.join(definition.modules)}", "another")
    item = _item(definition, module, each)
    required("correction", "by", each.by, each.line)
    required("correction", "reason", each.reason, each.line)
    value = None if each.value is None else fitting_value(definition, item, each.value, line=each.line)
    key = each.record_key.strip()
    there, was = source_value(con, definition, module, key, item.column)
    if not there:
        _refuse(each, "record_key", f"the key of a record of {module} in the published night", "one it does not have")
    if value == was:
        _refuse(each, f"value for {item.tag}", "another than the source's (withdraw to return to it)", "the same")
    return Correction(
        id="",
        collection=definition.year,
        module=module,
        record_key=key,
        item=item.tag,
        was=was,
        value=value,
        made_at=now(),
        made_by=each.by.strip(),
        reason=each.reason.strip(),
    )


def _item(definition: Definition, module: str, each: Wanted) -> Item:
    items = {item.tag.casefold(): item for item in definition.module(module).items}
    item = items.get(each.item.strip().casefold())
    if item is None:
        tags = [item.tag for item in definition.module(module).items]
        _refuse(each, "item", f"an item {module} asks for in {definition.year} ({', '.join(tags)})", "another")
    return item


def _refuse(each: Wanted, field: str, expected: str, came: str) -> NoReturn:
    raise OverlayRefusedError("correction", field=field, expected=expected, came=came, line=each.line)
