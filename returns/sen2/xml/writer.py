"""Writes the return: from the return tables to the XML file that is submitted, in one streaming pass."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa

from area.errors import ReturnInvalidError, SettingsError
from area.settings import AreaSettings
from returns.definition.load import load_definition
from returns.definition.model import DEFAULT_ORDER, Definition
from returns.kinds import SEN2
from returns.sen2.xml import fragments
from returns.sen2.xml.piecewise import validating
from returns.sen2.xml.schema_check import compiled_schema, first_faults
from returns.sen2.xml.soundness import refuse_broken_tables

# Persons laid down in document order at a time (bounds the memory), and those of them whose text is made at a time (a
# query costs a second to plan, whatever it makes).
PERSONS_A_BLOCK = 200_000
PERSONS_A_SLICE = 50_000
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


def write_sen2(
    con: duckdb.DuckDBPyConnection, path: Path, *, year: int, settings: AreaSettings, validate: bool = True
) -> WriteResult:
    """Write the tables of schema `returns` as the SEN2 file of `year`, check it against its schema while it is written,
    put it at `path`.

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
    sink = _Sink()
    opening, closing = _opening(con, definition), _closing(definition)
    schema = compiled_schema(year, order)
    try:
        part.unlink(missing_ok=True)
        with (
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 20) as file,
            validating(schema, before=opening, after=closing) as validator,
        ):
            sink.put(file, opening)
            for persons in _persons(con, definition, order):
                sink.put(file, persons)
                if validate:
                    validator.take(persons)
            sink.put(file, closing)
            file.flush()
            os.fsync(file.fileno())
            if validate and not rows["person"]:
                validator.take(b"")
            valid = validator.finish()
        if not valid:
            _refuse_invalid(part, path, definition, order)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return WriteResult(
        path=path,
        rows=rows,
        sha256=sink.digest.hexdigest(),
        bytes=sink.size,
        unreadable_characters=sink.unreadable,
        seconds=round(time.monotonic() - started, 3),
    )


class _Sink:
    """Writes pieces and keeps what is told of them."""

    def __init__(self) -> None:
        self.digest, self.size, self.unreadable = hashlib.sha256(), 0, 0

    def put(self, file: BinaryIO, piece: bytes) -> None:
        file.write(piece)
        self.digest.update(piece)
        self.size += len(piece)
        self.unreadable += piece.count(REPLACEMENT)


def _order(definition: Definition, settings: AreaSettings) -> str:
    order = settings.sen2.get("active_plans_order", DEFAULT_ORDER) if len(definition.order_names) > 1 else DEFAULT_ORDER
    if order not in definition.order_names:
        raise SettingsError(
            "sen2.active_plans_order", expected=f"one of {definition.order_names}", came=order, where="the settings"
        )
    return order


def _opening(con: duckdb.DuckDBPyConnection, definition: Definition) -> bytes:
    """The file up to its first person."""
    con.execute(fragments.XML_TEXT_MACRO)
    (header,) = con.execute(fragments.header_sql(definition.module("header"))).fetchone() or ("",)
    wrapper = definition.module("person").wrapper
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{definition.root}>\n{header}<{wrapper}>\n'.encode()


def _closing(definition: Definition) -> bytes:
    return f"</{definition.module('person').wrapper}>\n</{definition.root}>\n".encode()


def _persons(con: duckdb.DuckDBPyConnection, definition: Definition, order: str) -> Iterator[bytes]:
    """The persons' text in pieces of whole persons."""
    person = definition.module("person")
    con.execute(fragments.order_sql(person))
    (persons,) = con.execute(f"select count(*) from {fragments.ORDER}").fetchone() or (0,)
    sql = fragments.slice_sql(definition, person, order)
    for first in range(1, persons + 1, PERSONS_A_BLOCK):
        last = min(persons, first + PERSONS_A_BLOCK - 1)
        for statement in fragments.block_sql(definition, person, first=first, last=last):
            con.execute(statement)
        for start in range(first, last + 1, PERSONS_A_SLICE):
            end = min(last, start + PERSONS_A_SLICE - 1)
            yield from _texts(con, sql, {"first": start, "last": end})
    con.execute(fragments.drop_sql(definition, person))


def _texts(con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, int]) -> Iterator[bytes]:
    """The texts of a one-column query, as they lie one after the other in memory: never made into Python strings."""
    for batch in con.execute(sql, parameters).to_arrow_reader(2_000):
        column = batch.column(0).cast(pa.large_string())
        if len(column) == 0:
            continue
        _, offsets, text = column.buffers()
        ends = memoryview(offsets).cast("q")
        yield bytes(memoryview(text)[ends[column.offset] : ends[column.offset + len(column)]])


def _refuse_invalid(part: Path, path: Path, definition: Definition, order: str) -> None:
    faults = first_faults(part, definition, order=order)
    invalid = path.with_name(f"{path.stem}.invalid.xml")
    part.replace(invalid)
    where, problem = (faults[0].line, faults[0].problem) if faults else (None, "it does not fit its schema")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    raise ReturnInvalidError(invalid.name, line=where, reason=f"{problem}{more}")
