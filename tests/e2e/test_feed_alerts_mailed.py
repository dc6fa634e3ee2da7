"""Nights of one sector through Airflow: people are told of its feeds once, when something has changed, by real mail."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest

from area.paths import PROJECT_ROOT, AreaPaths
from cli.airflow_home import airflow_environment
from ingest.contract.model import load_contracts
from tests.support.loopback import PASSWORD, sftp_peer
from tests.support.post_office import PostOffice, post_office
from tests.support.waiting_list import AREA, BY_SFTP, NHS_NUMBER, SURNAME, extract

pytestmark = pytest.mark.airflow

SETTINGS = """
alerts:
  notifiers:
    - class: airflow.providers.smtp.notifications.smtp.SmtpNotifier
      kwargs: {smtp_conn_id: send_alerts, from_email: send@council.invalid, to: team@council.invalid,
               subject: "[team] {subject}", html_content: "{text}"}
"""

# Runs the health pull on the nights that are named, then the build, which fails: three sectors never came.
NIGHTS = """
import sys
from cli.run_dags import load_dags, prepare, succeeds
prepare("931")
dags = load_dags()
for night in sys.argv[1:]:
    print("pull", succeeds(dags["pull_health_931"], {"as_of": night}))
print("build", succeeds(dags["build_warehouse_931"], {"as_of": sys.argv[-1]}))
print("retention", succeeds(dags["retention_931"], {"as_of": "2031-06-01"}))
"""
EVERYONE = "sen@council.invalid"
LATE, STILL_LATE, WELL = dt.date(2025, 1, 20), dt.date(2025, 1, 21), dt.date(2025, 1, 22)


@dataclass(frozen=True)
class Told:
    """What three nights and a build left behind."""

    out: str
    paths: AreaPaths
    office: PostOffice
    lineage: list[dict[str, Any]]
    logs: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Late, still late, and delivered: both extracts lie there, and a night counts what is of its day or before."""
    root = tmp_path_factory.mktemp("alerts")
    config = root / "config"
    (config / "areas").mkdir(parents=True)
    (config / "areas" / "931.yml").write_text(SETTINGS + BY_SFTP)
    (config / "defaults.yml").write_bytes((PROJECT_ROOT / "config" / "defaults.yml").read_bytes())
    (root / "sftp").mkdir()
    with sftp_peer(root / "sftp") as peer, post_office() as office:
        folder = peer.home("council") / "waiting"
        folder.mkdir()
        for day in (dt.date(2024, 11, 1), WELL):
            file = folder / f"waiting_list_{day:%Y%m%d}.csv"
            file.write_bytes(extract(day, bad=1))
            os.utime(file, (1_700_000_000, 1_700_000_000))
        sftp = {"conn_type": "sftp", "host": "127.0.0.1", "port": peer.port, "login": "council", "password": PASSWORD}
        mail = {
            "disable_ssl": True,
            "disable_tls": True,
            "to": "sen@council.invalid",
            "from_email": "s@council.invalid",
        }
        smtp = {"conn_type": "smtp", "host": "127.0.0.1", "port": office.port, "extra": mail}
        transport = {"type": "file", "log_file_path": str(root / "lineage.jsonl"), "append": True}
        environment = (
            dict(os.environ)
            | airflow_environment(root / "airflow", areas=[AREA])
            | {
                "SEND_DATA": str(root / "data"),
                "SEND_CONFIG": str(config),
                "SEND_HMAC_KEY": "test-key",
                "AIRFLOW_CONN_SEND_931_HEALTH_SFTP": json.dumps(sftp | {"extra": {"host_key": peer.host_key}}),
                "AIRFLOW_CONN_SEND_ALERTS": json.dumps(smtp),
                "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
                "AIRFLOW__OPENLINEAGE__DISABLE_SOURCE_CODE": "true",
                "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
            }
        )
        ran = subprocess.run(
            [sys.executable, "-c", NIGHTS, *(night.isoformat() for night in (LATE, STILL_LATE, WELL))],
            env=environment,
            cwd=PROJECT_ROOT,
            capture_output=True,
            timeout=300,
        )
        said = ran.stdout.decode() + ran.stderr.decode()
        assert ran.returncode == 0, said[-4000:]
        events = [json.loads(line) for line in (root / "lineage.jsonl").read_text().splitlines()]
        files = "".join(path.read_text(errors="replace") for path in (root / "airflow" / "logs").rglob("*.log"))
        yield Told(ran.stdout.decode(), AreaPaths.of(AREA, root / "data"), office, events, said + files)


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())


def test_people_are_told_once_and_again_when_something_changes(told: Told) -> None:
    assert [line for line in told.out.splitlines() if line.startswith("pull ")] == ["pull True"] * 3
    to_all = [mail for mail in told.office.mails if mail["to"] == EVERYONE]
    others = len(load_contracts("health")) - 1  # of the same server, and nothing of theirs is there
    assert [mail["subject"] for mail in to_all] == [
        f"Area 931, health: {others + 1} feeds need attention",
        f"Area 931, health: {others} feeds need attention and 1 feed is well again",
        "Area 931: gate_reading of build_warehouse_931 failed",
        "Area 931, retention: 1 due (3 files on disk), would be deleted; 1 due but kept.",
    ]
    first, second, build, _ = (words_of(mail) for mail in to_all)
    assert "Health waiting list, late. The last good delivery is of 1 November 2024, 80 days old" in first
    assert "Call Community health provider" in first
    assert "Well again: Health waiting list." in second
    assert "Last night&#x27;s warehouse stays in use" in build


def test_a_notifier_of_the_settings_is_told_the_same(told: Told) -> None:
    mine = [mail["subject"] for mail in told.office.mails if mail["to"] == "team@council.invalid"]
    others = [mail["subject"] for mail in told.office.mails if mail["to"] == EVERYONE]
    assert mine == [f"[team] {subject}" for subject in others]


def test_what_was_told_is_written_down(told: Told) -> None:
    lines = [json.loads(line) for line in told.paths.alerts.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["feeds", "feeds", "task"]
    assert lines[0]["state"].keys() - lines[1]["state"].keys() == {"waiting_list"}
    assert len({line["id"] for line in lines}) == 3


def test_a_tasks_run_says_what_it_read_and_made(told: Told) -> None:
    events = [each for each in told.lineage if each["job"]["name"] == "pull_health_931.pull_waiting_list"]
    assert [each["eventType"] for each in events[:3]] == ["START", "RUNNING", "COMPLETE"]
    assert len({each["run"]["runId"] for each in events[:3]}) == 1
    assert [made["name"] for made in events[1]["outputs"]] == ["raw.health_waiting_list"]
    assert events[1]["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 40


def test_nothing_of_it_holds_a_secret_or_a_value(told: Told) -> None:
    assert "Feed waiting_list, waiting_list_20250122.csv: 21 read, 20 loaded" in told.logs
    mails = "".join(mail.as_string() for mail in told.office.mails)
    for hidden in (SURNAME, NHS_NUMBER, "2014-05-06", PASSWORD):
        assert hidden not in told.logs
        assert hidden not in mails
        assert hidden not in json.dumps(told.lineage)
        assert hidden not in told.paths.alerts.read_text()
