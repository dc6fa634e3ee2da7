"""What folder drops, SFTP servers and object stores have in common: which files are meant, which are finished, which
are new."""

from __future__ import annotations

import datetime as dt
import fnmatch
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from area.errors import DamagedFileError, EmptyFileError, FileRefusedError
from ingest.landing.extract_date import kind_of
from ingest.landing.files import IncomingFile
from ingest.transports import BEING_WRITTEN, FETCHED, NOT_TAKEN, STILL_THERE, Arrival, Pull
from ingest.transports.checksums import stated_beside
from ingest.transports.finished import SETTLE, Finishing

FRESH = 60  # seconds
CHECKSUM_BYTES = 1 << 20  # a file that only states checksums is no longer than this
UNFINISHED_ENDINGS = (".part", ".tmp", ".filepart", ".crdownload", ".swp", "~")


@dataclass(frozen=True)
class Listed:
    """A file in a listing: its name, its size in bytes, when it was last changed (seconds since 1970), and a tag that
    changes with its content where the place gives one."""

    name: str
    size: int
    changed: float
    tag: str = ""

    @property
    def marks(self) -> dict[str, Any]:
        """What tells it from another file of its name."""
        return {"size": self.size, "changed": self.changed} | ({"tag": self.tag} if self.tag else {})


class Drop(Protocol):
    """A place where files are left for us. `place` is how it is called in records."""

    place: str

    def listing(self) -> list[Listed]:
        """The regular files that lie there, not those of folders below."""

    def look(self, name: str) -> Listed:
        """One file again. Raises ChangedWhileReadError when it is gone."""

    def copy(self, file: Listed, incoming: IncomingFile) -> None:
        """Stream it, from its start; may be called again. Raises ChangedWhileReadError when it is gone."""

    def read(self, name: str, most: int) -> bytes:
        """The first `most` bytes of a small file. Raises ChangedWhileReadError when it is gone."""


class ChangedWhileReadError(Exception):
    """The file grew, shrank or was replaced while it was read."""


class _NotAsStatedError(Exception):
    """What came does not have the checksum that is stated for it."""


def wanted(pull: Pull, listing: Iterable[Listed]) -> list[Listed]:
    """The files of a listing that the contract asks for, oldest first.

    Left out: names outside the feed's pattern (or list of patterns), names that no table of the feed has a pattern for
    (what is not needed is not fetched), hidden files, names of half-written files, of markers and checksums, and names
    that are more than a name.
    """
    given = pull.option("pattern", "*")
    patterns = [str(each).lower() for each in (given if isinstance(given, list) else [given])]
    by_file_name = all(table.file for table in pull.contract.tables)
    finishing = Finishing.of(pull)
    chosen = [
        file
        for file in listing
        if any(fnmatch.fnmatchcase(file.name.lower(), pattern) for pattern in patterns)
        and not file.name.startswith(".")
        and not file.name.lower().endswith(UNFINISHED_ENDINGS)
        and not {"/", "\\", "\0"} & set(file.name)
        and not finishing.is_beside(file.name)
        and (not by_file_name or pull.contract.table_of_file(file.name))
    ]
    return sorted(chosen, key=lambda file: (file.changed, file.name))


def fetch_files(pull: Pull, drop: Drop) -> Iterator[Arrival]:
    """Bring the wanted files of a drop in, one after another.

    A file whose name, size, time and tag are those of an earlier delivery is not fetched again, unless it is the newest
    of its kind and the place gives no tag: what the night is built from is always compared byte for byte. A file that
    is empty, or damaged by its checksum however often it is fetched, is not taken, and does not keep the others.
    """
    listing = drop.listing()
    there = {file.name for file in listing}
    files = wanted(pull, listing)
    finishing = Finishing.of(pull)
    newest = {kind_of(file.name): file.name for file in files}
    if finishing.way == SETTLE and any(abs(time.time() - file.changed) < FRESH for file in files):
        time.sleep(pull.limits.settle)  # somebody may still be writing: what changes meanwhile is left for next time
    for file in files:
        started = time.monotonic()
        source = f"{drop.place}/{file.name}"
        before = pull.state.get(source)
        modified = dt.datetime.fromtimestamp(file.changed, dt.UTC).isoformat(timespec="seconds")
        known = pull.inbox.find(before["sha256"]) if before.get("sha256") else None
        unmoved = known is not None and {key: before.get(key) for key in file.marks} == file.marks
        if unmoved and (file.tag or newest[kind_of(file.name)] != file.name):
            yield Arrival(file.name, source, STILL_THERE, landed=known, modified=modified)
            continue
        try:
            if finishing.waits_for(file.name, there) is not None:
                raise ChangedWhileReadError
            _same(file, drop.look(file.name))
            if file.size == 0:
                raise EmptyFileError(pull.feed, file.name)
            with pull.inbox.receive(_extension(file.name)) as (incoming, landed):
                _copy(pull, drop, file, incoming, finishing)
        except ChangedWhileReadError:
            yield Arrival(file.name, source, BEING_WRITTEN, modified=modified, seconds=time.monotonic() - started)
            continue
        except FileRefusedError as refusal:
            seconds = time.monotonic() - started
            yield Arrival(file.name, source, NOT_TAKEN, modified=modified, seconds=seconds, refusal=refusal)
            continue
        remember: dict[str, Any] = {**file.marks, "sha256": landed[0].sha256}
        # A file replaced within the clock's grain of a second would look the same; so a fresh one is fetched again.
        settled = file.tag or abs(time.time() - file.changed) > 2
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


def _copy(pull: Pull, drop: Drop, file: Listed, incoming: IncomingFile, finishing: Finishing) -> None:
    """Copy a file whole and unchanged, and as its checksum says. Raises DamagedFileError when it never is."""
    for _ in range(pull.limits.attempts):
        drop.copy(file, incoming)
        _same(file, drop.look(file.name))
        if incoming.bytes != file.size:
            raise ChangedWhileReadError
        try:
            _check(drop, file.name, incoming, finishing)
            return
        except _NotAsStatedError:
            continue
    raise DamagedFileError(pull.feed, file.name, checksum=str(finishing.checksum))


def _check(drop: Drop, name: str, incoming: IncomingFile, finishing: Finishing) -> None:
    beside = finishing.checksum_file(name)
    if beside is None or finishing.checksum is None:
        return
    stated = stated_beside(drop.read(beside, CHECKSUM_BYTES), name, finishing.checksum)
    if stated != incoming.digest(finishing.checksum):
        raise _NotAsStatedError


def _same(before: Listed, after: Listed) -> None:
    if before != after:
        raise ChangedWhileReadError


def _extension(name: str) -> str:
    return name.rsplit(".", 1)[-1] if "." in name else "bin"
