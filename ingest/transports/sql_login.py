"""Connections to PostgreSQL and SQL Server: encrypted, read-only, each transaction of one moment, no wait unbounded."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from area.errors import SettingsError
from ingest.transports import Pull
from ingest.transports.endpoint import is_loopback

STATEMENT_SECONDS = 600
ENCRYPTED = ("require", "verify-ca", "verify-full")
DIALECTS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "mssql": "mssql+pymssql"}


def statement_seconds(pull: Pull) -> float:
    """How long one query may take, in seconds (the contract's `statement_seconds`)."""
    return float(pull.option("statement_seconds", STATEMENT_SECONDS))


def engine_of(pull: Pull) -> sa.Engine:
    """An engine of the connection (kind `postgres` or `mssql`; its schema is the database).

    Raises SettingsError for another kind of connection, and for one that is not encrypted to another machine: extra
    `sslmode` (verify-full if not said) and `sslrootcert` for PostgreSQL; SQL Server is always asked to encrypt.
    """
    endpoint = pull.endpoint
    dialect = DIALECTS.get(endpoint.kind)
    if dialect is None:
        raise _setting(pull, "a connection of kind postgres or mssql", f"one of kind {endpoint.kind or 'none'}")
    arguments = _postgres(pull) if dialect.startswith("postgresql") else _sql_server(pull)
    level = "REPEATABLE READ" if dialect.startswith("postgresql") else str(pull.option("isolation", "SNAPSHOT"))
    options: dict[str, Any] = {"isolation_level": level}
    if dialect.startswith("postgresql"):
        options["postgresql_readonly"] = True
    # The login is in no URL, and no statement or parameter in an error.
    return sa.create_engine(
        f"{dialect}://", connect_args=arguments, poolclass=NullPool, hide_parameters=True, execution_options=options
    )


def _postgres(pull: Pull) -> dict[str, Any]:
    endpoint, limits = pull.endpoint, pull.limits
    here = endpoint.host.startswith("/") or is_loopback(endpoint.host)
    mode = str(endpoint.extra.get("sslmode") or ("prefer" if here else "verify-full"))
    if not here and mode not in ENCRYPTED:
        raise _setting(pull, f"sslmode {' or '.join(ENCRYPTED)} to another machine", f"sslmode {mode}")
    arguments = {
        "host": endpoint.host,
        "port": endpoint.port or 5432,
        "dbname": endpoint.scheme,
        "user": endpoint.login,
        "password": endpoint.password,
        "sslmode": mode,
        "connect_timeout": max(2, round(limits.connect_timeout)),  # libpq takes no less than 2 seconds
        "application_name": "send-warehouse",
        "options": f"-c statement_timeout={round(statement_seconds(pull) * 1000)} -c default_transaction_read_only=on",
    }
    if endpoint.extra.get("sslrootcert") or mode == "verify-full":
        arguments["sslrootcert"] = endpoint.extra.get("sslrootcert") or "system"
    return arguments


def _sql_server(pull: Pull) -> dict[str, Any]:
    endpoint, limits = pull.endpoint, pull.limits
    return {
        "server": endpoint.host,
        "port": str(endpoint.port or 1433),
        "database": endpoint.scheme,
        "user": endpoint.login,
        "password": endpoint.password,
        "encryption": "off" if is_loopback(endpoint.host) else "require",
        "login_timeout": max(1, round(limits.connect_timeout)),
        "timeout": max(1, round(statement_seconds(pull))),
        "read_only": True,
        "appname": "send-warehouse",
    }


def _setting(pull: Pull, expected: str, came: str) -> SettingsError:
    return SettingsError(pull.endpoint.conn_id, expected=expected, came=came, where="the Airflow connection")


@contextmanager
def not_silent(connection: sa.Connection, seconds: float) -> Iterator[Callable[[], None]]:
    """Cuts the connection off when nothing has come for so long. The function that is handed out says that something
    has. psycopg itself waits for ever for a server that is there and says nothing; pymssql has a time-out of its own.
    """
    handle = connection.connection.dbapi_connection
    timer: threading.Timer | None = None

    def cut() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(handle.fileno())) as line:  # type: ignore[union-attr]
            line.shutdown(socket.SHUT_RDWR)

    def heard() -> None:
        nonlocal timer
        if timer is not None:
            timer.cancel()
        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()

    if not hasattr(handle, "fileno"):
        yield lambda: None
        return
    heard()
    try:
        yield heard
    finally:
        if timer is not None:
            timer.cancel()
