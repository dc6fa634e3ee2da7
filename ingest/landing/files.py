"""Landing: files exactly as they came, written once, named by their hash, readable by their owner alone."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from area.errors import DiskFullError, SourceAnswerError
from area.files import private_folder, sync_folder

RECEIVED_FORMAT = "%Y%m%dT%H%M%SZ"
# Beyond this a file is no extract of one local area; it would only fill the disk.
LARGEST_FILE = 4 * 1024**3
INCOMING = ".incoming"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class LandedFile:
    """One file in landing. `received_at` is of its folder, so a pull that is run again finds the same time."""

    path: Path
    sha256: str
    bytes: int
    received_at: dt.datetime


def clear_parts(folder: Path) -> None:
    """Remove half-written files, and folders for what did not fit in memory, that a killed pull left below `folder`."""
    for part in list(folder.rglob(".*.part")):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


@contextmanager
def room_on_disk(feed: str) -> Iterator[None]:
    """Raise DiskFullError where something cannot be written for want of room: it is this machine's fault, not the
    source's, so no transport may take it for a broken connection."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFullError(feed, os.strerror(error.errno)) from error
        raise


class IncomingFile:
    """A file on its way in: hashed while it is written; not in landing until it is complete."""

    def __init__(self, path: Path, feed: str) -> None:
        self.path, self.feed = path, feed
        self.bytes = 0
        self._hash = hashlib.sha256()
        with room_on_disk(feed):
            self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, chunk: bytes) -> int:
        """Raises SourceAnswerError when the file grows beyond what one area can have, DiskFullError when there is no
        room for it here."""
        self.bytes += len(chunk)
        if self.bytes > LARGEST_FILE:
            raise SourceAnswerError(
                self.feed, "the source", expected=f"a file of at most {LARGEST_FILE} bytes", came="a larger one"
            )
        self._hash.update(chunk)
        with room_on_disk(self.feed):
            return self._file.write(chunk)

    def restart(self) -> None:
        """Throw away what has come so far: the source could not go on from there."""
        with room_on_disk(self.feed):
            self._file.seek(0)
            self._file.truncate()
        self._hash = hashlib.sha256()
        self.bytes = 0

    def digest(self, algorithm: str) -> str:
        """A digest (hex) of all that was written so far, by a name hashlib knows."""
        if algorithm == self._hash.name:
            return self._hash.hexdigest()
        with room_on_disk(self.feed):
            self._file.flush()
        with self.path.open("rb") as written:
            return hashlib.file_digest(written, algorithm).hexdigest()

    def close(self) -> str:
        """Flush to disk; returns the sha256 of all that was written."""
        with room_on_disk(self.feed):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return self._hash.hexdigest()

    def abandon(self) -> None:
        with suppress(OSError):  # closing writes what is left in the buffer, for which there may be no room
            self._file.close()
        self.path.unlink(missing_ok=True)


class Inbox:
    """The landing folder of one feed during one pull. Only one pull of a feed runs at a time (see `feed_lock`)."""

    def __init__(self, landing: Path, *, sector: str, feed: str, received_at: dt.datetime) -> None:
        self.feed = feed
        self.root = landing.parent
        self.folder = landing / sector / feed
        self.received_at = received_at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
        with room_on_disk(feed):
            self._incoming = private_folder(self.folder / INCOMING, below=self.root)

    def clear_incoming(self) -> None:
        """Remove what a killed pull left half way."""
        for left in self._incoming.iterdir():
            left.unlink()

    @contextmanager
    def receive(self, extension: str) -> Iterator[tuple[IncomingFile, list[LandedFile]]]:
        """Take one file in. On leaving, the complete file is landed and appended to the list that is handed out.

        The same bytes as an earlier delivery are not kept twice: the earlier file is handed out instead.
        """
        number = sum(1 for _ in self._incoming.iterdir())
        incoming = IncomingFile(self._incoming / f"{os.getpid()}_{number}.part", self.feed)
        landed: list[LandedFile] = []
        try:
            yield incoming, landed
            with room_on_disk(self.feed):
                landed.append(self._land(incoming, safe_extension(extension)))
        except BaseException:
            incoming.abandon()
            raise

    def _land(self, incoming: IncomingFile, extension: str) -> LandedFile:
        sha256 = incoming.close()
        earlier = self.find(sha256)
        if earlier is not None:
            incoming.path.unlink()
            return earlier
        folder = private_folder(self.folder / self.received_at.strftime(RECEIVED_FORMAT), below=self.root)
        path = folder / f"{sha256}.{extension}"
        incoming.path.replace(path)
        sync_folder(folder)
        return LandedFile(path=path, sha256=sha256, bytes=incoming.bytes, received_at=self.received_at)

    def find(self, sha256: str) -> LandedFile | None:
        """The landed file with these bytes (the first that came), or None."""
        return find_landed(self.folder, sha256)


def find_landed(folder: Path, sha256: str) -> LandedFile | None:
    """The first file with these bytes in one feed's landing folder (`landing/<sector>/<feed>`), or None."""
    for path in sorted(folder.glob(f"*/{sha256}.*")):
        if path.parent.name != INCOMING:
            received = dt.datetime.strptime(path.parent.name, RECEIVED_FORMAT)
            return LandedFile(path=path, sha256=sha256, bytes=path.stat().st_size, received_at=received)
    return None


def safe_extension(extension: str) -> str:
    """A file extension that is only that: nothing a source sends can name a place on our disk."""
    cleaned = extension.lower().lstrip(".")
    return cleaned if re.fullmatch(r"[a-z0-9-]{1,12}(\.gz)?", cleaned) else "bin"


@contextmanager
def feed_lock(folder: Path) -> Iterator[None]:
    """Hold the feed for this process; the operating system lets go of it however the process ends."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
