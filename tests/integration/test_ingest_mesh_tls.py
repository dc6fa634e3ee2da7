"""MESH over TLS: NHS England's own sandbox and a council that each prove themselves by certificate, or do not."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from area.errors import SourceRefusedError, SourceUnavailableError
from area.paths import AreaPaths
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult, pull_feed
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from sandbox.servers.certificates import Authority
from tests.faults.listings import content
from tests.support.sandbox_servers import add_mailbox_and_database, make_folder, serving

FEED, CONNECTION, NIGHT = "waiting_list", "send_931_mesh", dt.date(2025, 1, 31)
LIMITS = Limits(attempts=3, first_wait=0.02, longest_wait=0.1, connect_timeout=2, read_timeout=2, settle=0.01)
ANOTHER = Authority("Another authority")
STRANGER = ANOTHER.client("X26ABC1")


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    """The mailbox as it is served, with one message in it."""
    box = add_mailbox_and_database(make_folder(tmp_path / "box"))
    (message,) = (box / "mesh").glob("*.csv")
    message.write_bytes(content())
    with serving(box) as running:
        yield running.endpoint(CONNECTION)


def pull(root: Path, endpoint: Endpoint) -> PullResult:
    received = dt.datetime.combine(NIGHT, dt.time(20), dt.UTC)
    return pull_feed("931", FEED, endpoint, as_of=NIGHT, received_at=received, root=root, limits=LIMITS)


def landed(root: Path) -> list[Path]:
    return [path for path in (root / "931/landing").rglob("*") if path.is_file() and path.name != ".lock"]


def with_extra(endpoint: Endpoint, **changes: Any) -> Endpoint:
    said = dict(endpoint.extra) | changes
    return replace(endpoint, extra={name: value for name, value in said.items() if value is not None})


def test_what_cannot_prove_itself_gets_nothing_and_loses_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    root = tmp_path / "data"
    refused = {
        "we show no certificate": with_extra(endpoint, client_cert=None, client_key=None),
        "ours is of another authority": with_extra(endpoint, client_cert=STRANGER.certificate, client_key=STRANGER.key),
        "theirs is of another authority": with_extra(endpoint, ca_cert=ANOTHER.certificate),
        "theirs is of no authority that we trust": with_extra(endpoint, ca_cert=None),
        "theirs is for another address": replace(endpoint, host="localhost"),
    }
    for what, changed in refused.items():
        with pytest.raises((SourceRefusedError, SourceUnavailableError)) as caught:
            pull(root, changed)
        said = str(caught.value)
        assert "certificate" in said, what
        assert CONNECTION in said, what
        assert landed(root) == [], what
    unreadable = {
        "no certificate at all": with_extra(endpoint, client_cert="-----BEGIN CERTIFICATE-----\nnone"),
        "the key of another": with_extra(endpoint, client_key=STRANGER.key),
        "a file that is not there": with_extra(endpoint, ca_cert=str(tmp_path / "gone.pem")),
    }
    for what, changed in unreadable.items():
        with pytest.raises(SourceRefusedError, match="cannot be read") as caught:
            pull(root, changed)
        assert "BEGIN" not in str(caught.value), what

    # The message is still there for whoever is let in.
    assert pull(root, endpoint).counts()["files"] == 1
    (file,) = landed(root)
    assert file.read_bytes() == content()
    assert pull(root, endpoint).counts()["files"] == 0  # acknowledged

    written = "".join(
        path.read_text(errors="replace") for path in (root / "931").rglob("*") if path.suffix in (".json", ".jsonl")
    )
    assert CONNECTION in written
    for secret in (STRANGER.key, endpoint.extra["client_key"], endpoint.extra["shared_key"]):
        assert [line for line in str(secret).splitlines() if "-----" not in line and line in written] == []
    outcomes = [each.outcome for each in deliveries(AreaPaths.of("931", root).deliveries)]
    assert outcomes == ["failed", "loaded"]  # that it could not be had stands once


def test_certificates_may_lie_in_files(endpoint: Endpoint, tmp_path: Path) -> None:
    paths = {}
    for name in ("client_cert", "client_key", "ca_cert"):
        paths[name] = tmp_path / f"{name}.pem"
        paths[name].write_text(str(endpoint.extra[name]))
    root = tmp_path / "data"
    in_files = with_extra(endpoint, **{name: str(path) for name, path in paths.items()})
    assert pull(root, in_files).counts()["files"] == 1
    assert all(path.exists() for path in paths.values())


def test_a_server_that_says_that_it_wants_a_certificate(tmp_path: Path) -> None:
    pair = ANOTHER.server()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ANOTHER.certificate)
        context.load_cert_chain(*pair.written_to(tmp_path, "server"))
        context.verify_mode = ssl.CERT_REQUIRED

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True):
                        pass

        threading.Thread(target=answer, daemon=True).start()
        where = Endpoint(
            conn_id=CONNECTION,
            kind="http",
            host="127.0.0.1",
            port=listening.getsockname()[1],
            scheme="https",
            login="X26ABC1",
            password="password",
            extra={"shared_key": "key", "ca_cert": ANOTHER.certificate},
        )
        with pytest.raises((SourceRefusedError, SourceUnavailableError), match="certificate"):
            pull(tmp_path / "data", where)
