"""Delivery records: one small JSON file for every attempt, good or bad. They are the log of what came and the register
of what has been read: a file counts as loaded when, and only when, a record says so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from area.files import private_folder, write_atomically
from ingest.extract_date import kind_of
from ingest.landing import RECEIVED_FORMAT

LOADED, SAME, REFUSED, FAILED, UNFINISHED, UNREAD = "loaded", "same", "refused", "failed", "unfinished", "unread"


@dataclass(frozen=True)
class TableBalance:
    """What became of the rows of one file for one table: read = loaded + quarantined + duplicate. `fixed` are those
    among loaded (or duplicate) that broke the contract until somebody put them right."""

    read: int
    loaded: int
    quarantined: int
    duplicate: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    fixed: int = 0


@dataclass(frozen=True)
class Delivery:
    """One attempt to get one file. `source` never holds a secret, `problem` never a value of a record.

    outcome: loaded; same (bytes that were loaded before); refused (kept, not loaded); failed (nothing came);
    unfinished (still being written at the source); unread (a known layout nobody asked for).
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
    fixes: str = ""
    """Fingerprint of what people had said of the file's rows when it was read."""
    place: int = 0
    """Its place among the files of one attempt, which all have the same time."""

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
        if other.file_name == delivery.file_name:
            if other.outcome == LOADED and delivery.outcome == SAME:
                return path
            break
        number += 1
    write_atomically(path, content)
    return path


def read_delivery(path: Path) -> Delivery:
    """One record."""
    return delivery_of(json.loads(path.read_bytes()))


def delivery_of(record: Mapping[str, Any]) -> Delivery:
    """The delivery that `record_json` has written down."""
    said = dict(record)
    said["received_at"] = dt.datetime.fromisoformat(said["received_at"])
    said["extract_date"] = dt.date.fromisoformat(said["extract_date"]) if said["extract_date"] else None
    said["tables"] = {name: TableBalance(**balance) for name, balance in said["tables"].items()}
    return Delivery(**said)


def deliveries(folder: Path, feed: str | None = None) -> Iterator[Delivery]:
    """The records of one feed or of all, oldest attempt first within a feed."""
    for path in sorted(folder.glob(f"{feed or '*'}/[0-9]*.json")):
        yield read_delivery(path)


def loaded_before(records: Iterable[Delivery]) -> dict[tuple[str | None, str], Delivery]:
    """The records that say a file was loaded, by identity (the newest, if it was read again)."""
    return {record.identity: record for record in records if record.outcome == LOADED}


def record_json(delivery: Delivery) -> dict[str, Any]:
    """A record as its file holds it."""
    said = asdict(delivery)
    said["received_at"] = delivery.received_at.isoformat()
    said["extract_date"] = delivery.extract_date.isoformat() if delivery.extract_date else None
    return said
