"""Delivery records: one small JSON file for every attempt, good or bad. They are the log of what came and the register
of what has been read: a file counts as loaded when, and only when, a record says so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from area.files import private_folder, write_atomically
from ingest.landing.extract_date import kind_of
from ingest.landing.files import RECEIVED_FORMAT

LOADED, SAME, REFUSED, FAILED, UNFINISHED, UNREAD = "loaded", "same", "refused", "failed", "unfinished", "unread"
HELD, DELETED = "held", "deleted"
DISMISSED = "DISMISSED"
"""The reason of a row that is in quarantine because somebody has said that it stays out."""
BY_HAND = "upload by "
"""How the source of a delivery begins that somebody handed in; who, follows."""


@dataclass(frozen=True)
class TableBalance:
    """What became of the rows of one file for one table: read = loaded + quarantined + duplicate. `fixed` are those
    among loaded (or duplicate) that broke the contract until somebody put them right."""

    read: int
    loaded: int
    quarantined: int
    duplicate: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    layout_year: int | None = None
    """The year whose layout the file had, where the contract knows years."""
    missing_columns: tuple[str, ...] = ()
    """Fields the file had no column for."""
    ignored_columns: tuple[str, ...] | None = ()
    """Headings (or elements) of the file that no field is read from; None in a record from before they were noted."""
    passed_over: tuple[str, ...] = ()
    """Parts of the file, in words, that resemble the table and were not read as it."""
    fixed: int = 0
    """Of the loaded rows, how many somebody put right in quarantine."""
    unlisted: Mapping[str, int] | None = None
    """Loaded rows by field whose value is none of the contract's codes; None in a record from before it was noted."""

    @property
    def dismissed(self) -> int:
        """Of the quarantined rows, how many somebody has said stay out: nobody is waited for to put them right."""
        return self.reasons.get(DISMISSED, 0)


@dataclass(frozen=True)
class Drift:
    """One change of one table since the delivery before, or against its contract. `said` holds headings, counts and
    short codes, never another value. `harm`: it would have emptied what is known, so the file was held."""

    table: str
    kind: str  # new_column, lost_column, emptied, new_code, changed_type, moved_volume, layout_year, passed_over
    field: str | None
    said: str
    harm: bool = False


@dataclass(frozen=True)
class Acceptance:
    """Who said that a held delivery is right, why, and when (UTC)."""

    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Delivery:
    """One attempt to get one file. `source` never holds a secret, `problem` never a value of a record.

    outcome: loaded; same (bytes that were loaded before); refused (kept, not loaded); failed (nothing came);
    unfinished (still being written at the source); unread (a known layout nobody asked for); held (read, and not
    counted until a person accepts it: what it says would have emptied the warehouse); deleted (by retention:
    it counts no more, and does not come back).
    """

    feed: str
    file_name: str
    source: str
    received_at: dt.datetime
    outcome: str
    sha256: str | None = None
    bytes: int = 0
    seconds: float = 0.0
    extract_date: dt.date | None = None
    period: str | None = None
    modified: str | None = None
    tables: Mapping[str, TableBalance] = field(default_factory=dict)
    contract: str = ""
    problem: str | None = None
    notes: tuple[str, ...] = ()
    """What somebody should know of a delivery that is good."""
    drift: tuple[Drift, ...] = ()
    """What has changed at the source since the delivery before."""
    accepted: Acceptance | None = None
    """Of a delivery that was held first."""
    fixes: str = ""
    """Fingerprint of what people had said of the file's rows when it was read."""
    place: int = 0
    """Its place among the files of one attempt, which all have the same time."""

    @property
    def layout_year(self) -> int | None:
        """The year whose layout the file had; None where the contract knows no years."""
        return max((each.layout_year for each in self.tables.values() if each.layout_year), default=None)

    @property
    def identity(self) -> tuple[str | None, str]:
        """What makes it the same delivery again: the bytes, and the kind of file (two tables may both be empty)."""
        return self.sha256, kind_of(self.file_name)

    @property
    def record_name(self) -> str:
        """`<received>_<sha256[:12]>`; an attempt without bytes has a hash of its file name instead."""
        mark = self.sha256 or hashlib.sha256(self.file_name.encode()).hexdigest()
        return f"{self.received_at.strftime(RECEIVED_FORMAT)}_{mark[:12]}"


