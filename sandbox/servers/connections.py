"""The Airflow connections of a served sandbox, as environment variables in Airflow's JSON form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.servers.folder import SFTP_USERS, SandboxFolder
from sandbox.servers.mesh import COUNCIL, PASSWORD, MeshServer
from sandbox.servers.ssd import DATABASE, READER, SsdDatabase

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """Where the source systems listen, and what opens them."""

    mis_port: int
    mis_token: str
    gias_port: int
    statistics_port: int
    statistics_base_path: str
    sftp_port: int
    sftp_passwords: Mapping[str, str]
    sftp_host_key: str
    """The public host key as `<type> <base64>`."""
    mesh: MeshServer | None
    ssd: SsdDatabase | None


def environment(folder: SandboxFolder, served: Served) -> dict[str, str]:
    """The environment variables that point a nightly load at the served sandbox (names: docs/definitions.md)."""
    area = folder.area.upper()
    connections: dict[str, dict[str, Any]] = {
        f"SEND_{area}_MIS_API": _http(served.mis_port) | {"password": served.mis_token},
        "SEND_GIAS": _http(served.gias_port),
        "SEND_DFE_STATISTICS": _http(served.statistics_port) | {"extra": {"base_path": served.statistics_base_path}},
        f"SEND_{area}_CENSUS_DROP": {"conn_type": "fs", "extra": {"path": str(folder.census)}},
        f"SEND_{area}_PUBLISHED_DROP": {"conn_type": "fs", "extra": {"path": str(folder.published)}},
        f"SEND_{area}_RETURNS_DROP": {"conn_type": "fs", "extra": {"path": str(folder.returns)}},
    }
    if served.mesh is not None:
        connections[f"SEND_{area}_MESH"] = _http(served.mesh.port) | {
            "schema": "https",
            "login": COUNCIL,
            "password": PASSWORD,
            "extra": {
                "shared_key": served.mesh.shared_key,
                "client_cert": served.mesh.council.certificate,
                "client_key": served.mesh.council.key,
                "ca_cert": served.mesh.authority,
            },
        }
    if served.ssd is not None:
        connections[f"SEND_{area}_SSD_DB"] = {
            "conn_type": "postgres",
            "host": LOOPBACK,
            "port": served.ssd.port,
            "login": READER,
            "password": served.ssd.password,
            "schema": DATABASE,
        }
    for user in SFTP_USERS:
        connections[f"SEND_{area}_{user.upper()}_SFTP"] = {
            "conn_type": "sftp",
            "host": LOOPBACK,
            "port": served.sftp_port,
            "login": user,
            "password": served.sftp_passwords[user],
            "extra": {"no_host_key_check": False, "host_key": served.sftp_host_key},
        }
    return {f"AIRFLOW_CONN_{name}": json.dumps(connection) for name, connection in sorted(connections.items())}


def _http(port: int) -> dict[str, Any]:
    return {"conn_type": "http", "schema": "http", "host": LOOPBACK, "port": port}
