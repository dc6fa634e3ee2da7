"""Writes the return: from the return tables to the XML file that is submitted, in one streaming pass."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from area.errors import ReturnInvalidError, SettingsError
from area.settings import AreaSettings
from returns.definition.load import load_definition
from returns.definition.model import DEFAULT_ORDER, Definition
from returns.kinds import SEN2
from returns.sen2.xml import fragments
from returns.sen2.xml.schema_check import first_faults
from returns.sen2.xml.soundness import refuse_broken_tables

# Persons whose text is in memory at a time (measured: fewer is slower, more needs more memory for no gain).
PERSONS_A_SLICE = 20_000
REPLACEMENT = "\ufffd".encode()


@dataclass(frozen=True)
class WriteResult:
    """What was written."""

    path: Path
    rows: dict[str, int]
    sha256: str
    bytes: int
    unreadable_characters: int
    """Characters written as U+FFFD, because XML cannot hold what the source had there."""
    seconds: float
    validation_seconds: float


def write_sen2(
    con: duckdb.DuckDBPyConnection, path: Path, *, year: int, settings: AreaSettings, validate: bool = True
) -> WriteResult:
    """Write the tables of schema `returns` as the SEN2 file of `year`, check it against its schema, put it at `path`.

    The same tables give the same bytes. The file is readable by its owner alone and appears at `path` only when whole
    and valid; an invalid one is kept beside it as `<name>.invalid.xml` for whoever looks into it.

    Raises SettingsError for a year or an order that is not defined, ReturnInvalidError when the tables do not nest or
    the file does not fit the schema.
    """
    definition = load_definition(SEN2, year)
    order = _order(definition, settings)
    started = time.monotonic()
    rows = refuse_broken_tables(con, definition, file=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    digest, size, unreadable = hashlib.sha256(), 0, 0
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 20) as file:
            for chunk in _chunks(con, definition, order):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                unreadable += bytes(chunk).count(REPLACEMENT)
            file.flush()
            os.fsync(file.fileno())
        written = time.monotonic()
        if validate:
            _refuse_invalid(part, path, definition, order)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return WriteResult(
        path=path,
        rows=rows,
        sha256=digest.hexdigest(),
        bytes=size,
        unreadable_characters=unreadable,
        seconds=round(written - started, 3),
        validation_seconds=round(time.monotonic() - written, 3),
    )


def _order(definition: Definition, settings: AreaSettings) -> str:
    order = settings.sen2.get("active_plans_order", DEFAULT_ORDER) if len(definition.order_names) > 1 else DEFAULT_ORDER
    if order not in definition.order_names:
        raise SettingsError(
            "sen2.active_plans_order", expected=f"one of {definition.order_names}", came=order, where="the settings"
        )
    return order


def _chunks(con: duckdb.DuckDBPyConnection, definition: Definition, order: str) -> Iterator[bytes | memoryview]:
    person = definition.module("person")
    con.execute(fragments.XML_TEXT_MACRO)
    con.execute(fragments.slices_sql(person, PERSONS_A_SLICE))
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{definition.root}>\n'.encode()
    yield from _texts(con, fragments.header_sql(definition.module("header")), {})
    yield f"<{person.wrapper}>\n".encode()
    (last,) = con.execute(f"select max(slice) from {fragments.SLICE_TABLE}").fetchone() or (None,)
    sql = fragments.slice_sql(definition, person, order)
    for number in range(0 if last is None else last + 1):
        yield from _texts(con, sql, {"slice": number})
    yield f"</{person.wrapper}>\n</{definition.root}>\n".encode()
    con.execute(f"drop table {fragments.SLICE_TABLE}")


def _texts(con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, int]) -> Iterator[memoryview]:
    """The texts of a one-column query, as they lie one after the other in memory: never made into Python strings."""
    for batch in con.execute(sql, parameters).to_arrow_reader(2_000):
        column = batch.column(0).cast(pa.large_string())
        if len(column) == 0:
            continue
        _, offsets, text = column.buffers()
        ends = memoryview(offsets).cast("q")
        yield memoryview(text)[ends[column.offset] : ends[column.offset + len(column)]]


def _refuse_invalid(part: Path, path: Path, definition: Definition, order: str) -> None:
    faults = first_faults(part, definition, order=order)
    if faults:
        invalid = path.with_name(f"{path.stem}.invalid.xml")
        part.replace(invalid)
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise ReturnInvalidError(invalid.name, line=faults[0].line, reason=f"{faults[0].problem}{more}")
