"""The rows of a database query, batch by batch into a Parquet file of text, and the highest watermark among them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from area.errors import SourceAnswerError
from ingest.formats.exact_text import NotTextError, exact_texts
from ingest.landing.files import IncomingFile
from ingest.transports import Pull
from ingest.transports.sql_plan import TablePlan, Watermark

BATCH = 10_000  # rows


class Rows:
    """Writes the rows of one query as text."""

    def __init__(self, pull: Pull, plan: TablePlan, incoming: IncomingFile) -> None:
        self._pull, self._plan, self._incoming = pull, plan, incoming
        self._latest = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def write(self, result: sa.CursorResult[Any], heard: Callable[[], None]) -> Watermark | None:
        """All rows into the file; returns the highest watermark among them."""
        names = list(result.keys())
        if len(set(names)) != len(names):
            self._fail("columns of different names", "two of one name")
        if self._plan.watermark is not None and self._plan.watermark not in names:
            self._fail(f"a column {self._plan.watermark}, its watermark", "none")
        dates = {field.source for field in self._plan.table.fields if field.kind == "date"}
        schema = pa.schema([(name, pa.string()) for name in names])
        highest: Watermark | None = None
        options = {"compression": "snappy", "store_schema": False, "write_page_checksum": True}
        with pq.ParquetWriter(_Sink(self._incoming), schema, **options) as writer:
            writer.write_table(schema.empty_table())
            for rows in result.partitions(BATCH):
                heard()
                columns = list(zip(*rows, strict=True))
                texts = [self._text(name, values, dates) for name, values in zip(names, columns, strict=True)]
                writer.write_table(pa.table(texts, schema=schema))
                if self._plan.watermark is not None:
                    highest = self._higher(highest, columns[names.index(self._plan.watermark)])
        return highest

    def _text(self, name: str, values: tuple[Any, ...], dates: set[str]) -> pa.Array:
        try:
            return pa.array(exact_texts(values, dates=name in dates), pa.string())
        except NotTextError as error:
            self._fail(f"text, numbers, dates or booleans in column {name}", error.kind)

    def _higher(self, highest: Watermark | None, values: tuple[Any, ...]) -> Watermark | None:
        """The highest so far. A moment that is still to come is passed over: a clock that was wrong once would hide
        every change until then."""
        found = [value for value in values if value is not None and not self._to_come(value)]
        if any(not isinstance(value, (dt.date, int, str)) for value in found):
            self._fail(f"a moment, a whole number or text as watermark {self._plan.watermark}", "something else")
        return max(found if highest is None else [highest, *found], default=None)

    def _to_come(self, value: Any) -> bool:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=value.tzinfo or dt.UTC) > self._latest
        return isinstance(value, dt.date) and value > self._latest.date()

    def _fail(self, expected: str, came: str) -> NoReturn:
        source = f"database of connection '{self._pull.endpoint.conn_id}', table {self._plan.table.name},"
        raise SourceAnswerError(self._pull.feed, source, expected=expected, came=came)


class _Sink(io.RawIOBase):
    """The incoming file as pyarrow writes to one. Landing closes the file itself."""

    def __init__(self, incoming: IncomingFile) -> None:
        self._incoming = incoming

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._incoming.write(bytes(content))

    def tell(self) -> int:
        return self._incoming.bytes
