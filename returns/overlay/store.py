"""The overlay's files: a ledger (`area/ledger.py`) for each kind of entry."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from area.ledger import append_ledger, read_ledger
from returns.overlay.entries import Entry


def read_entries(folder: Path, kind: type[Entry]) -> list[Entry]:
    """Every entry of a kind in the order they were made. Raises OverlayDamagedError for a line that is none."""
    return read_ledger(folder / kind.file, lambda said: _entry(kind, said))


def append_entries(folder: Path, drafts: Sequence[Entry]) -> list[Entry]:
    """Add the drafts, all or none, each with the next free number; returns them as they were written."""
    if not drafts:
        return []
    kind = type(drafts[0])

    def numbered(there: Sequence[Entry]) -> list[dict[str, Any]]:
        taken = max((int(entry.id[1:]) for entry in there), default=0)
        return [
            dataclasses.asdict(draft) | {"id": f"{kind.letter}{taken + place:04d}"}
            for place, draft in enumerate(drafts, start=1)
        ]

    return append_ledger(folder / kind.file, lambda said: _entry(kind, said), numbered)


def _entry(kind: type[Entry], said: dict[str, Any]) -> Entry:
    entry = kind(**said)
    int(entry.id.removeprefix(kind.letter))
    return entry
