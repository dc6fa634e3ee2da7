"""Entering fixes and dismissals: checked by reading the file with them in a scratch folder, then written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from area.errors import FileRefusedError, OverlayRefusedError
from area.files import private_folder
from area.paths import AreaPaths
from ingest.contract.model import Contract, Table, load_contract
from ingest.formats import SourceFile
from ingest.landing.delivery import LOADED, Delivery, deliveries
from ingest.landing.files import find_landed
from ingest.quarantine.carry import carried, likeness
from ingest.quarantine.fixes import DISMISS, FIX, Entry, FeedFixes, add_entries, feed_fixes, text_hash
from ingest.quarantine.rows import HeldRow, expected_of, held_rows
from ingest.reading.file import read_file
from ingest.reading.outputs import Origin

LIST = "see `send quarantine list --rows --all` for the ids"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants said of a row. `cells` is by column of the contract or heading of the file; empty is none."""

    row_id: str
    action: str
    by: str
    reason: str
    cells: Mapping[str, str | None] = field(default_factory=dict)
    line: int | None = None
    """Line of the file it was asked for in."""


def enter(paths: AreaPaths, wanted: Sequence[Wanted]) -> list[Entry]:
    """Check all, then write all, and the same of rows alike that the newest delivery has held back (they have a
    `carried_from`); they are laid over when the files are read again (`replay`).

    A fix adds to an earlier one of the same row. Raises OverlayRefusedError, naming row and field and never a value,
    for the first that cannot be: an unknown id or field, no name or reason, a fix with which the row still breaks its
    contract. Then none is written.
    """
    rows = _rows_by_id(paths, {each.row_id for each in wanted})
    drafts: dict[str, list[Entry]] = {}
    lines = {each.row_id: each.line for each in wanted}
    for each in wanted:
        found = rows.get(each.row_id)
        if found is None:
            _refuse(each, "id", "the id of a row that is or was held back", "another", do=LIST)
        feed, draft = found
        drafts.setdefault(feed, []).append(_said(draft, each, load_contract(feed, area=paths.area)))
    for feed, entries in drafts.items():
        _check(paths, load_contract(feed, area=paths.area), feed_fixes(paths, feed).with_more(entries), entries, lines)
    return [entry for feed, entries in drafts.items() for entry in _add(paths, feed, entries)]


def _add(paths: AreaPaths, feed: str, entries: Sequence[Entry]) -> list[Entry]:
    """Write entries, and the same of rows alike that the newest delivery has held back: it may have come since."""
    done = add_entries(paths, feed, entries)
    said = feed_fixes(paths, feed)
    alike = carried(
        FeedFixes([entry for entry in said.entries if entry.row_id in {each.row_id for each in done}]),
        [row for row in held_rows(paths, feed=feed) if row.id not in said.standing],
    )
    return done + (add_entries(paths, feed, alike) if alike else [])


def _rows_by_id(paths: AreaPaths, ids: set[str]) -> dict[str, tuple[str, Entry]]:
    """Feed of each row and the entry that stands for it, or an empty one: rows that are held back or were once."""
    found: dict[str, tuple[str, Entry]] = {}
    for row in held_rows(paths, every=True):
        if row.id in ids:
            found[row.id] = row.feed, _entry_of(row)
    for feed in sorted(path.name for path in paths.deliveries.glob("*") if path.is_dir()):
        found |= {row: (feed, entry) for row, entry in feed_fixes(paths, feed).standing.items() if row in ids}
    return found


def _entry_of(row: HeldRow) -> Entry:
    return Entry(
        row_id=row.id,
        table=row.table,
        file_hash=row.file_hash,
        row=row.row,
        text_hash=text_hash(row.original_text),
        action=FIX,
        was=row.reason,
        made_at="",
        made_by="",
        reason="",
        likeness=likeness(row),
    )


def _said(draft: Entry, wanted: Wanted, contract: Contract) -> Entry:
    for name, text in (("by", wanted.by), ("reason", wanted.reason)):
        if not text.strip():
            _refuse(wanted, name, "some words", "nothing")
    said = replace(
        draft, action=wanted.action, made_by=wanted.by.strip(), reason=wanted.reason.strip(), carried_from=""
    )
    if wanted.action == DISMISS:
        return replace(said, cells={})
    if not wanted.cells:
        _refuse(wanted, "set", "at least one field and its value", "none")
    table = contract.table(draft.table)
    names = _names(table)
    cells: dict[str, str | None] = dict(draft.cells)
    for name, value in wanted.cells.items():
        column = names.get(name.strip().casefold())
        if column is None:
            _refuse(wanted, "set", f"fields of {table.name} ({', '.join(table.columns)})", "another")
        cells[column] = value or None
    return replace(said, cells=cells)


def _names(table: Table) -> dict[str, str]:
    return {each.source.casefold(): each.name for each in table.fields} | {name: name for name in table.columns}


def _check(
    paths: AreaPaths, contract: Contract, fixes: FeedFixes, entries: Sequence[Entry], lines: Mapping[str, int | None]
) -> None:
    """Read the files in a scratch folder beside the real ones, with what has been said so far and what is new."""
    records = [*deliveries(paths.deliveries, contract.feed)]
    private_folder(paths.root, below=paths.root.parent)
    for file_hash in sorted({entry.file_hash for entry in entries if entry.action == FIX}):
        mine = {entry.row_id: entry for entry in entries if entry.file_hash == file_hash and entry.action == FIX}
        with tempfile.TemporaryDirectory(prefix=".fixes-", dir=paths.root) as folder:
            scratch = AreaPaths.of(paths.area, Path(folder))
            try:
                for record in _records(records, file_hash, {entry.table for entry in mine.values()}):
                    _read(paths, contract, record, scratch, fixes)
            except FileRefusedError as refusal:
                raise OverlayRefusedError(
                    f"file '{refusal.file}'", field="layout", expected=refusal.expected, came=refusal.came
                ) from None
            for row in held_rows(scratch, feed=contract.feed, every=True):
                if row.id in mine:
                    raise OverlayRefusedError(
                        f"quarantined row {row.id}",
                        field=row.field or "the whole row",
                        expected=expected_of(contract.table(row.table), row.reason, row.field),
                        came=f"a row that still breaks this ({row.reason})",
                        line=lines.get(row.id),
                    )


def _records(records: Iterable[Delivery], file_hash: str, tables: set[str]) -> list[Delivery]:
    """The deliveries that brought the file with rows of the tables (the same bytes may be two kinds of file)."""
    return [
        record
        for record in records
        if record.outcome == LOADED and record.sha256 == file_hash and tables & record.tables.keys()
    ]


def _read(paths: AreaPaths, contract: Contract, record: Delivery, scratch: AreaPaths, fixes: FeedFixes) -> None:
    landed = find_landed(paths.landing / contract.sector / contract.feed, record.sha256 or "")
    if landed is None:
        raise OverlayRefusedError(
            f"file '{record.file_name}'",
            field="landing",
            expected="the file as it was delivered",
            came="none",
            do="put the file back from a backup: a row can only be fixed where its file is.",
        )
    day = record.extract_date or record.received_at.date()
    origin = Origin(record.feed, landed.sha256, record.file_name, record.received_at, day)
    read_file(
        SourceFile(landed.path, record.file_name, contract, paths.area), origin, scratch, fixes.of_file(record.sha256)
    )


def _refuse(wanted: Wanted, field: str, expected: str, came: str, *, do: str | None = None) -> NoReturn:
    what = f"quarantined row {wanted.row_id}"
    raise OverlayRefusedError(what, field=field, expected=expected, came=came, line=wanted.line, do=do)
