"""Files that only their owner may read, and that appear whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO


def private_folder(folder: Path, *, below: Path) -> Path:
    """Make `folder` and what is missing between it and `below`, with permissions 0700."""
    missing = [part for part in (folder, *folder.parents) if part.is_relative_to(below) and not part.exists()]
    below.parent.mkdir(parents=True, exist_ok=True)
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def part_of(path: Path) -> Path:
    """What a file is called while it is written. `ingest/landing/files.py` clears such parts away after a kill."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def open_private(path: Path) -> BinaryIO:
    """A new, empty file (0600) to write to."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A new file (0600) beside `path`, renamed there once the block has ended well; gone if it has not."""
    part = part_of(path)
    try:
        with open_private(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def written_text(path: Path) -> Iterator[TextIO]:
    """The same for text in UTF-8, line ends as they are given."""
    with written_whole(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file (0600) beside its place, then rename it there, to last through a power cut."""
    with written_whole(path) as file:
        file.write(content)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename within `folder` last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashed(path: Path) -> dict[str, int | str]:
    """Size and SHA-256 of a file, as manifests state them."""
    return {"bytes": path.stat().st_size, "sha256": file_hash(path)}
