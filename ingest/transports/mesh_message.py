"""One MESH message as it travels: its headers, its chunks, how they are packed and how they are proved whole."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import requests

from ingest.transports.retry import TryAgain

PIECE = 1 << 18
MOST_CHUNKS = 10_000
# The sender's checksum is free text in MESH; one that is plainly a digest (its algorithm known by its length) counts.
DIGEST = re.compile(r"(?:(?:md5|sha-?1|sha-?256)[\s:=]+)?([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE)
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
HARMLESS = re.compile(r"[A-Za-z0-9_-]{1,64}")


class DamagedError(TryAgain):
    """The message came, and is not whole. It may be on another try; the messages behind it need not wait for it.

    `checksum` is what of it was not as stated."""

    def __init__(self, checksum: str) -> None:
        self.checksum = checksum
        super().__init__(f"a message has not the {checksum} that is stated for it")


@dataclass(frozen=True)
class Head:
    """What the first chunk's headers say. `file_name` is the sender's word, and nothing to trust; `checksum` is the
    digest (hex) that the sender states for the content."""

    file_name: str
    chunks: int
    sent_at: str | None
    report: str | None
    checksum: str | None

    @property
    def algorithm(self) -> str:
        """The checksum's, by its length."""
        return ALGORITHMS[len(self.checksum or "")]


def head_of(headers: Mapping[str, str]) -> Head:
    """The head of a message. Raises DamagedError when its number of chunks cannot be read."""
    found = re.fullmatch(r"\s*1\s*:\s*([0-9]{1,6})\s*", headers.get("Mex-Chunk-Range", "1:1"))
    chunks = int(found[1]) if found else 0
    digest = DIGEST.fullmatch(headers.get("Mex-Content-Checksum", "").strip())
    report = None
    if headers.get("Mex-MessageType", "DATA").upper() == "REPORT":
        code, linked = (
            said if HARMLESS.fullmatch(said := headers.get(name, "")) else "none"
            for name in ("Mex-StatusCode", "Mex-LinkedMsgID")
        )
        report = f"a report of the MESH network, not a delivery (status {code}, about message {linked})"
    elif not 1 <= chunks <= MOST_CHUNKS:
        raise DamagedError("number of chunks")
    return Head(
        file_name=headers.get("Mex-FileName") or headers.get("Mex-Subject") or "",
        chunks=chunks,
        sent_at=headers.get("Last-Modified"),
        report=report,
        checksum=digest[1].lower() if digest else None,
    )


def pieces_of(response: requests.Response) -> Iterator[bytes]:
    """The content of one chunk, unpacked where the network packed it. Raises DamagedError when it is cut short."""
    pieces: Iterable[bytes] = response.raw.stream(PIECE, decode_content=False)
    if response.headers.get("Content-Encoding", "").strip().lower() == "gzip":
        pieces = gunzipped(pieces)
    yield from pieces


def gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpacks gzip, of one member or several, piece by piece: a bomb cannot fill the memory.

    Raises DamagedError when it is none, or ends too early (which zlib's own readers let pass).
    """
    unpack, begun = zlib.decompressobj(31), False
    try:
        for packed in pieces:
            rest = packed
            while rest:
                begun = True
                yield unpack.decompress(rest, PIECE)
                rest = unpack.unconsumed_tail
                if unpack.eof:
                    rest, unpack, begun = unpack.unused_data, zlib.decompressobj(31), False
    except zlib.error:
        raise DamagedError("gzip checksum") from None
    if begun:
        raise DamagedError("gzip length")
