"""What watches a pull: its log, the note of how it ended, the feeds page, its lineage; and what none of them tells."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from area.errors import SourceRefusedError
from area.lineage import Work
from area.paths import PROJECT_ROOT, AreaPaths
from ingest.status.last_pull import last_pull
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from ingest.watched import watched_pull
from tests.support.loopback import PASSWORD, Answer, HttpPeer, SftpPeer, http_peer, sftp_peer
from tests.support.waiting_list import AREA, BY_SFTP, FEED, NHS_NUMBER, SURNAME, extract

DAY = dt.date(2025, 1, 31)
LIMITS = Limits(attempts=1, settle=0.0)
PERSONAL = (SURNAME, NHS_NUMBER, "2014-05-06", PASSWORD)

# A process whose every logger is as loud as can be, which pulls a feed and then lets the libraries that no peer of this
# test wakes speak of the same things.
LOUD = """
import datetime as dt, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for name in ("paramiko", "urllib3", "sqlalchemy", "botocore", "mesh_client", "requests_oauthlib"):
    logging.getLogger(name).setLevel(logging.DEBUG)
from ingest.transports.endpoint import Endpoint
from ingest.watched import watched_pull
day = dt.date(2025, 1, 31)
watched_pull("931", "waiting_list", Endpoint.from_environment("peer"), as_of=day,
             received_at=dt.datetime(2025, 1, 31, 1, tzinfo=dt.UTC), run="a loud run")
import sqlalchemy
engine = sqlalchemy.create_engine("sqlite://")
with engine.connect() as con:
    con.execute(sqlalchemy.text("select :name"), {"name": sys.argv[1]})
logging.getLogger("mesh_client").warning("inbox message %s", sys.argv[1])
try:
    int(sys.argv[1])
except ValueError:
    logging.getLogger("botocore.endpoint").exception("request body %s", sys.argv[1])
"""


@pytest.fixture(autouse=True)
def by_sftp(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The area has its waiting list by SFTP, and says so in its settings."""
    config = tmp_path_factory.mktemp("settings") / "config"
    shutil.copytree(PROJECT_ROOT / "config", config)
    (config / "areas").mkdir(exist_ok=True)
    (config / "areas" / f"{AREA}.yml").write_text(BY_SFTP)
    monkeypatch.setenv("SEND_CONFIG", str(config))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpPeer]:
    with sftp_peer(tmp_path_factory.mktemp("sftp")) as served:
        yield served


@pytest.fixture
def source(peer: SftpPeer, request: pytest.FixtureRequest) -> Endpoint:
    """A user of its own, with one extract ready in its folder."""
    user = f"user_{abs(hash(request.node.name))}"
    folder = peer.home(user) / "waiting"
    folder.mkdir()
    file = folder / f"waiting_list_{DAY:%Y%m%d}.csv"
    file.write_bytes(extract(DAY, bad=2))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return peer.endpoint(user)


def pull(root: Path, endpoint: Endpoint, *, hour: int = 1, **more: Any) -> None:
    at = dt.datetime(2025, 1, 31, hour, tzinfo=dt.UTC)
    watched_pull(AREA, FEED, endpoint, as_of=DAY, received_at=at, run="run 1", root=root, limits=LIMITS, **more)


def events(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in AreaPaths.of(AREA, root).event_log.read_text().splitlines()]


def test_each_file_and_each_pull_has_a_line_in_the_log(tmp_path: Path, source: Endpoint) -> None:
    pull(tmp_path, source)
    file, ended = events(tmp_path)
    assert (file["event"], file["run"], file["feed"], file["outcome"]) == ("file", "run 1", FEED, "loaded")
    assert file["counts"] == {"read": 22, "loaded": 20, "quarantined": 2, "duplicate": 0}
    assert (ended["event"], ended["files"], ended["error"]) == ("pull", 1, None)
    paths = AreaPaths.of(AREA, tmp_path)
    assert paths.event_log.stat().st_mode & 0o077 == 0
    assert "Not all of it" not in paths.feeds_page.read_text()
    assert last_pull(paths.deliveries, FEED) is not None
    pull(tmp_path, source, hour=2)  # nothing new is there: the pull is known to have gone well all the same
    assert events(tmp_path)[-1]["error"] is None
    assert str(getattr(last_pull(paths.deliveries, FEED), "at", None)) == "2025-01-31 02:00:00"


