"""What kind of file some bytes are, by how they begin and never by a name."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path
from typing import Literal

Kind = Literal["empty", "csv", "xml", "json", "excel", "parquet", "zip", "gzip", "old excel", "unknown"]
BEGINNING = 4096
MARKS: tuple[tuple[bytes, Kind], ...] = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old excel"),
)
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def kind_of_content(path: Path) -> Kind:
    """The kind of file. Text that begins neither as XML nor as JSON counts as CSV: its header tells the rest."""
    with path.open("rb") as file:
        head = file.read(BEGINNING)
    if not head.strip():
        return "empty"
    for mark, kind in MARKS:
        if head.startswith(mark):
            return kind
    if head.startswith(b"PK"):
        return _packed(path)
    text = beginning_as_text(head).lstrip("\ufeff \t\r\n")
    if "\0" in text:
        return "unknown"
    if text.startswith("<"):
        return "xml"
    return "json" if text.startswith(("{", "[", "\x1e")) else "csv"


def beginning_as_text(head: bytes) -> str:
    """The beginning of a text file, in UTF-8 (with or without a mark), UTF-16 with one, or else Windows' own."""
    for mark, encoding in WIDE.items():
        if head.startswith(mark):
            return head.decode(encoding, errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # may end within a character
    except UnicodeDecodeError:
        return head.decode("cp1252", errors="replace")


def _packed(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "unknown"
    return "excel" if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names) else "zip"
