"""Pulling from NHS England's own MESH sandbox: what comes, when it is acknowledged, what breaks, and who is refused."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mesh_client
import pytest

import ingest.pull
from area.errors import (
    DamagedFileError,
    FileRefusedError,
    SettingsError,
    SourceAnswerError,
    SourceRefusedError,
    SourceUnavailableError,
)
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.landing.delivery import Delivery, deliveries
from ingest.pull import PullResult, pull_feed
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from tests.faults.listings import content
from tests.support.mesh_peer import COUNCIL, WORKFLOW, MeshPeer, mesh_peer
from tests.support.relay import CUT, RESET, STALL

LIMITS = Limits(attempts=2, first_wait=0.02, longest_wait=0.1, connect_timeout=2, read_timeout=0.5, settle=0.01)
NIGHT = dt.date(2025, 1, 31)
FEED = "waiting_list"
NAME = "waiting_list_20250131.csv"


@pytest.fixture(scope="module")
def running() -> Iterator[MeshPeer]:
    with mesh_peer() as peer:
        yield peer


@pytest.fixture
def peer(running: MeshPeer, monkeypatch: pytest.MonkeyPatch) -> MeshPeer:
    """The sandbox with an empty inbox, and the waiting list as a feed that comes through MESH."""
    running.empty()
    transport = {"kind": "mesh", "connection": "send_{area}_test_mesh", "workflow_ids": [WORKFLOW]}
    contract = replace(load_contract(FEED), transport=transport)
    monkeypatch.setattr(ingest.pull, "load_contract", lambda *_, **__: contract)
    return running


def pull(root: Path, endpoint: Endpoint, *, day: dt.date = NIGHT, hour: int = 20) -> PullResult:
    received = dt.datetime.combine(day, dt.time(hour), dt.UTC)
    return pull_feed("931", FEED, endpoint, as_of=day, received_at=received, root=root, limits=LIMITS)


def records(root: Path) -> list[Delivery]:
    return list(deliveries(AreaPaths.of("931", root).deliveries))


def landed(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in (root / "931/landing").rglob("*") if path.is_file() and path.name != ".lock"]


@pytest.mark.parametrize("sent", [{}, {"chunk": 1000}, {"compress": True}, {"chunk": 1000, "compress": True}], ids=repr)
def test_a_message_lands_unchanged_and_is_acknowledged(peer: MeshPeer, tmp_path: Path, sent: dict[str, Any]) -> None:
    checksum = hashlib.sha256(content()).hexdigest()
    peer.send(content(), filename=NAME, checksum=f"SHA256:{checksum}", **sent)
    counts = pull(tmp_path, peer.endpoint()).counts()
    assert (counts["files_loaded"], counts["rows_loaded"], counts["rows_quarantined"]) == (1, 120, 2)
    assert landed(tmp_path) == [content()]
    assert peer.inbox() == []
    assert [each.file_name for each in records(tmp_path)] == [NAME]
    assert pull(tmp_path, peer.endpoint(), hour=21).counts()["files"] == 0


def test_the_inbox_is_read_page_by_page(peer: MeshPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        peer.send(content(number + 1), filename=f"waiting_list_202501{number + 1:02}.csv")
    whole = mesh_client.MeshClient.iterate_message_ids
    monkeypatch.setattr(
        mesh_client.MeshClient, "iterate_message_ids", lambda self, **said: whole(self, batch_size=10, **said)
    )
    assert pull(tmp_path, peer.endpoint()).counts()["files_loaded"] == 12
    assert peer.inbox() == []


def test_messages_of_other_workflows_are_left_alone(peer: MeshPeer, tmp_path: Path) -> None:
    other = peer.send(b"not ours", workflow="PATHOLOGY", filename=NAME)
    assert pull(tmp_path, peer.endpoint()).counts()["files"] == 0
    assert peer.inbox() == [other]
    peer.send(content(), workflow="WAITS_2", filename=NAME)
    named = {"shared_key": "TestKey", "workflow_ids": ["WAITS_2"]}
    assert pull(tmp_path, peer.endpoint(extra=named)).counts()["files_loaded"] == 1
    assert peer.inbox() == [other]


def test_reports_of_the_network_are_recorded_and_acknowledged(peer: MeshPeer, tmp_path: Path) -> None:
    peer.report()
    counts = pull(tmp_path, peer.endpoint()).counts()
    assert (counts["files"], counts["files_unread"], counts["bytes"]) == (1, 1, 0)
    (record,) = records(tmp_path)
    assert record.problem == (
        "a report of the MESH network, not a delivery (status 14, about message 20250101101010000000_ABC123)"
    )
    assert peer.inbox() == []
    assert landed(tmp_path) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../../etc/cron.d/waiting_list_20250131.csv", "waiting_list_20250131.csv"),
        ("C:\\Users\\jo\\waiting_list_20250131.csv", "waiting_list_20250131.csv"),
        ("waiting_list_Jo_Bloggs_20250130.csv", "waiting_list_20250130.csv"),
        ("waiting_list_9434765919.csv", None),
        ("Jo Bloggs.csv", None),
        ("waiting_list_2025-01-30.csv", "waiting_list_2025-01-30.csv"),
    ],
)
def test_a_senders_file_name_is_not_trusted(peer: MeshPeer, tmp_path: Path, said: str, name: str | None) -> None:
    peer.send(content(), filename=said)
    pull(tmp_path, peer.endpoint())
    today = dt.datetime.now(dt.UTC).date()
    assert [each.file_name for each in records(tmp_path)] == [name or f"waiting_list_{today:%Y%m%d}.csv"]
    written = "".join(str(path) + path.read_text(errors="replace") for path in (tmp_path / "931").rglob("*.json"))
    assert not [word for word in ("Bloggs", "9434765919", "cron", "Users") if word in written]


def test_a_file_that_is_refused_is_kept_and_acknowledged(peer: MeshPeer, tmp_path: Path) -> None:
    peer.send(b"other,columns\n1,2\n", filename=NAME)
    with pytest.raises(FileRefusedError):
        pull(tmp_path, peer.endpoint())
    assert peer.inbox() == []
    assert landed(tmp_path) == [b"other,columns\n1,2\n"]


def test_a_pull_that_stopped_before_acknowledging_does_so_next_time(
    peer: MeshPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = peer.send(content(), filename=NAME)

    def power_cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(mesh_client.MeshClient, "acknowledge_message", power_cut)
        with pytest.raises(KeyboardInterrupt):
            pull(tmp_path, peer.endpoint())
    assert peer.inbox() == [sent]
    assert [each.outcome for each in records(tmp_path)] == ["loaded"]
    assert pull(tmp_path, peer.endpoint(), hour=21).counts()["files_same"] == 1
    assert peer.inbox() == []
    assert landed(tmp_path) == [content()]


def test_a_damaged_message_stays_and_keeps_none_of_the_others(peer: MeshPeer, tmp_path: Path) -> None:
    other = hashlib.md5(b"something else", usedforsecurity=False).hexdigest()
    damaged = peer.send(content(5), filename="waiting_list_20250201.csv", checksum=other)
    peer.send(b"", filename="waiting_list_20250129.csv", compress=True)
    peer.send(content(), filename=NAME)
    with pytest.raises(DamagedFileError, match="md5"):
        pull(tmp_path, peer.endpoint())
    assert peer.inbox() == [damaged]
    outcomes = sorted((each.file_name, each.outcome) for each in records(tmp_path))
    assert outcomes == [
        ("waiting_list_20250129.csv", "refused"), (NAME, "loaded"), ("waiting_list_20250201.csv", "refused"),
    ]  # fmt: skip
    assert landed(tmp_path) == [content()]


@pytest.mark.parametrize("fault", [RESET, CUT, STALL])
def test_a_connection_that_breaks_half_way(peer: MeshPeer, tmp_path: Path, fault: str) -> None:
    body = content(4000)
    peer.send(body, filename=NAME)
    with peer.relay.spoil(fault, after=5000), pytest.raises(SourceUnavailableError) as caught:
        pull(tmp_path, peer.endpoint())
    assert "tried 2 times" in str(caught.value)
    assert len(peer.inbox()) == 1
    assert landed(tmp_path) == []
    assert pull(tmp_path, peer.endpoint(), hour=21).counts()["rows_loaded"] == 4000


BAD_CA = {"shared_key": "x", "ca_cert": "/nowhere"}
BAD_PEM = {"shared_key": "x", "client_cert": "-----BEGIN CERTIFICATE-----\nx"}


def _answer(status: str, body: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (_answer("429 Too Many Requests\r\nRetry-After: 0"), SourceUnavailableError, "answered 429"),
        (_answer("503 Unavailable"), SourceUnavailableError, "answered 503"),
        (_answer("403 Forbidden"), SourceRefusedError, "access is forbidden"),
        (_answer("404 Not Found"), SourceRefusedError, "answered 404"),
        (_answer("200 OK", "<!doctype html><p>Log in"), SourceAnswerError, "a list of message ids"),
        (_answer("200 OK", '{"messages": ["../../etc"]}'), SourceAnswerError, "a list of message ids"),
        (_answer("200 OK", '{"messages": "x"}'), SourceAnswerError, "a message of MESH"),
        (_answer("200 OK", '{"messages": ["a", "a"]}'), SourceAnswerError, "a list of message ids"),
        (_answer("200 OK", "[1]"), SourceAnswerError, "a list of message ids"),
    ],
)
def test_answers_that_are_none(
    peer: MeshPeer, tmp_path: Path, answer: bytes, error: type[Exception], says: str
) -> None:
    with peer.relay.answering(answer), pytest.raises(error, match=says):
        pull(tmp_path, peer.endpoint())


@pytest.mark.parametrize(
    ("said", "error", "says"),
    [
        ({"password": "wrong-secret"}, SourceRefusedError, "forbidden"),
        ({"extra": {"shared_key": "wrong-secret"}}, SourceRefusedError, "forbidden"),
        ({"extra": {}}, SourceRefusedError, "has no shared_key"),
        ({"login": ""}, SourceRefusedError, "has no login"),
        ({"host": "mesh.invalid"}, SettingsError, "https address"),
        ({"scheme": "https", "extra": BAD_CA}, SourceRefusedError, "cannot be read"),
        ({"scheme": "https", "extra": BAD_PEM}, SourceRefusedError, "cannot be read"),
        ({"port": 1}, SourceUnavailableError, "connection failed"),
    ],
)  # fmt: skip
def test_logins_that_are_none(
    peer: MeshPeer, tmp_path: Path, said: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        pull(tmp_path, peer.endpoint(**said))
    written = str(caught.value) + "".join(path.read_text() for path in (tmp_path / "931").rglob("*.json"))
    assert "wrong-secret" not in written
    assert COUNCIL not in written


def test_gzip_that_ends_early_or_is_a_bomb_is_not_believed() -> None:
    from ingest.transports.mesh_message import PIECE, DamagedError, gunzipped

    packed = gzip.compress(b"a" * 50_000_000)
    assert max(len(piece) for piece in gunzipped([packed])) <= PIECE
    two = gzip.compress(b"one") + gzip.compress(b"two")
    assert b"".join(gunzipped([two[:9], two[9:]])) == b"onetwo"
    for broken in (packed[:-9], packed[: len(packed) // 2], b"plain", two[:-1]):
        with pytest.raises(DamagedError):
            list(gunzipped([broken]))
