"""Pulling by SFTP from a real server: what comes, what comes again, what breaks, and who is refused."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import duckdb
import pytest

import ingest.pull
from area.errors import FileRefusedError, SourceRefusedError, SourceUnavailableError
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult, pull_feed, read_again
from ingest.raw.schema import create_raw
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from tests.support.loopback import PASSWORD, SftpPeer, sftp_peer

LIMITS = Limits(attempts=3, first_wait=0.02, longest_wait=0.1, connect_timeout=3, read_timeout=5, settle=0.05)
NIGHT = dt.date(2025, 1, 31)
FEED = "waiting_list"
HEADER = ",".join(field.source for field in load_contract(FEED).tables[0].fields)


@pytest.fixture(autouse=True)
def by_sftp(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting list as an area has it whose provider leaves files on a server."""
    transport = {"kind": "sftp", "connection": "send_{area}_health_sftp", "folder": "waiting", "pattern": "*.csv"}
    contract = replace(load_contract(FEED), transport=transport)
    monkeypatch.setattr(ingest.pull, "load_contract", lambda *_, **__: contract)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpPeer]:
    with sftp_peer(tmp_path_factory.mktemp("sftp")) as running:
        yield running


@pytest.fixture
def home(peer: SftpPeer, request: pytest.FixtureRequest) -> Path:
    """This test's own folder on the server."""
    folder = peer.home(request.node.name.replace("[", "_").replace("]", ""))
    (folder / "waiting").mkdir()
    return folder


def waiting(*refs: str, **changes: str) -> str:
    rows = []
    for ref in refs:
        row = {"pathway_ref": ref, "birth_date": "2015-02-03", "pathway": "ASD", "nhs_number": "9434765919"}
        row |= {"referral_received_date": "2024-03-04", "extract_date": "2025-01-31"} | changes
        rows.append(",".join(row.get(name, "") for name in HEADER.split(",")))
    return "\n".join([HEADER, *rows]) + "\n"


def put(home: Path, name: str, content: str | bytes, *, age: float = 3600) -> Path:
    path = home / "waiting" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def pull(root: Path, endpoint: Endpoint, *, day: dt.date = NIGHT, limits: Limits = LIMITS) -> PullResult:
    received = dt.datetime.combine(day, dt.time(20), dt.UTC)
    return pull_feed("931", FEED, endpoint, as_of=day, received_at=received, root=root, limits=limits)


def raw(root: Path, sql: str, *, as_of: dt.date = NIGHT) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of("931", root), as_of=as_of)
        return con.execute(sql).fetchall()


def records(root: Path) -> list[tuple[str, str]]:
    return [(each.file_name, each.outcome) for each in deliveries(AreaPaths.of("931", root).deliveries, FEED)]


def test_a_file_comes_in_unchanged_and_for_the_owner_alone(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    content = waiting("W1", "W2", "W2") + "torn\n"
    put(home, "waiting_list_20250131.csv", content)
    counts = pull(tmp_path, peer.endpoint(home.name)).counts()
    assert {name: counts[name] for name in ("files_loaded", "rows_read", "rows_loaded")} == {
        "files_loaded": 1, "rows_read": 4, "rows_loaded": 2,
    }  # fmt: skip
    assert (counts["rows_quarantined"], counts["rows_duplicate"]) == (1, 1)
    (landed,) = (tmp_path / "931/landing/health/waiting_list").glob("2025*/*.csv")
    assert landed.read_bytes() == content.encode()
    assert landed.parent.name == "20250131T200000Z"
    for path in (tmp_path / "931").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert raw(tmp_path, "select pathway_ref, _is_latest, _extract_date from raw.health_waiting_list order by 1") == [
        ("W1", True, NIGHT), ("W2", True, NIGHT),
    ]  # fmt: skip
    assert raw(tmp_path, "select reason, _row from raw.quarantined") == [("WRONG_FIELD_COUNT", 5)]


def test_the_same_file_twice_is_read_once(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250130.csv", waiting("W1"))
    pull(tmp_path, peer.endpoint(home.name), day=dt.date(2025, 1, 30))
    first = {path: path.stat().st_mtime_ns for path in (tmp_path / "931/read").rglob("*.parquet")}
    put(home, "waiting_list_20250131.csv", waiting("W1"))
    counts = pull(tmp_path, peer.endpoint(home.name)).counts()
    assert (counts["files_same"], counts["rows_read"]) == (2, 0)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "931/read").rglob("*.parquet")} == first
    assert len(list((tmp_path / "931/landing").rglob("*.csv"))) == 1
    assert records(tmp_path) == [("waiting_list_20250130.csv", "loaded"), ("waiting_list_20250131.csv", "same")]
    assert raw(tmp_path, "select count(*) from raw.health_waiting_list") == [(1,)]


