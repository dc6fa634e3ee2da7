"""A folder drop: files that somebody or something puts on a disk this machine can read (a mounted share, say)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from area.errors import SourceRefusedError, SourceUnavailableError
from ingest.landing.files import IncomingFile
from ingest.transports import Arrival, Pull
from ingest.transports.drop_files import ChangedWhileReadError, Listed, fetch_files

CHUNK = 1 << 20


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The finished files of the drop folder. Symbolic links are not followed: a drop must not show us the rest of a
    disk.

    Raises SourceRefusedError when the folder may not be read, SourceUnavailableError when it is not there (a share that
    is not mounted).
    """
    conn = pull.endpoint.conn_id
    if not pull.endpoint.folder:
        raise SourceRefusedError(pull.feed, "the drop folder", "the connection names no path", connection=conn)
    drop = _Folder(Path(pull.endpoint.folder) / str(pull.option("folder", ".")), f"folder {conn}")
    try:
        yield from fetch_files(pull, drop)
    except PermissionError as error:
        raise SourceRefusedError(
            pull.feed, drop.place, "the folder or a file in it may not be read", connection=conn
        ) from error
    except OSError as error:
        raise SourceUnavailableError(pull.feed, drop.place, error.strerror or type(error).__name__) from error


class _Folder:
    def __init__(self, folder: Path, place: str) -> None:
        self._folder, self.place = folder, place

    def listing(self) -> list[Listed]:
        with os.scandir(self._folder) as entries:
            names = [entry.name for entry in entries if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)]
        found = []
        for name in names:
            with suppress(ChangedWhileReadError):  # taken away again meanwhile
                found.append(self.look(name))
        return found

    def look(self, name: str) -> Listed:
        try:
            found = (self._folder / name).lstat()
        except FileNotFoundError:
            raise ChangedWhileReadError from None
        return Listed(name, found.st_size, found.st_mtime)

    def copy(self, file: Listed, incoming: IncomingFile) -> None:
        incoming.restart()
        with self._open(file.name) as source:
            while chunk := source.read(CHUNK):
                incoming.write(chunk)

    def read(self, name: str, most: int) -> bytes:
        with self._open(name) as source:
            return source.read(most)

    def _open(self, name: str) -> BinaryIO:
        try:
            return os.fdopen(os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except FileNotFoundError:
            raise ChangedWhileReadError from None
