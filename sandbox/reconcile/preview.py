"""The preview tables of a night, from its warehouse file or from its folder of Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from area.errors import SettingsError

Row = dict[str, object]


class Previews:
    """Reads `returns.preview_<name>`, or `preview_<name>.parquet` in a folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
        self._connection, self._folder = connection, folder

    @classmethod
    @contextmanager
    def open(cls, source: Path) -> Iterator[Previews]:
        """Raises SettingsError when there is nothing at `source`."""
        if not source.exists():
            raise SettingsError(
                "--warehouse",
                expected="a warehouse file or a folder of Parquet files",
                came="nothing there",
                where="the call",
            )
        folder = source if source.is_dir() else None
        with duckdb.connect() if folder else duckdb.connect(str(source), read_only=True) as connection:
            yield cls(connection, folder)

    def rows(self, name: str, area: str) -> list[Row]:
        """The rows of one preview that are about `area`, columns in lower case; none where the table is not there."""
        if self._folder is not None:
            file = self._folder / f"preview_{name}.parquet"
            if not file.exists():
                return []
            found = self._connection.execute("select * from read_parquet($1)", [str(file)])
        else:
            here = self._connection.execute(
                "select 1 from information_schema.tables where table_schema = 'returns' and table_name = $1",
                [f"preview_{name}"],
            ).fetchone()
            if here is None:
                return []
            found = self._connection.execute(f"select * from returns.preview_{name}")
        columns = [item[0].lower() for item in found.description or []]
        rows = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
        return [row for row in rows if str(row.get("old_la_code", area)) == area]
