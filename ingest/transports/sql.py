"""SQL databases: the tables of a contract by query, all of one moment, each streamed into one Parquet file of text."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
import sqlalchemy.exc

from area.errors import SourceAnswerError, SourceRefusedError
from ingest.exact_text import NotTextError, exact_texts
from ingest.landing import IncomingFile, LandedFile
from ingest.retry import TryAgain, with_retries
from ingest.transports import FETCHED, Arrival, Pull
from ingest.transports.sql_errors import verdict_on
from ingest.transports.sql_login import engine_of, not_silent, statement_seconds
from ingest.transports.sql_plan import TablePlan, Watermark, plans_of

BATCH = 10_000  # rows


def fetch(pull: Pull) -> Iterator[Arrival]:
    """One Parquet file a table: all of it, or what has changed since the watermark of what was loaded last.

    All tables are read in one read-only transaction, and none is landed before the last has come: what is built from
    them never mixes two moments. Raises SettingsError, ContractError, SourceUnavailableError, SourceRefusedError or
    SourceAnswerError.
    """
    plans = plans_of(pull)
    database = _Database(pull)
    started = time.monotonic()
    try:
        brought = database.all_of(plans)
    finally:
        database.engine.dispose()
    seconds = (time.monotonic() - started) / max(1, len(plans))
    for plan, landed, highest in brought:
        yield Arrival(
            file_name=plan.file_name,
            source=f"sql {pull.endpoint.conn_id}/{plan.table.name}",
            state=FETCHED,
            landed=landed,
            seconds=seconds,
            state_key=plan.state_key,
            remember=plan.remember(highest),
            remember_loaded_only=True,
        )


class _Database:
    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._source = f"database of connection '{pull.endpoint.conn_id}'"
        self.engine = engine_of(pull)

    def all_of(self, plans: list[TablePlan]) -> list[tuple[TablePlan, LandedFile, Watermark | None]]:
        """Bring in every table. What a broken attempt has brought is thrown away, and another moment is tried."""
        return with_retries(
            lambda: self._once(plans), feed=self._pull.feed, source=self._source, limits=self._pull.limits
        )

    def _once(self, plans: list[TablePlan]) -> list[tuple[TablePlan, LandedFile, Watermark | None]]:
        found: list[tuple[TablePlan, list[LandedFile], Watermark | None]] = []
        silence = statement_seconds(self._pull) + self._pull.limits.read_timeout
        at = "its login"
        try:
            with ExitStack() as files, self.engine.connect() as connection:
                for plan in plans:
                    at = plan.table.name
                    incoming, landed = files.enter_context(self._pull.inbox.receive("parquet"))
                    with not_silent(connection, silence) as heard:
                        rows = _Rows(self._pull, plan, incoming)
                        result = connection.execution_options(yield_per=BATCH).execute(plan.statement())
                        highest = rows.write(result, heard)
                    found.append((plan, landed, highest))
        except sqlalchemy.exc.DBAPIError as error:
            verdict, reason = verdict_on(error)
            if verdict == "again":
                raise TryAgain(f"{at}: {reason}") from None
            if verdict == "refused":
                raise SourceRefusedError(
                    self._pull.feed, self._source, reason, connection=self._pull.endpoint.conn_id
                ) from None
            raise SourceAnswerError(
                self._pull.feed, self._source, expected=f"rows for the query of {at}", came=reason
            ) from None
        return [(plan, landed[0], highest) for plan, landed, highest in found]


class _Rows:
    """Writes the rows of one query as text."""

    def __init__(self, pull: Pull, plan: TablePlan, incoming: IncomingFile) -> None:
        self._pull, self._plan, self._incoming = pull, plan, incoming
        self._latest = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def write(self, result: sa.CursorResult[Any], heard: Any) -> Watermark | None:
        """All rows into the file; returns the highest watermark among them."""
        names = list(result.keys())
        if len(set(names)) != len(names):
            self._fail("columns of different names", "two of one name")
        if self._plan.watermark is not None and self._plan.watermark not in names:
            self._fail(f"a column {self._plan.watermark}, its watermark", "none")
        dates = {field.source for field in self._plan.table.fields if field.kind == "date"}
        schema = pa.schema([(name, pa.string()) for name in names])
        highest: Watermark | None = None
        with pq.ParquetWriter(_Sink(self._incoming), schema, compression="snappy", store_schema=False) as writer:
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

    def _fail(self, expected: str, came: str) -> Any:
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
