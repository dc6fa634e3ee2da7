"""A CSV file's bytes as UTF-8, block by block, or a plain word why they cannot be."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import numpy as np

from ingest.formats import SourceFile

BLOCK = 8_000_000
LINE_END = 10
WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
PACKED_MARKS = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet)",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}


def line_ends(data: bytes) -> int:
    """How many there are. `bytes.count` takes six times as long where lines are short."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == LINE_END))


def utf8_blocks(file: SourceFile) -> Iterator[bytes]:
    """The file as UTF-8 without a byte-order mark, in blocks of some MB; the last one may be empty.

    Refuses, when it comes to it, what is packed, empty or not in the contract's encoding.
    """
    encoding = str(file.contract.format.get("encoding", "utf-8"))
    expected = f"a CSV file in {encoding}"
    line = 1
    with file.path.open("rb") as opened:
        block = opened.read(BLOCK)
        _look_at_start(file, block, expected)
        if block.startswith(codecs.BOM_UTF8):
            block, encoding = block[len(codecs.BOM_UTF8) :], "utf-8"
        decoder = _Decoder(encoding)
        while True:
            last = not block
            try:
                text = decoder.utf8(block, last=last)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                guess = " (it may be cp1252)" if encoding == "utf-8" else ""
                file.refuse(expected=expected, came=f"bytes that are not {encoding} in line {line}{guess}")
            yield text
            if last:
                return
            line += line_ends(text)
            block = opened.read(BLOCK)


def _look_at_start(file: SourceFile, block: bytes, expected: str) -> None:
    if not block:
        file.refuse(expected=expected, came="an empty file")
    for mark, name in {**WIDE_MARKS, **PACKED_MARKS}.items():
        if block.startswith(mark):
            file.refuse(expected=expected, came=f"{name}")
    if block[:4000].count(b"\0") * 4 > len(block[:4000]):
        file.refuse(expected=expected, came="UTF-16 without a byte-order mark, or no text at all")


class _Decoder:
    """Bytes of one encoding as UTF-8; what ends within a character waits for the next block."""

    def __init__(self, encoding: str) -> None:
        self._whole = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._rest = b""

    def utf8(self, block: bytes, *, last: bool) -> bytes:
        """Raises UnicodeDecodeError, whose `object` begins where the last block's text ended."""
        if not self._whole:
            return self._decoder.decode(block, last).encode()
        data = self._rest + block if self._rest else block
        used = len(data) if data.isascii() else codecs.utf_8_decode(data, "strict", last)[1]
        self._rest = data[used:]
        return data[:used] if self._rest else data
