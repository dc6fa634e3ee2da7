"""Where a source system is and how to log in: one Airflow connection, readable with or without Airflow."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from area.errors import SettingsError, not_in_environment


@dataclass(frozen=True)
class Endpoint:
    """One connection. Its printed form never holds the password or what is in `extra` (keys, tokens)."""

    conn_id: str
    kind: str  # http, sftp, fs, postgres, mssql
    host: str = ""
    port: int | None = None
    scheme: str = ""
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_airflow(cls, conn: Any) -> Endpoint:
        """From an Airflow Connection, or anything with its attributes (conn_id, conn_type, host, …, extra)."""
        extra = getattr(conn, "extra_dejson", None)
        if not isinstance(extra, dict):
            extra = _extra(str(conn.conn_id), getattr(conn, "extra", None))
        return cls(
            conn_id=str(conn.conn_id),
            kind=conn.conn_type or "",
            host=conn.host or "",
            port=conn.port,
            scheme=getattr(conn, "schema", None) or "",
            login=conn.login or "",
            password=conn.password or "",
            extra=extra,
        )

    @classmethod
    def from_environment(cls, conn_id: str) -> Endpoint:
        """From `AIRFLOW_CONN_<ID>`, in Airflow's JSON or URI form.

        Raises SettingsError (without the variable's value) when it is not set or cannot be understood.
        """
        name = f"AIRFLOW_CONN_{conn_id.upper()}"
        value = os.environ.get(name, "").strip()
        if not value:
            raise not_in_environment(name, expected="an Airflow connection (JSON or URI)")
        return _from_json(conn_id, value, name) if value.startswith("{") else _from_uri(conn_id, value, name)

    @staticmethod
    def is_in_environment(conn_id: str) -> bool:
        """Whether `AIRFLOW_CONN_<ID>` is set."""
        return bool(os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}", "").strip())

    @property
    def base_url(self) -> str:
        """`scheme://host[:port][/path]` of an HTTP source. The host may bring a scheme and a path of its own."""
        host = self.host if "://" in self.host else f"{self.scheme or 'https'}://{self.host}"
        parts = urlsplit(host)
        netloc = parts.netloc if parts.port or not self.port else f"{parts.netloc}:{self.port}"
        if not netloc or parts.scheme not in ("http", "https") or parts.username or parts.password:
            raise SettingsError(
                self.conn_id, expected="an http or https host", came="something else", where="the Airflow connection"
            )
        own_path = str(self.extra.get("base_path", "")).strip("/")
        path = "/".join(part for part in (parts.path.strip("/"), own_path) if part)
        return f"{parts.scheme}://{netloc}" + (f"/{path}" if path else "")

    @property
    def folder(self) -> str:
        """The path of a folder connection: `path` of its extra, else its host or schema."""
        return str(self.extra.get("path") or self.host or self.scheme)


def is_private_or_tls(address: str) -> bool:
    """Whether a secret may be sent to an address: over TLS, or within this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself, so that what is sent there is on no wire."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_json(conn_id: str, value: str, name: str) -> Endpoint:
    try:
        said = json.loads(value)
        return Endpoint(
            conn_id=conn_id,
            kind=said.get("conn_type") or "",
            host=said.get("host") or "",
            port=int(said["port"]) if said.get("port") else None,
            scheme=said.get("schema") or "",
            login=said.get("login") or "",
            password=said.get("password") or "",
            extra=_extra(conn_id, said.get("extra")),
        )
    except (ValueError, AttributeError, TypeError):
        raise _not_understood(name) from None


def _from_uri(conn_id: str, value: str, name: str) -> Endpoint:
    try:
        parts = urlsplit(value)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        extra = _extra(conn_id, query["__extra__"]) if "__extra__" in query else query
        host, path = unquote(parts.hostname or ""), unquote(parts.path.lstrip("/"))
        return Endpoint(
            conn_id=conn_id,
            kind=parts.scheme.replace("-", "_"),
            host=host,
            port=parts.port,
            scheme=path,
            login=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            extra=extra,
        )
    except ValueError:
        raise _not_understood(name) from None


def _extra(conn_id: str, extra: Any) -> dict[str, Any]:
    if not extra:
        return {}
    if isinstance(extra, Mapping):
        return dict(extra)
    try:
        loaded = json.loads(extra)
    except (TypeError, ValueError):
        loaded = None
    if not isinstance(loaded, dict):
        raise SettingsError(
            f"extra of {conn_id}", expected="a JSON object", came="something else", where="the connection"
        )
    return loaded


def _not_understood(name: str) -> SettingsError:
    return SettingsError(
        name, expected="an Airflow connection (JSON or URI)", came="something else", where="the environment"
    )
