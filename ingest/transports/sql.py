"""SQL databases: the tables of a contract by query, all of one moment, each streamed into one Parquet file of text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import NoReturn

import sqlalchemy as sa
import sqlalchemy.exc

from area.errors import SourceAnswerError, SourceRefusedError
from ingest.landing.files import LandedFile
from ingest.transports import FETCHED, Arrival, Pull
from ingest.transports.retry import TryAgain, with_retries
from ingest.transports.sql_errors import is_missing_table, verdict_on
from ingest.transports.sql_login import engine_of, not_silent, statement_seconds
from ingest.transports.sql_plan import TablePlan, Watermark, plans_of
from ingest.transports.sql_rows import BATCH, Rows


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
    for table in brought:
        yield Arrival(
            file_name=table.plan.file_name,
            source=f"sql {pull.endpoint.conn_id}/{table.plan.table.name}",
            state=FETCHED,
            landed=table.landed[0],
            seconds=seconds,
            state_key=table.plan.state_key,
            remember=table.plan.remember(table.highest),
            remember_loaded_only=True,
        )


@dataclass(frozen=True)
class _Table:
    """One table that came; `landed` is filled when all have come."""

    plan: TablePlan
    landed: list[LandedFile]
    highest: Watermark | None


class _Database:
    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._source = f"database of connection '{pull.endpoint.conn_id}'"
        self.engine = engine_of(pull)

    def all_of(self, plans: list[TablePlan]) -> list[_Table]:
        """Bring in every table. What a broken attempt has brought is thrown away, and another moment is tried."""
        return with_retries(
            lambda: self._once(plans), feed=self._pull.feed, source=self._source, limits=self._pull.limits
        )

    def _once(self, plans: list[TablePlan]) -> list[_Table]:
        at = "the login"
        found: list[_Table] = []
        try:
            with ExitStack() as files, self.engine.connect() as connection:
                for plan in plans:
                    at = plan.table.name
                    table = self._table(plan, connection, files)
                    found += [table] if table is not None else []
        except sqlalchemy.exc.DBAPIError as error:
            self._fail(error, at)
        return found

    def _table(self, plan: TablePlan, connection: sa.Connection, files: ExitStack) -> _Table | None:
        """One table into a file that lands with `files`; None when it is one the source may do without, and does."""
        silence = statement_seconds(self._pull) + self._pull.limits.read_timeout
        apart = connection.begin_nested() if plan.table.optional else nullcontext()
        try:
            with apart, ExitStack() as file, not_silent(connection, silence) as heard:
                incoming, landed = file.enter_context(self._pull.inbox.receive("parquet"))
                result = connection.execute(plan.statement(), execution_options={"yield_per": BATCH})
                highest = Rows(self._pull, plan, incoming).write(result, heard)
                files.push(file.pop_all())
        except sqlalchemy.exc.DBAPIError as error:
            if plan.table.optional and is_missing_table(error):
                return None
            raise
        return _Table(plan, landed, highest)

    def _fail(self, error: sqlalchemy.exc.DBAPIError, at: str) -> NoReturn:
        verdict, reason = verdict_on(error)
        if verdict == "again":
            raise TryAgain(f"{at}: {reason}") from None
        if verdict == "refused":
            conn_id = self._pull.endpoint.conn_id
            raise SourceRefusedError(self._pull.feed, self._source, reason, connection=conn_id) from None
        expected = f"rows for the query of {at}"
        raise SourceAnswerError(self._pull.feed, self._source, expected=expected, came=reason) from None
