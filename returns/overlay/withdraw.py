"""Taking an entry of the overlay back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from area.errors import OverlayRefusedError
from area.ledger import now
from returns.overlay.entries import Entry
from returns.overlay.store import append_entries


def required(what: str, field: str, text: str, line: int | None = None) -> None:
    """Raise OverlayRefusedError where nothing was said in a field that must be filled in."""
    if not text.strip():
        raise OverlayRefusedError(what, field=field, expected="filled in", came="nothing", line=line)


def withdraw(folder: Path, standing: Sequence[Entry], entry_id: str, *, called: str, by: str, **said: str) -> Entry:
    """Write that one of the `standing` entries is taken back, by whom and with what else is `said`; returns the line.

    `called` is what people call such an entry. Raises OverlayRefusedError for one that does not stand.
    """
    found = next((entry for entry in standing if entry.id == entry_id), None)
    if found is None:
        raise OverlayRefusedError(
            "withdrawal", field="id", expected=f"a {called} that stands (`{called}s list`)", came=entry_id[:10]
        )
    required("withdrawal", "by", by)
    for field, text in said.items():
        required("withdrawal", field, text)
    words: dict[str, Any] = {field: text.strip() for field, text in said.items()}
    taken_back = dataclasses.replace(found, made_at=now(), made_by=by.strip(), withdraws=found.id, **words)
    return append_entries(folder, [taken_back])[0]
