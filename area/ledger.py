"""Files of what people have said: one JSON line an entry, only ever added to, readable by their owner alone.

An entry counts once its line is whole: what a killed writer left of a line was never acknowledged, is not read, and is
cut off by the next writer.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from area.errors import OverlayDamagedError
from area.files import write_atomically

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
Entry = TypeVar("Entry")
Parse = Callable[[dict[str, Any]], Entry]
"""Makes an entry of what a line says. Raises ValueError, TypeError or AttributeError for what is none."""


def read_ledger(path: Path, parse: Parse[Entry]) -> list[Entry]:
    """Every entry in the order they were made. Raises OverlayDamagedError for a line that is none."""
    return _parsed(path, path.read_bytes(), parse) if path.exists() else []


def append_ledger(
    path: Path, parse: Parse[Entry], drafts: Callable[[Sequence[Entry]], Sequence[dict[str, Any]]]
) -> list[Entry]:
    """Add the lines that `drafts` makes, given the entries that are there, all or none; returns them as entries.

    Writers wait for one another. On return the lines are on disk.
    """
    for part in (path.parent.parent, path.parent):
        part.mkdir(parents=part is path.parent.parent, exist_ok=True, mode=PRIVATE_FOLDER)
    with _locked(path) as file:
        whole = file.read()
        whole = whole[: whole.rfind(b"\n") + 1]
        said = drafts(_parsed(path, whole, parse))
        lines = "".join(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n" for each in said)
        file.truncate(len(whole))
        file.seek(len(whole))
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
    return [parse(each) for each in said]


def cut_ledger(path: Path, unwanted: Callable[[dict[str, Any]], bool]) -> int:
    """Take lines out for good, as retention must: the one thing that ever shortens such a file. Returns how many.

    A killed cut leaves the file as it was. Lines that are no entries stay.
    """
    if not path.exists():
        return 0
    with _locked(path) as file:
        lines = file.read().splitlines(keepends=True)
        kept = [line for line in lines if not _is_unwanted(line, unwanted)]
        if len(kept) < len(lines):
            write_atomically(path, b"".join(kept))
    return len(lines) - len(kept)


def _is_unwanted(line: bytes, unwanted: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and unwanted(said)


def now() -> str:
    """The time an entry is made, UTC, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(path: Path, content: bytes, parse: Parse[Entry]) -> list[Entry]:
    entries = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            entries.append(parse(json.loads(line)))
        except (ValueError, TypeError, AttributeError):
            raise OverlayDamagedError(path.name, line=number) from None
    return entries


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, opened for reading and adding, with no other writer in it."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE), "r+b") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            # Whoever held it before may have put another file in its place.
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield file
                return