def test_an_older_file_after_a_newer_one_is_history(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting("NEW"))
    pull(tmp_path, peer.endpoint(home.name))
    put(home, "waiting_list_20250115.csv", waiting("OLD"), age=60_000)
    pull(tmp_path, peer.endpoint(home.name))
    found = raw(tmp_path, "select pathway_ref, _is_latest from raw.health_waiting_list order by 1")
    assert found == [("NEW", True), ("OLD", False)]
    before = dt.date(2025, 1, 20)
    assert raw(tmp_path, "select pathway_ref, _is_latest from raw.health_waiting_list", as_of=before) == [("OLD", True)]


def test_a_file_that_comes_back_after_another_is_the_latest_again(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    for day, ref in ((10, "A"), (11, "B"), (12, "A")):
        put(home, f"waiting_list_202501{day}.csv", waiting(ref))
        pull(tmp_path, peer.endpoint(home.name), day=dt.date(2025, 1, day))
    found = raw(tmp_path, "select pathway_ref, _extract_date, _is_latest from raw.health_waiting_list order by 2")
    assert found == [
        ("A", dt.date(2025, 1, 10), False),
        ("B", dt.date(2025, 1, 11), False),
        ("A", dt.date(2025, 1, 12), True),
    ]
    assert raw(tmp_path, "select count(*) from raw.delivery") == [(3,)]


def test_a_replaced_file_of_the_same_size_and_time_is_noticed(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    moment = time.time() - 5000
    for ref in ("W1", "W2"):
        path = put(home, "waiting_list_20250131.csv", waiting(ref))
        os.utime(path, (moment, moment))
        pull(tmp_path, peer.endpoint(home.name))
    assert raw(tmp_path, "select pathway_ref from raw.health_waiting_list where _is_latest") == [("W2",)]


def test_old_files_that_have_not_moved_are_not_fetched_again(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    for day in (10, 11, 12):
        put(home, f"waiting_list_202501{day}.csv", waiting(f"W{day}"))
    pull(tmp_path, peer.endpoint(home.name))
    (home / "waiting" / "waiting_list_20250110.csv").chmod(0)  # root may read it still; so look at the state instead
    state = json.loads((tmp_path / "931/deliveries/waiting_list/state.json").read_text())
    assert len(state) == 3
    result = pull(tmp_path, peer.endpoint(home.name))
    assert [file.outcome for file in result.files] == ["same"] * 3
    assert len(records(tmp_path)) == 3


def test_the_second_night_fetches_and_reads_only_what_is_new(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    """Of ten nights' files the eleventh night takes its own; the newest but one is looked at once more, as it may have
    been replaced by one of the same size and time."""
    many = [f"W{number}" for number in range(500)]
    sizes = {day: len(put(home, f"waiting_list_202501{day}.csv", waiting(*many, f"N{day}")).read_bytes())
             for day in range(10, 20)}  # fmt: skip
    pull(tmp_path, peer.endpoint(home.name), day=dt.date(2025, 1, 19))
    area = tmp_path / "931"
    kept = {path: path.stat().st_mtime_ns for path in (*area.rglob("*.parquet"), *area.rglob("landing/*/*/*/*.csv"))}
    assert len(kept) == 20
    before = peer.server.sent
    new = put(home, "waiting_list_20250120.csv", waiting(*many, "N20"), age=1800)
    counts = pull(tmp_path, peer.endpoint(home.name), day=dt.date(2025, 1, 20)).counts()
    assert (counts["files_loaded"], counts["rows_read"], counts["bytes"]) == (1, 501, new.stat().st_size)
    assert peer.server.sent - before <= new.stat().st_size + sizes[19]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert len([*area.rglob("*.parquet"), *area.rglob("landing/*/*/*/*.csv")]) == 22


def test_unfinished_and_foreign_files_are_left_alone(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv.part", waiting("W1"))
    put(home, "waiting_list_20250131.tmp", waiting("W1"))
    put(home, ".waiting_list_20250131.csv", waiting("W1"))
    put(home, "notes.csv", "private notes\n")
    (home / "secret").write_text(waiting("STOLEN"))
    (home / "waiting" / "waiting_list_20250129.csv").symlink_to(home / "secret")
    (home / "waiting" / "waiting_list_20250128.csv").mkdir()
    assert pull(tmp_path, peer.endpoint(home.name)).files == ()
    assert not list((tmp_path / "931/landing").rglob("*.csv"))


def test_a_file_that_is_still_growing_is_left_for_next_time(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    path = put(home, "waiting_list_20250131.csv", waiting("W1"), age=0)
    limits = Limits(attempts=2, first_wait=0.02, settle=0.6)

    import threading

    def write() -> None:
        time.sleep(0.3)
        with path.open("a") as file:
            file.write("more")

    writer = threading.Thread(target=write)
    writer.start()
    result = pull(tmp_path, peer.endpoint(home.name), limits=limits)
    writer.join()
    assert [file.outcome for file in result.files] == ["unfinished"]
    assert records(tmp_path) == [("waiting_list_20250131.csv", "unfinished")]


def test_a_broken_connection_is_taken_up_again(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    content = waiting(*(f"W{n}" for n in range(20_000)))
    put(home, "waiting_list_20250131.csv", content)
    peer.break_off(2)
    assert pull(tmp_path, peer.endpoint(home.name)).counts()["rows_loaded"] == 20_000


def test_a_connection_that_always_breaks_is_recorded_as_failed(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting(*(f"W{n}" for n in range(20_000))))
    peer.break_off(1000)
    try:
        with pytest.raises(SourceUnavailableError) as caught:
            pull(tmp_path, peer.endpoint(home.name))
    finally:
        peer.break_off(0)
    assert caught.value.retryable
    assert records(tmp_path) == [("(whole attempt)", "failed")]
    assert not list((tmp_path / "931/landing").rglob("*.csv"))
    assert not list((tmp_path / "931/landing").rglob("*.part"))
    assert pull(tmp_path, peer.endpoint(home.name)).counts()["rows_loaded"] == 20_000


def test_a_server_that_is_not_there(home: Path, peer: SftpPeer, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="tried 3 times"):
        pull(tmp_path, peer.endpoint(home.name, port=1))


def host_key(kind: str) -> str:
    return " ".join(asyncssh.generate_private_key(kind).export_public_key("openssh").decode().split()[:2])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"extra": {"host_key": host_key("ssh-ed25519")}}, "host key"),
        ({"extra": {"host_key": host_key("ecdsa-sha2-nistp256")}}, "host key"),
        ({"extra": {"host_key": "nonsense!"}}, "host_key cannot be read"),
        ({"extra": {}}, "names no host_key"),
        ({"password": "wrong"}, "login"),
    ],
    ids=["another key", "another kind of key", "no key at all", "none named", "wrong password"],
)
def test_wrong_keys_and_logins_are_refused_at_once(
    peer: SftpPeer, home: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    put(home, "waiting_list_20250131.csv", waiting("W1"))
    started = time.monotonic()
    with pytest.raises(SourceRefusedError, match=said) as caught:
        pull(tmp_path, peer.endpoint(home.name, **changes))
    assert time.monotonic() - started < 5
    assert not caught.value.retryable
    assert PASSWORD not in str(caught.value)
    written = "".join(path.read_text() for path in (tmp_path / "931/deliveries").rglob("*.json"))
    assert "failed" in written
    assert PASSWORD not in written
    assert "wrong" not in written.replace("wrong columns", "")


def test_a_key_logs_in_and_another_does_not(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting("W1"))
    extra = {"host_key": peer.host_key, "private_key": peer.private_key}
    assert pull(tmp_path, peer.endpoint(home.name, password="", extra=extra)).counts()["files_loaded"] == 1
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    with pytest.raises(SourceRefusedError, match="login"):
        pull(tmp_path, peer.endpoint(home.name, password="", extra=extra | {"private_key": other}))
    with pytest.raises(SourceRefusedError, match="private_key cannot be read"):
        pull(tmp_path, peer.endpoint(home.name, password="", extra=extra | {"private_key": "nonsense"}))


def test_a_missing_folder_is_refused(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    (home / "waiting").rmdir()
    with pytest.raises(SourceRefusedError, match="no such folder"):
        pull(tmp_path, peer.endpoint(home.name))


def test_a_refused_file_is_kept_and_the_good_one_beside_it_is_read(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250130.csv", waiting("W1"))
    bad = put(home, "waiting_list_20250131.csv", "something,else\n1,2\n")
    for _ in range(2):
        with pytest.raises(FileRefusedError, match="20250131"):
            pull(tmp_path, peer.endpoint(home.name))
    assert ("waiting_list_20250131.csv", "refused") in records(tmp_path)
    assert len(records(tmp_path)) == 2
    assert len(list((tmp_path / "931/landing").rglob("*.csv"))) == 2
    assert raw(tmp_path, "select pathway_ref from raw.health_waiting_list where _is_latest") == [("W1",)]
    put(home, bad.name.replace("31", "32").replace("20250132", "20250201"), waiting("W2"))
    day = dt.date(2025, 2, 1)
    assert pull(tmp_path, peer.endpoint(home.name), day=day).counts()["rows_loaded"] == 1
    assert raw(tmp_path, "select pathway_ref from raw.health_waiting_list where _is_latest", as_of=day) == [("W2",)]


def test_no_value_of_a_record_in_any_delivery_record(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting("W1", birth_date="RUMPELSTILTSKIN") + waiting("W2").split("\n")[1])
    pull(tmp_path, peer.endpoint(home.name))
    written = "".join(path.read_text() for path in (tmp_path / "931/deliveries").rglob("*.json"))
    assert "BAD_DATE" in written
    for value in ("RUMPELSTILTSKIN", "9434765919", "2015-02-03", PASSWORD):
        assert value not in written


def test_landed_files_can_be_read_again(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting("W1") + "torn\n")
    pull(tmp_path, peer.endpoint(home.name))
    outputs = sorted(path for part in ("read", "quarantine") for path in (tmp_path / "931" / part).rglob("*.parquet"))
    before = [path.read_bytes() for path in outputs]
    outputs[0].unlink()
    assert read_again("931", FEED, root=tmp_path) == 1
    assert [path.read_bytes() for path in outputs] == before
    assert records(tmp_path) == [("waiting_list_20250131.csv", "loaded")]


def test_a_lost_parquet_file_is_read_from_landing_by_the_next_pull(peer: SftpPeer, home: Path, tmp_path: Path) -> None:
    put(home, "waiting_list_20250131.csv", waiting("W1"))
    pull(tmp_path, peer.endpoint(home.name))
    for path in (tmp_path / "931/read").rglob("*.parquet"):
        path.unlink()
    assert pull(tmp_path, peer.endpoint(home.name)).counts()["files_loaded"] == 1
    assert raw(tmp_path, "select pathway_ref from raw.health_waiting_list") == [("W1",)]
