"""What folder drops and SFTP servers have in common: which files are meant, which are finished, which are new."""

from __future__ import annotations

import datetime as dt
import fnmatch
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.extract_date import kind_of
from ingest.landing import IncomingFile
from ingest.transports import BEING_WRITTEN, FETCHED, STILL_THERE, Arrival, Pull

FRESH = 60  # seconds
UNFINISHED_ENDINGS = (".part", ".tmp", ".filepart", ".crdownload", ".swp", "~")


@dataclass(frozen=True)
class Listed:
    """A file in a listing: its name, its size in bytes and when it was last changed (seconds since 1970)."""

    name: str
    size: int
    changed: float


class ChangedWhileReadError(Exception):
    """The file grew, shrank or was replaced while it was read."""


def wanted(pull: Pull, listing: Iterable[Listed]) -> list[Listed]:
    """The files of a listing that the contract asks for, oldest first.

    Left out: names outside the feed's pattern (or list of patterns), names that no table of the feed has a pattern for
    (what is not needed is not fetched), hidden files, names of half-written files, and names that are more than a name.
    """
    given = pull.option("pattern", "*")
    patterns = [str(each).lower() for each in (given if isinstance(given, list) else [given])]
    by_file_name = all(table.file for table in pull.contract.tables)
    chosen = [
        file
        for file in listing
        if any(fnmatch.fnmatchcase(file.name.lower(), pattern) for pattern in patterns)
        and not file.name.startswith(".")
        and not file.name.lower().endswith(UNFINISHED_ENDINGS)
        and not {"/", "\\", "\0"} & set(file.name)
        and (not by_file_name or pull.contract.table_of_file(file.name))
    ]
    return sorted(chosen, key=lambda file: (file.changed, file.name))


def fetch_files(
    pull: Pull,
    place: str,
    files: list[Listed],
    look: Callable[[str], Listed],
    copy: Callable[[Listed, IncomingFile], None],
) -> Iterator[Arrival]:
    """Bring the wanted files in, one after another.

    `look(name)` looks at one file again; `copy(file, incoming)` streams it, and may be called again from the start.

    A file whose name, size and time are those of an earlier delivery is not fetched again, unless it is the newest of
    its kind: what the night is built from is always compared byte for byte.
    """
    newest = {kind_of(file.name): file.name for file in files}
    if any(abs(time.time() - file.changed) < FRESH for file in files):
        time.sleep(pull.limits.settle)  # somebody may still be writing: what changes meanwhile is left for next time
    for file in files:
        started = time.monotonic()
        source = f"{place}/{file.name}"
        before = pull.state.get(source)
        marks = {"size": file.size, "changed": file.changed}
        modified = dt.datetime.fromtimestamp(file.changed, dt.UTC).isoformat(timespec="seconds")
        known = pull.inbox.find(before["sha256"]) if before.get("sha256") else None
        unmoved = known is not None and {key: before.get(key) for key in marks} == marks
        if unmoved and newest[kind_of(file.name)] != file.name:
            yield Arrival(file.name, source, STILL_THERE, landed=known, modified=modified)
            continue
        try:
            _same(file, look(file.name))
            with pull.inbox.receive(_extension(file.name)) as (incoming, landed):
                copy(file, incoming)
                _same(file, look(file.name))
                if incoming.bytes != file.size:
                    raise ChangedWhileReadError
        except ChangedWhileReadError:
            yield Arrival(file.name, source, BEING_WRITTEN, modified=modified, seconds=time.monotonic() - started)
            continue
        remember: dict[str, Any] = {**marks, "sha256": landed[0].sha256}
        # A file replaced within the clock's grain of a second would look the same; so a fresh one is fetched again.
        settled = abs(time.time() - file.changed) > 2
        yield Arrival(
            file.name,
            source,
            STILL_THERE if unmoved and known == landed[0] else FETCHED,
            landed=landed[0],
            modified=modified,
            seconds=time.monotonic() - started,
            state_key=source,
            remember=remember if settled else None,
        )


def _same(before: Listed, after: Listed) -> None:
    if (before.size, before.changed) != (after.size, after.changed):
        raise ChangedWhileReadError


def _extension(name: str) -> str:
    return name.rsplit(".", 1)[-1] if "." in name else "bin"
