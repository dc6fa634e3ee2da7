"""What people have said of quarantined rows: fixes and dismissals, kept as entries that are only ever added to."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from area.ledger import append_ledger, cut_ledger, now, read_ledger
from area.paths import AreaPaths

FIX, DISMISS = "fix", "dismiss"
LONGEST_ORIGINAL = 65_536
FOLDER = "quarantine"

Place = tuple[int, str]
"""Where a row is in its table: line or element number, and the hash of its original text."""


@dataclass(frozen=True)
class Entry:
    """One thing somebody said of one row. Of several about a row the newest stands."""

    row_id: str
    table: str
    file_hash: str
    row: int
    text_hash: str
    action: str
    """`fix` or `dismiss`."""
    was: str
    """The reason the row was held back for."""
    made_at: str
    """UTC, ISO 8601."""
    made_by: str
    reason: str
    cells: Mapping[str, str | None] = field(default_factory=dict)
    """What a fix sets: column of the contract to its text, None for empty."""
    likeness: str = ""
    """What tells the same row in a later delivery (`carry.py`)."""
    carried_from: str = ""
    """Row id of the entry this one repeats for a later delivery."""

    @property
    def place(self) -> Place:
        return self.row, self.text_hash

    @property
    def what(self) -> tuple[str, str, str]:
        """What was said, by whom and why: alike for an entry and those that repeat it for later deliveries."""
        return self.action, self.made_by, self.reason


def text_hash(original_text: str) -> str:
    """SHA-256 of a row's original text, as far as quarantine keeps it."""
    return hashlib.sha256(original_text[:LONGEST_ORIGINAL].encode(errors="surrogatepass")).hexdigest()


def row_id(file_hash: str, table: str, place: Place) -> str:
    """The short id people call a quarantined row by: the same each time the file is read, and of no meaning."""
    said = "\n".join([file_hash, table, str(place[0]), place[1]])
    return f"q{hashlib.sha256(said.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class FileFixes:
    """The entries that stand for one delivered file, by table and place."""

    tables: Mapping[str, Mapping[Place, Entry]] = field(default_factory=dict)

    def of(self, table: str) -> Mapping[Place, Entry]:
        return self.tables.get(table, {})

    @cached_property
    def fingerprint(self) -> str:
        """Changes when reading the file gives something else because of them; empty without any."""
        said = [
            [table, *place, entry.action, sorted(entry.cells.items())]
            for table, entries in sorted(self.tables.items())
            for place, entry in sorted(entries.items())
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16] if said else ""


NO_FIXES = FileFixes()


@dataclass(frozen=True)
class FeedFixes:
    """All entries of one feed."""

    entries: Sequence[Entry] = ()

    def of_file(self, file_hash: str | None) -> FileFixes:
        """Those that stand for the bytes of one file."""
        return self._by_file.get(file_hash or "", NO_FIXES)

    @cached_property
    def standing(self) -> dict[str, Entry]:
        """The newest entry of each row, by the row's id."""
        return {entry.row_id: entry for entry in self.entries}

    def put_right(self, file_hash: str, table: str, row: int, *, by: dt.datetime) -> Entry | None:
        """The fix of a row as it was said `by` a moment, the newest; None for a row nobody had put right."""
        said = [
            entry
            for entry in self.entries
            if (entry.file_hash, entry.table, entry.row, entry.action) == (file_hash, table, row, FIX)
            and dt.datetime.fromisoformat(entry.made_at) <= by
        ]
        return said[-1] if said else None

    def first_said(self, entry: Entry) -> Entry | None:
        """The entry that one carried to a later delivery repeats, made when somebody said so; None where that is gone
        (retention) or something else stands there now."""
        return self.origin(entry)[1]

    def origin(self, entry: Entry) -> tuple[str, Entry | None]:
        """The id of the row it was said of first, as far back as is known, and `first_said`."""
        known = self._origins if self.standing.get(entry.row_id) == entry else {}
        way: list[str] = []
        place, found = entry, known.get(entry.row_id)
        while found is None:
            way.append(place.row_id)
            before = self.standing.get(place.carried_from)
            if not place.carried_from:
                found = place.row_id, place
            elif before is None or before.row_id in way or before.what != entry.what:
                found = place.carried_from, None
            else:
                place, found = before, known.get(before.row_id)
        known |= dict.fromkeys(way, found)
        return found

    @cached_property
    def _origins(self) -> dict[str, tuple[str, Entry | None]]:
        """What is found of standing entries, by row id: each night carries what the night before did, and so the way
        back is gone once and not from every night."""
        return {}

    @cached_property
    def _by_file(self) -> dict[str, FileFixes]:
        found: dict[str, dict[str, dict[Place, Entry]]] = {}
        for entry in self.standing.values():
            found.setdefault(entry.file_hash, {}).setdefault(entry.table, {})[entry.place] = entry
        return {file_hash: FileFixes(tables) for file_hash, tables in found.items()}

    def with_more(self, entries: Iterable[Entry]) -> FeedFixes:
        """As it will be when `entries` have been written."""
        return FeedFixes([*self.entries, *entries])


def ledger(paths: AreaPaths, feed: str) -> Path:
    """The file of a feed's entries; it holds children's data and is its owner's alone."""
    return paths.overlay(FOLDER) / f"{feed}.jsonl"


def feed_fixes(paths: AreaPaths, feed: str) -> FeedFixes:
    """What has been said of a feed's rows. Raises OverlayDamagedError."""
    return FeedFixes(read_ledger(ledger(paths, feed), _entry))


def add_entries(paths: AreaPaths, feed: str, drafts: Sequence[Entry]) -> list[Entry]:
    """Write entries, all or none, with the time it is now."""
    return append_ledger(
        ledger(paths, feed), _entry, lambda _: [asdict(draft) | {"made_at": now()} for draft in drafts]
    )


def forget_file(paths: AreaPaths, feed: str, file_hash: str) -> int:
    """Take out what was said of the rows of one file, for retention has deleted it; returns the entries."""
    return cut_ledger(ledger(paths, feed), lambda said: said.get("file_hash") == file_hash)


def _entry(said: dict[str, Any]) -> Entry:
    return Entry(**said)
