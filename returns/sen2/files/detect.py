"""What a file is: a SEN2 XML, a COLLECT CSV export, or neither; and of which year. Looks at no more than it needs."""

from __future__ import annotations

import codecs
import zipfile
from enum import StrEnum
from pathlib import Path

import duckdb

from area.call import CHECK_PATH, READABLE, called, unreadable
from area.errors import ReturnRefusedError
from returns.definition.load import defined_years, load_definition
from returns.kinds import SEN2
from returns.sen2.files.collect_csv import collect_year, read_collect_csv, suffixes
from returns.sen2.files.collect_set import is_named_as_set, open_set
from returns.sen2.xml.reader import ReadResult, read_sen2
from returns.sen2.xml.stream import elements, refuse_unreadable, release

EXPECTED = (
    "a SEN2 XML file, or a COLLECT CSV export ('Blade-Export_…_person.csv' and its siblings: one of them, their folder "
    "or a .zip of them)"
)
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HEAD = 1024


class FileKind(StrEnum):
    """The files that a SEN2 return can be read from."""

    xml = "xml"
    collect = "collect"


def kind_of_file(path: Path) -> FileKind:
    """What the file (or folder) is, by its first bytes and its name. Raises ReturnRefusedError for anything else."""
    try:
        if path.is_dir() or is_named_as_set(path.name, suffixes()):
            return FileKind.collect
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise ReturnRefusedError(
            called(path), line=None, expected=READABLE, came=unreadable(error), do=CHECK_PATH
        ) from None
    if zipfile.is_zipfile(path):
        return FileKind.collect
    for mark in MARKS:
        head = head.removeprefix(mark)
    if head.lstrip(b" \t\r\n\0").startswith(b"<"):
        return FileKind.xml
    came = "an empty file" if not head.strip() else "a file that is neither"
    raise ReturnRefusedError(path.name, line=None, expected=EXPECTED, came=came)


def year_of(path: Path) -> int:
    """The collection year that the file itself gives: CollectionDetails/Year, or that of the export's header file.

    Raises ReturnRefusedError when the file is no return, gives no year, or one that is not defined.
    """
    if kind_of_file(path) is FileKind.collect:
        return collect_year(open_set(path, suffixes()))
    return xml_year(path)


def xml_year(path: Path) -> int:
    """`year_of` an XML file."""
    said, _ = xml_header(path)
    years = [str(year) for year in defined_years(SEN2)]
    if said not in years:
        came = "none" if said is None else said if said.isdigit() and len(said) == 4 and said.isascii() else "no year"
        raise ReturnRefusedError(
            path.name, line=None, expected=f"a header with a collection year of {', '.join(years)}", came=came
        )
    return int(said)


def xml_header(path: Path) -> tuple[str | None, str | None]:
    """Year and LEA as the header gives them; usually known after the first few lines. Raises ReturnRefusedError."""
    refuse_unreadable(path, load_definition(SEN2, defined_years(SEN2)[-1]))
    for _, element in elements(path, tag=("Header", "Person")):
        if element.tag == "Header":
            year, lea = element.findtext("CollectionDetails/Year"), element.findtext("Source/LEA")
            return (year or "").strip() or None, (lea or "").strip() or None
        release(element)
    return None, None


def read_return(path: Path, *, year: int | None = None, into: duckdb.DuckDBPyConnection | None = None) -> ReadResult:
    """Read any file of a return into the tables of schema `returns` (of `into`, if given: in place of what they hold);
    of the year it gives itself, unless told.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for what cannot be read as a return.
    """
    if kind_of_file(path) is FileKind.collect:
        return read_collect_csv(path, year=year, into=into)
    return read_sen2(path, year=xml_year(path) if year is None else year, into=into)
