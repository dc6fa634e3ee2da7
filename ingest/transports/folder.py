"""A folder drop: files that somebody or something puts on a disk this machine can read (a mounted share, say)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from area.errors import SourceRefusedError, SourceUnavailableError
from ingest.landing import IncomingFile
from ingest.transports import Arrival, Pull
from ingest.transports.drop_files import ChangedWhileReadError, Listed, fetch_files, wanted

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
    folder = Path(pull.endpoint.folder) / str(pull.option("folder", "."))
    place = f"folder {conn}"

    def look(name: str) -> Listed:
        found = (folder / name).lstat()
        return Listed(name, found.st_size, found.st_mtime)

    def copy(file: Listed, incoming: IncomingFile) -> None:
        try:
            descriptor = os.open(folder / file.name, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise ChangedWhileReadError from None
        with os.fdopen(descriptor, "rb") as source:
            while chunk := source.read(CHUNK):
                incoming.write(chunk)

    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)]
        files = wanted(pull, [look(name) for name in names])
        yield from fetch_files(pull, place, files, look, copy)
    except PermissionError as error:
        raise SourceRefusedError(
            pull.feed, place, "the folder or a file in it may not be read", connection=conn
        ) from error
    except OSError as error:
        raise SourceUnavailableError(pull.feed, place, error.strerror or type(error).__name__) from error
