"""Reads any SEN2 XML of a defined year into the same tables that the dbt models make, in a DuckDB of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.files import file_hash
from returns.definition.load import load_definition
from returns.definition.tables import fresh_tables
from returns.definition.text_rows import Casts, store
from returns.kinds import SEN2
from returns.sen2.xml.stream import refuse_unreadable
from returns.sen2.xml.text_rows import Seen, text_rows


@dataclass(frozen=True)
class ReadResult:
    """A return that has been read; `con` holds schema `returns`. Of an XML file keys are numbered in file order and
    `_row` is the line."""

    con: duckdb.DuckDBPyConnection
    file_hash: str
    rows: dict[str, int]
    unknown_elements: int


def read_sen2(path: Path, *, year: int, into: duckdb.DuckDBPyConnection | None = None) -> ReadResult:
    """Read the file into schema `returns` of a new in-memory DuckDB, or of `into`, in place of what its tables hold.

    Elements may come in any order and may be missing or repeated: the first of a repeated value counts, and what the
    return does not know is counted in `unknown_elements`; the schema check names them. A value that is not of its
    item's type is NULL in the tables, and a fault of the schema check.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for a file that is not a SEN2 file or
    breaks off.
    """
    definition = load_definition(SEN2, year)
    refuse_unreadable(path, definition)
    sha256 = file_hash(path)
    con = fresh_tables(definition, into)
    seen = Seen()
    for module, rows in text_rows(path, definition, seen):
        store(con, module, rows, file_hash=sha256, casts=Casts())
    return ReadResult(con=con, file_hash=sha256, rows=seen.rows, unknown_elements=seen.unknown_elements)
