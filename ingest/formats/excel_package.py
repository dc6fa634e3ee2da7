"""A first look at an Excel workbook, before anything in it is opened: is it one, and can it do harm?

A workbook is a zip of XML parts. Each part is read through once, a piece at a time and into nothing: so a damaged file,
a bomb, a path that climbs out or a document type is found before a parser sees it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import Final

from ingest.formats import SourceFile

ZIP: Final = b"PK\x03\x04"
OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an OLE container: .xls, or .xlsx under a password
PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
MOST_PARTS: Final = 2_000
MOST_BYTES: Final = 1_000_000_000  # of all parts, unpacked
MOST_SHARED: Final = 100_000_000  # of the shared texts, which the parser holds in memory
MOST_RATIO: Final = 250  # of unpacked to packed, of a part of more than a megabyte
PIECE: Final = 1 << 20
SHEETS: Final = "xl/workbook.xml"
SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s")
BINARY_SHEETS: Final = "xl/workbook.bin"
SHARED: Final = "xl/sharedstrings.xml"


def check_package(file: SourceFile) -> int:
    """How many sheets the workbook says it has.

    Raises FileRefusedError for anything but a plain, whole .xlsx (or .xlsm, whose macros are never looked at).
    """
    with file.path.open("rb") as opened:
        head = opened.read(1 << 16)
    if not head.startswith(ZIP):
        file.refuse(expected="an Excel workbook (.xlsx)", came=_other(head))
    try:
        with zipfile.ZipFile(file.path) as package:
            _check_parts(file, package)
            for part in package.infolist():
                _read_through(file, package, part)
            told = next(name for name in package.namelist() if name.lower() == SHEETS)
            return len(SHEET.findall(package.read(told).replace(b"\0", b"")))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        # the zip reader's own ways to say: cut off, wrong checksum, compressed or locked in a way it does not know
        file.refuse(expected="a whole Excel workbook", came="one that is damaged or breaks off")


def _other(head: bytes) -> str:
    if not head.strip():
        return "an empty file"
    if head.startswith(OLD):
        return "a workbook under a password" if PASSWORD in head else "an old workbook (.xls); save it as .xlsx"
    return "a file of another kind"


def _check_parts(file: SourceFile, package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {part.filename.lower() for part in parts}
    if BINARY_SHEETS in names:
        file.refuse(expected="an Excel workbook (.xlsx)", came="a binary workbook (.xlsb); save it as .xlsx")
    if SHEETS not in names:
        file.refuse(expected="an Excel workbook (.xlsx)", came="a zip file of something else")
    if len(parts) > MOST_PARTS or len(names) < len(parts):
        file.refuse(expected=f"a workbook of at most {MOST_PARTS:,} parts", came="more, or a part twice")
    if sum(part.file_size for part in parts) > MOST_BYTES:
        file.refuse(expected=f"a workbook of at most {MOST_BYTES:,} bytes unpacked", came="a larger one")
    for part in parts:
        if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
            file.refuse(expected="parts within the workbook", came="one that climbs out of it")
        if part.file_size > PIECE and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            file.refuse(expected=f"parts packed at most {MOST_RATIO} to 1", came="one packed tighter (a zip bomb)")
        if part.filename.lower() == SHARED and part.file_size > MOST_SHARED:
            file.refuse(expected=f"at most {MOST_SHARED:,} bytes of shared texts", came="more")


def _read_through(file: SourceFile, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    markup = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    before = b""
    with package.open(part) as opened:
        while piece := opened.read(PIECE):
            text = before + piece.replace(b"\0", b"")
            if markup and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
                file.refuse(expected="a workbook without document types", came="one with a document type or entities")
            before = text[-16:]
