"""The server process: what it prints, how it stops, and the troubles it can be told to make."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mesh_client
import paramiko
import psutil
import psycopg
import pytest
import requests

from area.paths import PROJECT_ROOT
from tests.support.sandbox_servers import GIAS, WAITING, Serving, add_mailbox_and_database, make_folder, serving


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "out")


def test_prints_every_connection_of_the_area(out: Path) -> None:
    with serving(add_mailbox_and_database(out)) as running:
        assert sorted(running.connections) == [
            "AIRFLOW_CONN_SEND_931_CARE_SFTP",
            "AIRFLOW_CONN_SEND_931_CENSUS_DROP",
            "AIRFLOW_CONN_SEND_931_COUNCIL_SFTP",
            "AIRFLOW_CONN_SEND_931_HEALTH_SFTP",
            "AIRFLOW_CONN_SEND_931_MESH",
            "AIRFLOW_CONN_SEND_931_MIS_API",
            "AIRFLOW_CONN_SEND_931_PUBLISHED_DROP",
            "AIRFLOW_CONN_SEND_931_RETURNS_DROP",
            "AIRFLOW_CONN_SEND_931_SSD_DB",
            "AIRFLOW_CONN_SEND_DFE_STATISTICS",
            "AIRFLOW_CONN_SEND_GIAS",
        ]
        assert running.connection("send_931_census_drop") == {"conn_type": "fs", "extra": {"path": str(out / "census")}}
        drop = running.connection("send_931_returns_drop")
        assert drop == {"conn_type": "fs", "extra": {"path": str(out / "returns")}}
        sftp = running.connection("send_931_care_sftp")
        assert (sftp["conn_type"], sftp["login"], sftp["extra"]["no_host_key_check"]) == ("sftp", "care", False)


@pytest.mark.parametrize("how", ["stdin", "SIGTERM", "SIGINT"])
def test_stops_within_two_seconds_even_while_clients_are_connected(out: Path, how: str) -> None:
    with serving(out) as running, requests.Session() as session:
        assert session.get(running.url("send_gias", "/none"), timeout=10).status_code == 404
        where = running.connection("send_931_care_sftp")
        client = paramiko.Transport((where["host"], where["port"]))
        client.connect(username="care", password=where["password"])
        started = time.monotonic()
        if how == "stdin":
            assert running.process.stdin is not None
            running.process.stdin.close()
        else:
            running.process.send_signal(signal.Signals[how])
        assert running.process.wait(timeout=10) == 0
        assert time.monotonic() - started < 2
        client.close()


@contextmanager
def _mailbox(running: Serving, **changes: Any) -> Iterator[mesh_client.MeshClient]:
    where = running.connection("send_931_mesh")
    said = {"login": where["login"], "key": where["extra"]["shared_key"]} | changes
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder, name) for name in ("client_cert", "client_key", "ca_cert")}
        for name, path in paths.items():
            path.write_text(where["extra"][name])
        with mesh_client.MeshClient(
            running.url("send_931_mesh", ""),
            said["login"],
            where["password"],
            shared_key=said["key"].encode(),
            cert=(str(paths["client_cert"]), str(paths["client_key"])),
            verify=str(paths["ca_cert"]),
            max_retries=0,
        ) as client:
            yield client


def _database(running: Serving, **changes: Any) -> psycopg.Connection:
    where = running.connection("send_931_ssd_db")
    said = {"user": where["login"], "password": where["password"], "dbname": where["schema"]} | changes
    return psycopg.connect(host=where["host"], port=where["port"], connect_timeout=5, **said)


def test_the_mailbox_has_what_the_provider_sent_until_it_is_acknowledged(out: Path) -> None:
    rules = [{"service": "mesh", "fault": "status", "status": 503, "first": 1}]
    with serving(add_mailbox_and_database(out), rules) as running, _mailbox(running) as mailbox:
        with pytest.raises(requests.HTTPError, match="503"):  # the provider's sending met no fault
            mailbox.list_messages()
        (message_id,) = mailbox.list_messages(workflow_filter="SEND_WAITING_LIST")
        message = mailbox.retrieve_message(message_id)
        assert (message.filename, message.sender) == ("waiting_list_20250131.csv", "X26ABC2")
        assert message.read() == WAITING
        assert mailbox.retrieve_message_chunk(message_id, 2).headers["Mex-Chunk-Range"] == "2:3"
        mailbox.acknowledge_message(message_id)
        assert mailbox.list_messages() == []
        with _mailbox(running, key="TestKey") as stranger, pytest.raises(requests.HTTPError, match="403"):
            stranger.list_messages()


def test_the_database_shows_its_rows_to_the_reader_who_can_change_nothing(out: Path) -> None:
    with serving(add_mailbox_and_database(out)) as running:
        with _database(running) as connection:
            found = connection.execute("select pers_surname, pers_dob::text, pers_sex from ssd_person").fetchall()
            assert found == [("Zoë", "2012-05-01 00:00:00", None)]
            assert connection.execute("select count(*) from ssd_ehcp_active_plans").fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("delete from ssd_person")
        for wrong in ({"password": "wrong"}, {"user": "postgres"}, {"dbname": "postgres"}):
            with pytest.raises(psycopg.OperationalError):
                _database(running, **wrong)


@pytest.mark.parametrize("how", ["stdin", "SIGKILL"])
def test_the_database_ends_with_the_process_however_that_ends(out: Path, how: str) -> None:
    with serving(add_mailbox_and_database(out)) as running, _database(running):
        (undertaker,) = psutil.Process(running.process.pid).children()
        home = Path(undertaker.cmdline()[-1])
        postgres = psutil.Process(int((home / "postmaster.pid").read_text().split()[0]))
        assert out not in home.parents
        assert running.process.stdin is not None
        if how == "stdin":
            running.process.stdin.close()
            assert running.process.wait(timeout=10) == 0
        else:
            running.process.kill()
            psutil.wait_procs([undertaker], timeout=10)
        assert not home.exists()
        # Whoever is first among processes here may be slow to bury its children.
        assert not postgres.is_running() or postgres.status() == psutil.STATUS_ZOMBIE


def test_a_database_that_does_not_take_its_rows_is_said_in_words(out: Path) -> None:
    (add_mailbox_and_database(out) / "ssd/ssd_send.csv").write_text("send_table_id,upn\n")
    words = [sys.executable, "-m", "sandbox.servers.serve", "--dir", str(out)]
    ended = subprocess.run(words, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=30, stdin=subprocess.PIPE)
    assert ended.returncode == 2
    assert "Setting 'ssd'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_says_nothing_of_what_was_asked(out: Path) -> None:
    with serving(add_mailbox_and_database(out)) as running:
        with _mailbox(running) as mailbox, _database(running) as connection:
            mailbox.acknowledge_message(mailbox.list_messages()[0])
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute("select * from nothing")
        running.mis("/students", page=1)
        running.mis("/students", page=0)
        requests.get(running.url("send_931_mis_api", "/students"), timeout=10)
        assert running.process.stdin is not None
        assert running.process.stdout is not None
        assert running.process.stderr is not None
        running.process.stdin.close()
        running.process.wait(timeout=10)
        assert running.process.stdout.read() == ""
        assert running.process.stderr.read() == ""


@pytest.mark.parametrize("fault", ["no folder", "bad trouble"])
def test_a_wrong_start_is_said_in_words(tmp_path: Path, fault: str) -> None:
    words = ["--dir", str(tmp_path / "none")]
    if fault == "bad trouble":
        (tmp_path / "trouble.json").write_text('{"rules": [{"service": "mis", "fault": "earthquake"}]}')
        words = ["--dir", str(make_folder(tmp_path / "out")), "--trouble", str(tmp_path / "trouble.json")]
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.servers.serve", *words],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 2
    assert "What to do" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_refuses_the_first_calls_then_answers(out: Path) -> None:
    rules = [{"service": "mis", "path": "/students", "fault": "status", "status": 503, "first": 2, "retry_after": 1}]
    with serving(out, rules) as running:
        answers = [running.mis("/students") for _ in range(3)]
        assert [a.status_code for a in answers] == [503, 503, 200]
        assert answers[0].headers["Retry-After"] == "1"
        assert running.mis("/exclusions").status_code == 200


def test_too_many_calls_are_sent_away_for_a_while(out: Path) -> None:
    with serving(out, [{"service": "mis", "fault": "burst", "calls": 3, "seconds": 4}]) as running:
        answers = [running.mis("/students") for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        assert answers[3].headers["Retry-After"] == "4"
        time.sleep(4.1)
        assert running.mis("/students").status_code == 200


def _gias(running: Any) -> requests.Response:
    return requests.get(
        running.url("send_gias", "/edubase/downloads/public/edubasealldata20250131.csv"),
        headers={"Accept-Encoding": "identity"},
        timeout=10,
    )


@pytest.mark.parametrize("fault", ["reset", "cut"])
def test_breaks_off_half_way(out: Path, fault: str) -> None:
    with serving(out, [{"service": "gias", "fault": fault, "first": 1}]) as running:
        with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)) as broken:
            _gias(running)
        assert ("reset" in str(broken.value).lower()) == (fault == "reset")
        assert _gias(running).content == GIAS


def test_sends_half_a_body_as_if_it_were_whole(out: Path) -> None:
    with serving(out, [{"service": "mis", "fault": "truncate", "first": 1}]) as running:
        half = running.mis("/students")
        assert half.status_code == 200
        assert len(half.content) == int(half.headers["Content-Length"])
        with pytest.raises(requests.exceptions.JSONDecodeError):
            half.json()
        assert running.mis("/students").json()["total_count"] == 23


def test_is_slow_and_takes_no_token_when_told_so(out: Path) -> None:
    rules: list[dict[str, Any]] = [
        {"service": "mis", "path": "/students", "fault": "latency", "seconds": 0.5, "first": 1},
        {"service": "mis", "fault": "wrong_token", "skip": 2},
    ]
    with serving(out, rules) as running:
        started = time.monotonic()
        assert running.mis("/students").status_code == 200
        assert time.monotonic() - started > 0.5
        assert [running.mis("/students").status_code for _ in range(2)] == [200, 401]


def test_sftp_breaks_off_and_refuses_when_told_so(out: Path) -> None:
    rules: list[dict[str, Any]] = [
        {"service": "sftp", "path": "/council/ehc", "fault": "reset", "first": 1},
        {"service": "sftp", "path": "/health", "fault": "wrong_token"},
    ]

    def login(running: Any, user: str) -> paramiko.SFTPClient:
        where = running.connection(f"send_931_{user}_sftp")
        transport = paramiko.Transport((where["host"], where["port"]))
        try:
            transport.connect(username=user, password=where["password"])
        except paramiko.AuthenticationException:
            transport.close()
            raise
        sftp = paramiko.SFTPClient.from_transport(transport)
        assert sftp is not None
        return sftp

    whole = (out / "sftp/council/ehc/ehc_person_20250131.csv").read_bytes()
    with serving(out, rules) as running:
        with pytest.raises(paramiko.AuthenticationException):
            login(running, "health")
        with pytest.raises((EOFError, OSError, paramiko.SSHException)):
            login(running, "council").open("ehc/ehc_person_20250131.csv").read()
        again = login(running, "council")
        assert again.open("ehc/ehc_person_20250131.csv").read() == whole
        again.close()