def write_delivery(folder: Path, delivery: Delivery, *, root: Path) -> Path:
    """Write a record below `folder` (`deliveries/`). Run again, an attempt does not overwrite its own good record."""
    private_folder(folder / delivery.feed, below=root)
    content = json.dumps(record_json(delivery), indent=1, sort_keys=True).encode() + b"\n"
    number = 0
    while True:
        suffix = f"_{number}" if number else ""
        path = folder / delivery.feed / f"{delivery.record_name}{suffix}.json"
        if not path.exists():
            break
        other = read_delivery(path)
        # That a file was held stays on record; that it was accepted goes beside it.
        if other.file_name == delivery.file_name and not (other.outcome == HELD and delivery.outcome in (LOADED, SAME)):
            if other.outcome == LOADED and delivery.outcome == SAME:
                return path
            break
        number += 1
    write_atomically(path, content)
    return path


def read_delivery(path: Path) -> Delivery:
    """One record. Read once a process for as long as its file is the same: a year of nights has thousands of them."""
    found = path.stat()
    return _read(str(path), found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=100_000)
def _read(path: str, _changed: int, _inode: int) -> Delivery:
    return delivery_of(orjson.loads(Path(path).read_bytes()))


def delivery_of(record: Mapping[str, Any]) -> Delivery:
    """The delivery that `record_json` has written down."""
    said = {name: value for name, value in record.items() if name in KNOWN}
    said["received_at"] = dt.datetime.fromisoformat(said["received_at"])
    said["extract_date"] = dt.date.fromisoformat(said["extract_date"]) if said["extract_date"] else None
    said["notes"] = tuple(said.get("notes", ()))
    said["tables"] = {name: _balance_of(balance) for name, balance in said["tables"].items()}
    said["drift"] = tuple(Drift(**drift) for drift in said.get("drift", ()))
    said["accepted"] = Acceptance(**said["accepted"]) if said.get("accepted") else None
    return Delivery(**said)


KNOWN = frozenset(each.name for each in fields(Delivery))


def _balance_of(record: Mapping[str, Any]) -> TableBalance:
    lists = {name: tuple(record.get(name, ())) for name in ("missing_columns", "passed_over")}
    ignored = record.get("ignored_columns")
    return TableBalance(**{**record, **lists, "ignored_columns": None if ignored is None else tuple(ignored)})


def deliveries(folder: Path, feed: str | None = None) -> Iterator[Delivery]:
    """The records of one feed or of all, oldest attempt first within a feed."""
    for place in (folder / feed,) if feed else sorted(folder.glob("*")):
        if place.is_dir():
            with os.scandir(place) as entries:
                found = sorted(((each.name, each.stat()) for each in entries if _is_record(each.name)), key=_first)
            for name, state in found:
                yield _read(f"{place}/{name}", state.st_mtime_ns, state.st_ino)


def _is_record(name: str) -> bool:
    return name[:1].isdigit() and name.endswith(".json")


def _first(found: tuple[str, os.stat_result]) -> str:
    return found[0]


def loaded_before(records: Iterable[Delivery]) -> dict[tuple[str | None, str], Delivery]:
    """The records that say a file was loaded, by identity (the newest, if it was read again)."""
    return {record.identity: record for record in records if record.outcome == LOADED}


def record_json(delivery: Delivery) -> dict[str, Any]:
    """A record as its file holds it."""
    said = asdict(delivery) | {"layout_year": delivery.layout_year}
    said["received_at"] = delivery.received_at.isoformat()
    said["extract_date"] = delivery.extract_date.isoformat() if delivery.extract_date else None
    return said
