"""`send pull` as somebody types it: of all feeds, without a connection, and of files that do not count."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from area.paths import PROJECT_ROOT, AreaPaths
from cli import main as command_line
from ingest.contract.model import load_contracts
from ingest.landing.delivery import deliveries
from ingest.status.alerts import new_alert
from ingest.status.feeds import feed_statuses
from tests.support.loopback import sftp_peer
from tests.support.waiting_list import AREA, FEED, delivered, extract

DAY = dt.date(2025, 1, 31)
NEEDED = [contract.feed for contract in load_contracts() if contract.required]
BY_FOLDER = f'{{kind: folder, connection: "send_{{area}}_lists", folder: ".", pattern: "{FEED}_*.csv"}}'
Send = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder from which the area has its waiting list; no other source has a connection."""
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "areas").mkdir(exist_ok=True)
    own = tmp_path / "config" / "areas" / f"{AREA}.yml"
    own.write_text(f"feeds: {{overrides: {{{FEED}: {{transport: {BY_FOLDER}}}}}}}\n")
    for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    folder = tmp_path / "lists"
    folder.mkdir()
    monkeypatch.setenv("AIRFLOW_CONN_SEND_931_LISTS", f"file:///?path={folder}")
    return folder


@pytest.fixture
def send(lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Send:
    """`send pull …`: its exit code, what it prints, and what it says of errors and in its log."""

    def run(words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["send", "pull", "--area", AREA, "--as-of", DAY.isoformat(), *words.split()])
        with pytest.raises(SystemExit) as end:
            command_line.main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


def put(lists: Path, day: dt.date, content: bytes) -> str:
    file = lists / f"{FEED}_{day:%Y%m%d}.csv"
    file.write_bytes(content)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file.name


def status_of(feed: str) -> list[tuple[str, str, str]]:
    (found,) = (each for each in feed_statuses(AREA, as_of=DAY) if each.feed == feed)
    return [(problem.kind, problem.what, problem.do) for problem in found.problems]


def test_every_feed_is_asked_whatever_became_of_the_others(
    send: Send, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lists, DAY, extract(DAY))
    (tmp_path / "sftp").mkdir()
    with sftp_peer(tmp_path / "sftp") as peer:
        peer.home("council")
        wrong = peer.endpoint("council", password="not the password")
        said = {"conn_type": "sftp", "host": wrong.host, "port": wrong.port, "login": wrong.login, "password": "wrong"}
        monkeypatch.setenv("AIRFLOW_CONN_SEND_931_COUNCIL_SFTP", json.dumps(said | {"extra": dict(wrong.extra)}))
        code, out, err = send("")
    assert code == 1
    assert "feed waiting_list, files 1, files_loaded 1" in out
    last = out.splitlines()[-1]
    failed, passed_over = last.split("; ")
    assert set(NEEDED) <= set(failed.removeprefix("failed: ").split(", "))
    assert "ssd" in passed_over.removeprefix("passed over, without a connection: ").split(", ")
    assert FEED not in last
    for feed in NEEDED:
        problems = [what for kind, what, _ in status_of(feed) if kind == "failed"]
        assert len(problems) == 1
        assert err.count(problems[0]) == 1, err  # said once, not by the log too
    assert err.count("What to do: ") == failed.count(",") + 1
    refused = [line.split("'")[1] for line in err.splitlines() if "the login was not accepted" in line]
    assert {"advice_register", "ehc_casework"} <= set(refused)


def test_a_pull_in_which_nothing_fails_ends_well(send: Send, lists: Path) -> None:
    put(lists, DAY, extract(DAY))
    code, out, _ = send(f"--feed {FEED}")
    assert (code, len(out.splitlines())) == (0, 1)


@pytest.mark.parametrize("feed", ["mis", "ehc_casework"])
def test_a_missing_connection_is_on_record_as_a_failed_attempt(send: Send, feed: str) -> None:
    code, _, err = send(f"--feed {feed}")
    (contract,) = (each for each in load_contracts() if each.feed == feed)
    name = f"AIRFLOW_CONN_{contract.connection(AREA).upper()}"
    assert code == 1
    assert err.count(f"'{name}'") == 2  # what is wrong, and what to do: once each
    assert f"What to do: set '{name}' in the environment and run again." in err
    (record,) = deliveries(AreaPaths.of(AREA).deliveries, feed)
    assert (record.outcome, record.source) == ("failed", contract.connection(AREA))
    assert [do for kind, _, do in status_of(feed) if kind == "failed"] == [
        f"Set '{name}' in the environment and run again."
    ]
    assert f"Set &#39;{name}&#39; in the environment" in AreaPaths.of(AREA).feeds_page.read_text()


def test_every_file_that_does_not_count_is_named_with_what_to_do(send: Send, lists: Path, tmp_path: Path) -> None:
    delivered(DAY - dt.timedelta(days=9), tmp_path / "data", rows=200)
    held = [put(lists, DAY - dt.timedelta(days=days), extract(DAY, rows=20 + days)) for days in (3, 2)]
    refused = put(lists, DAY - dt.timedelta(days=1), b"something,else\n1,2\n")
    code, out, err = send(f"--feed {FEED}")
    assert (code, out) == (1, "")
    assert [err.count(f"file '{name}'") for name in (*held, refused)] == [1, 1, 1], err
    assert err.count("ask the feed's owner for a corrected file") == 1
    hashes = {record.file_name: record.sha256 for record in deliveries(AreaPaths.of(AREA).deliveries, FEED)}
    commands = [
        f"`send deliveries accept --area {AREA} --feed {FEED} --file {str(hashes[name])[:12]} --by NAME --reason …`"
        for name in held
    ]
    assert [err.count(command) for command in commands] == [1, 1]
    assert [line for line in err.splitlines() if line.startswith("health_waiting_list:")] == []
    # The page and the message of the morning say the same: one problem a file.
    problems = status_of(FEED)
    assert sorted(kind for kind, _, _ in problems) == ["failed", "held", "held"]
    alert = new_alert(AREA, "health", as_of=DAY)
    assert alert is not None
    assert [alert.text.count(name) for name in (*held, refused)] == [1, 1, 1]
    assert [alert.text.count(command) for command in commands] == [1, 1]
    (ended,) = (
        event
        for line in AreaPaths.of(AREA).event_log.read_text().splitlines()
        if (event := json.loads(line))["event"] == "pull"
    )
    assert ended["error"] == "DeliveriesRefusedError"
    assert ended["message"] in err


def test_files_that_are_only_held_are_told_of_once_each(send: Send, lists: Path, tmp_path: Path) -> None:
    delivered(DAY - dt.timedelta(days=9), tmp_path / "data", rows=200)
    for days in (3, 2):
        put(lists, DAY - dt.timedelta(days=days), extract(DAY, rows=20 + days))
    code, _, _ = send(f"--feed {FEED}")
    assert code == 1
    assert [kind for kind, _, _ in status_of(FEED)] == ["held", "held"]


def test_a_held_file_that_a_later_good_one_overtakes_is_told_of_with_its_feed(
    send: Send, lists: Path, tmp_path: Path
) -> None:
    delivered(DAY - dt.timedelta(days=9), tmp_path / "data", rows=200)
    held = put(lists, DAY - dt.timedelta(days=3), extract(DAY, rows=20))
    put(lists, DAY, extract(DAY, rows=201))
    code, _, err = send(f"--feed {FEED}")
    assert code == 0
    assert f"Feed {FEED}, {held}: held (health_waiting_list: 20 rows" in err
    assert "a later file counts in its stead" in err
    assert "accept" not in err
