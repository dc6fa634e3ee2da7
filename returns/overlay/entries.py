"""The two kinds of entry of the overlay, and which of them stand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeVar


@dataclass(frozen=True)
class Correction:
    """What one item of one record is to say in the return of one collection, as long as the source says `was`."""

    file: ClassVar[str] = "corrections.jsonl"
    letter: ClassVar[str] = "C"

    id: str
    collection: int
    module: str
    record_key: str
    item: str
    """Tag of the item."""
    was: str | None
    value: str | None
    """None: the item is to be blank."""
    made_at: str
    """UTC, ISO 8601."""
    made_by: str
    reason: str
    withdraws: str | None = None
    """The entry this one takes back; it says nothing else."""


@dataclass(frozen=True)
class Note:
    """Why a query is right as it stands: about one finding, as long as what the rule looks at stays the same."""

    file: ClassVar[str] = "notes.jsonl"
    letter: ClassVar[str] = "N"

    id: str
    collection: int
    finding_id: str
    rule_id: str
    module: str
    record_key: str
    item: str
    fingerprint: str
    text: str
    made_at: str
    made_by: str
    withdraws: str | None = None


Entry = TypeVar("Entry", Correction, Note)


def standing_corrections(entries: Iterable[Correction], collection: int | None = None) -> list[Correction]:
    """Of each item of a record the newest of its collection, unless somebody has taken it back; of one collection, or
    of all."""
    return _standing(entries, collection, lambda entry: (entry.module, entry.record_key, entry.item))


def standing_notes(entries: Iterable[Note], collection: int | None = None) -> list[Note]:
    """Of each finding the newest of its collection, unless somebody has taken it back; of one collection, or of all."""
    return _standing(entries, collection, lambda entry: entry.finding_id)


def _standing(entries: Iterable[Entry], collection: int | None, about: Callable[[Entry], Hashable]) -> list[Entry]:
    mine = [entry for entry in entries if collection in (None, entry.collection)]
    withdrawn = {entry.withdraws for entry in mine if entry.withdraws}
    newest = {(entry.collection, about(entry)): entry for entry in mine if not entry.withdraws}
    return [entry for entry in newest.values() if entry.id not in withdrawn]
