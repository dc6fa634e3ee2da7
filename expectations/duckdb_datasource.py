"""A Great Expectations datasource for DuckDB.

GX 1.24 has none, and its generic SQL datasource fails on duckdb-engine for every expectation: the execution engine
fetches rows after the connection's `with` block has ended, and DuckDB's result dies with its transaction (GX issues
10738 and 11579). GX keeps one connection open for SQLite and SQL Server only; the engine below does so for DuckDB.

Importing this module imports GX (about two seconds) and registers the type, so that a context has
`context.data_sources.add_duckdb`. Import it inside functions that evaluate a gate, nowhere else.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.config_str import ConfigStr
from great_expectations.execution_engine import SqlAlchemyExecutionEngine


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs metrics over one DuckDB connection that stays open until `close`."""

    _connection: sa.Connection | None

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """The one connection; rolled back after an error, else DuckDB refuses all that follows."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Give the file back: DuckDB lets nobody write while a reader holds it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """Tables and queries of one DuckDB file."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: ConfigStr | str

    @property
    def execution_engine_type(self) -> Any:
        """The class of the engine (annotated loosely: `type` is a field here)."""
        return DuckDBExecutionEngine


@contextmanager
def open_datasource(warehouse: Path) -> Generator[DuckDBDatasource, None, None]:
    """A datasource over `warehouse`, read only, in a context that lives in memory and writes nothing.

    The file is free for a writer again when the block ends.
    """
    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=settings)
    engine_options: dict[str, Any] = {"connect_args": {"read_only": True}}
    datasource: DuckDBDatasource = context.data_sources.add_duckdb(
        "warehouse", connection_string=f"duckdb:///{warehouse}", create_temp_table=False, kwargs=engine_options
    )
    try:
        yield datasource
    finally:
        datasource.get_execution_engine().close()
        datasource.get_engine().dispose()
