"""Logging in to MESH: address, mailbox, shared key and certificates of an Airflow connection."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import mesh_client

from area.errors import SettingsError, SourceRefusedError
from ingest.transports import Pull
from ingest.transports.endpoint import is_private_or_tls


@contextmanager
def client_of(pull: Pull) -> Iterator[mesh_client.MeshClient]:
    """A client of the connection's mailbox, with no retries of its own.

    Raises SettingsError for plain http to another machine, SourceRefusedError when the connection lacks something.
    """
    endpoint = pull.endpoint
    if not is_private_or_tls(endpoint.base_url):
        raise SettingsError(
            endpoint.conn_id,
            expected="an https address, as health data are fetched",
            came="plain http",
            where="the Airflow connection",
        )
    needed: dict[str, Any] = {"login (the mailbox)": endpoint.login, "password": endpoint.password}
    needed["shared_key in its extra"] = endpoint.extra.get("shared_key")
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise _refused(pull, f"the connection has no {', '.join(missing)}")
    with ExitStack() as stack:
        cert, key, trusted = (
            _path(stack, endpoint.extra.get(name)) for name in ("client_cert", "client_key", "ca_cert")
        )
        try:
            client = mesh_client.MeshClient(
                endpoint.base_url,
                endpoint.login,
                endpoint.password,
                shared_key=str(endpoint.extra["shared_key"]).encode(),
                cert=(cert, key) if cert and key else (cert,) if cert else None,
                verify=trusted,
                max_retries=0,
                timeout=cast(Any, pull.limits.timeouts),  # handed on to requests, which takes connect and read apart
                application_name="send-warehouse",
            )
        except (OSError, ssl.SSLError) as error:
            raise _refused(pull, f"a certificate or key cannot be read ({type(error).__name__})") from error
        stack.callback(client.close)
        yield client


def _path(stack: ExitStack, given: object) -> str | None:
    """A path as it is; PEM text in a file that only its owner may read, and that is gone with the stack."""
    if not given:
        return None
    text = str(given)
    if "-----BEGIN" not in text:
        return text
    descriptor, path = tempfile.mkstemp(suffix=".pem")
    stack.callback(Path(path).unlink)
    with os.fdopen(descriptor, "w", encoding="ascii", errors="replace") as file:
        file.write(text)
    return path


def _refused(pull: Pull, reason: str) -> SourceRefusedError:
    return SourceRefusedError(
        pull.feed, f"MESH mailbox of connection '{pull.endpoint.conn_id}'", reason, connection=pull.endpoint.conn_id
    )
