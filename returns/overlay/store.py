"""The overlay's files: one JSON line an entry, only ever added to, readable by their owner alone.

An entry counts once its line is whole: what a killed writer left of a line was never acknowledged, is not read, and is
cut off by the next writer.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from area.errors import OverlayDamagedError
from returns.overlay.entries import Entry

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def read_entries(folder: Path, kind: type[Entry]) -> list[Entry]:
    """Every entry of a kind in the order they were made. Raises OverlayDamagedError for a line that is none."""
    path = folder / kind.file
    return _parsed(path.read_bytes(), kind) if path.exists() else []


def append_entries(folder: Path, drafts: Sequence[Entry]) -> list[Entry]:
    """Add the drafts, all or none, each with the next free number; returns them as they were written.

    Writers wait for one another. On return the lines are on disk.
    """
    if not drafts:
        return []
    kind = type(drafts[0])
    _make_private(folder)
    with _locked(folder / kind.file) as file:
        whole = file.read()
        whole = whole[: whole.rfind(b"\n") + 1]
        taken = max((int(entry.id[1:]) for entry in _parsed(whole, kind)), default=0)
        numbered = [
            dataclasses.replace(draft, id=f"{kind.letter}{taken + place:04d}")
            for place, draft in enumerate(drafts, start=1)
        ]
        lines = "".join(
            json.dumps(dataclasses.asdict(entry), ensure_ascii=False, sort_keys=True) + "\n" for entry in numbered
        )
        file.truncate(len(whole))
        file.seek(len(whole))
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
    return numbered


def now() -> str:
    """The time an entry is made, UTC, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(content: bytes, kind: type[Entry]) -> list[Entry]:
    entries = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            entry = kind(**json.loads(line))
            int(entry.id.removeprefix(kind.letter))
        except (ValueError, TypeError, AttributeError):
            raise OverlayDamagedError(kind.file, line=number) from None
        entries.append(entry)
    return entries


def _make_private(folder: Path) -> None:
    for part in (folder.parent, folder):
        part.mkdir(parents=part is folder.parent, exist_ok=True, mode=PRIVATE_FOLDER)


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, opened for reading and adding, with no other writer in it."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE), "r+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield file
