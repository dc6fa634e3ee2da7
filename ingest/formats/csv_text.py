"""A CSV file's bytes as UTF-8, or a plain word why they cannot be."""

from __future__ import annotations

import codecs

from ingest.formats import SourceFile

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
ASCII_TYPES = {"utf-8", "cp1252"}


def utf8_of(file: SourceFile) -> bytes:
    """All of the file as UTF-8 without a byte-order mark. Refuses what is not in the contract's encoding, packed or
    empty."""
    data = file.path.read_bytes()
    encoding = str(file.contract.format.get("encoding", "utf-8"))
    expected = f"a CSV file in {encoding}"
    if not data.strip():
        file.refuse(expected=expected, came="an empty file")
    for mark, name in {**WIDE_MARKS, **PACKED_MARKS}.items():
        if data.startswith(mark):
            file.refuse(expected=expected, came=f"{name}")
    if data[:4000].count(b"\0") * 4 > len(data[:4000]):
        file.refuse(expected=expected, came="UTF-16 without a byte-order mark, or no text at all")
    if data.startswith(codecs.BOM_UTF8):
        data, encoding = data[len(codecs.BOM_UTF8) :], "utf-8"
    try:
        if encoding == "utf-8":
            if not data.isascii():
                data.decode("utf-8")
            return data
        return data.decode(encoding).encode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = " (it may be cp1252)" if encoding == "utf-8" else ""
        file.refuse(expected=expected, came=f"bytes that are not {encoding} in line {line}{guess}")
