"""A CSV file's bytes as UTF-8, block by block, or a plain word why they cannot be."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from ingest.formats import SourceFile

BLOCK = 8_000_000
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
        decoder = codecs.getincrementaldecoder(encoding)()
        while True:
            last = not block
            try:
                text = _utf8(block, decoder, encoding, last=last)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                guess = " (it may be cp1252)" if encoding == "utf-8" else ""
                file.refuse(expected=expected, came=f"bytes that are not {encoding} in line {line}{guess}")
            yield text
            if last:
                return
            line += text.count(b"\n")
            block = opened.read(BLOCK)


def _look_at_start(file: SourceFile, block: bytes, expected: str) -> None:
    if not block:
        file.refuse(expected=expected, came="an empty file")
    for mark, name in {**WIDE_MARKS, **PACKED_MARKS}.items():
        if block.startswith(mark):
            file.refuse(expected=expected, came=f"{name}")
    if block[:4000].count(b"\0") * 4 > len(block[:4000]):
        file.refuse(expected=expected, came="UTF-16 without a byte-order mark, or no text at all")


def _utf8(block: bytes, decoder: codecs.IncrementalDecoder, encoding: str, *, last: bool) -> bytes:
    if encoding == "utf-8" and block.isascii() and not decoder.getstate()[0]:
        return block
    return decoder.decode(block, last).encode()
