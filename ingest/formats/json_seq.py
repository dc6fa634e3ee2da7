"""How the answers of a paged API lie in landing: one gzip file of JSON texts, each byte for byte as it came, each
after a record separator (RFC 7464, application/json-seq). A separator cannot occur inside a JSON text."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

SEPARATOR = b"\x1e"
EXTENSION = "json-seq.gz"
CHUNK = 1 << 20
LARGEST_BODY = 64 * 1024**2  # an answer is read whole; a page of thousands of records is a few MB


class Writable(Protocol):
    """Where a sequence is written to."""

    def write(self, chunk: bytes, /) -> int: ...


class JsonSequence:
    """Writes bodies one after another."""

    def __init__(self, file: Writable) -> None:
        self._file = file

    def add(self, body: bytes) -> None:
        self._file.write(SEPARATOR)
        self._file.write(body)
        self._file.write(b"\n")


@contextmanager
def writing(file: Writable) -> Iterator[JsonSequence]:
    """A sequence into `file`. The same bodies give the same bytes: no time stamp, no file name."""
    with gzip.GzipFile(filename="", fileobj=cast("Any", file), mode="wb", compresslevel=1, mtime=0) as packed:
        yield JsonSequence(packed)


def bodies(path: Path, *, largest: int) -> Iterator[bytes]:
    """The bodies of a sequence. Raises ValueError when it is not one, breaks off, unpacks to more than `largest` bytes,
    or has a body of more than 64 MB."""
    left, buffer, begun = largest, bytearray(), False
    try:
        with gzip.open(path, "rb") as packed:
            while chunk := packed.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise ValueError("more than can be unpacked")
                parts = chunk.split(SEPARATOR)
                buffer += parts[0]
                for part in parts[1:]:
                    if begun:
                        yield bytes(buffer)
                    elif buffer:
                        raise ValueError("no JSON sequence")
                    begun, buffer = True, bytearray(part)
                if len(buffer) > LARGEST_BODY:
                    raise ValueError("an answer of more than 64 MB")
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("a packed file that breaks off or is damaged") from error
    if begun:
        yield bytes(buffer)
    else:
        raise ValueError("no JSON sequence")