def test_a_pull_that_fails_says_so_everywhere_and_raises_what_it_raised(tmp_path: Path, peer: SftpPeer) -> None:
    works: list[Work] = []
    peer.home("locked_out")
    wrong = peer.endpoint("locked_out", password="not " + PASSWORD)
    with pytest.raises(SourceRefusedError) as caught:
        pull(tmp_path, wrong, emit=works.append)
    assert events(tmp_path)[-1]["error"] == "SourceRefusedError"
    assert events(tmp_path)[-1]["message"] == str(caught.value)
    note = last_pull(AreaPaths.of(AREA, tmp_path).deliveries, FEED)
    assert note is not None
    assert note.problem == str(caught.value)
    assert "Correct the Airflow connection" in AreaPaths.of(AREA, tmp_path).feeds_page.read_text()
    (work,) = works
    assert (work.failed, list(work.outputs)) == ("SourceRefusedError", [])


def test_no_log_holds_a_secret_or_a_value_however_loud_the_libraries_are(tmp_path: Path, source: Endpoint) -> None:
    connection = {
        "conn_type": "sftp",
        "host": source.host,
        "port": source.port,
        "login": source.login,
        "password": PASSWORD,
        "extra": dict(source.extra),
    }
    environment = os.environ | {"AIRFLOW_CONN_PEER": json.dumps(connection), "SEND_DATA": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", LOUD, SURNAME], env=environment, cwd=PROJECT_ROOT, capture_output=True, check=True
    )
    said = ran.stderr.decode() + ran.stdout.decode()
    assert "Feed waiting_list, waiting_list_20250131.csv: 22 read, 20 loaded, 2 quarantined" in said
    spoke = {line.split(":")[1].split(".")[0] for line in said.splitlines() if "words withheld" in line}
    assert {"paramiko", "sqlalchemy", "mesh_client", "botocore"} <= spoke
    assert "words withheld on ValueError" in said
    written = "".join(path.read_text() for path in (tmp_path / AREA).rglob("*.json*"))
    page = AreaPaths.of(AREA, tmp_path).feeds_page.read_text()
    for hidden in (*PERSONAL, source.login):
        assert hidden not in said
    for hidden in PERSONAL:
        assert hidden not in written + page


@pytest.fixture
def receiver() -> Iterator[HttpPeer]:
    with http_peer() as served:
        served.respond = lambda _: Answer(status=201)
        yield served


def openlineage(monkeypatch: pytest.MonkeyPatch, **said: str) -> None:
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        monkeypatch.delenv(name)
    for name, value in said.items():
        monkeypatch.setenv(name, value)


def check_events(found: list[dict[str, Any]]) -> None:
    start, complete = found
    assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == complete["run"]["runId"]
    assert complete["job"]["namespace"] == "send-warehouse://931"
    assert complete["job"]["name"] == "pull.waiting_list"
    (came,) = complete["inputs"]
    assert (came["namespace"], came["name"]) == (
        "airflow-connection://send_931_test_sftp",
        "waiting_list/health_waiting_list",
    )
    assert came["inputFacets"]["dataQualityMetrics"]["rowCount"] == 22
    (made,) = complete["outputs"]
    assert (made["namespace"], made["name"]) == ("send-warehouse://931", "raw.health_waiting_list")
    assert made["outputFacets"]["outputStatistics"]["rowCount"] == 20
    for hidden in PERSONAL:
        assert hidden not in json.dumps(found)


def test_lineage_goes_to_a_file(tmp_path: Path, source: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    config, out = tmp_path / "openlineage.yml", tmp_path / "events.jsonl"
    config.write_text(json.dumps({"transport": {"type": "file", "log_file_path": str(out), "append": True}}))
    openlineage(monkeypatch, OPENLINEAGE_CONFIG=str(config))
    pull(tmp_path, source)
    check_events([json.loads(line) for line in out.read_text().splitlines()])


def test_lineage_goes_to_a_server(
    tmp_path: Path, source: Endpoint, receiver: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    openlineage(monkeypatch, OPENLINEAGE_URL=receiver.url)
    pull(tmp_path, source)
    assert {asked.path for asked in receiver.asked} == {"/api/v1/lineage"}
    check_events([json.loads(asked.body) for asked in receiver.asked])


def test_a_lineage_server_that_is_broken_stops_no_pull(
    tmp_path: Path, source: Endpoint, receiver: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.respond = lambda _: Answer(status=400)
    openlineage(monkeypatch, OPENLINEAGE_URL=receiver.url)
    pull(tmp_path, source)
    assert events(tmp_path)[-1]["error"] is None


def test_without_a_setting_no_lineage_is_sent(
    tmp_path: Path, source: Endpoint, receiver: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    openlineage(monkeypatch, OPENLINEAGE_URL=receiver.url, OPENLINEAGE_DISABLED="true")
    pull(tmp_path, source)
    assert receiver.asked == []
