"""Logs of one JSON line an event, that only ever grow. Counts, file names and sentences; never a value of a record."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from area.errors import SendWarehouseError


def append_line(log: Path, record: Mapping[str, Any]) -> None:
    """Add an event to a log (0600). Each line is written by one call, so those of several processes never mix."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (json.dumps(record, sort_keys=True) + "\n").encode())
    finally:
        os.close(descriptor)


def told_of(error: BaseException | None) -> dict[str, str | None]:
    """What a log may hold of an error: its class, and its sentence if it is one of ours. The text of any other might
    quote a record, so it stays out."""
    return {
        "error": type(error).__name__ if error else None,
        "message": str(error) if isinstance(error, SendWarehouseError) else None,
    }
