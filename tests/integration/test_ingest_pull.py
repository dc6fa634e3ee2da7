"""A drop folder, freshness, history by period, and pulls that are killed half way."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from area.errors import FeedLateError, FileRefusedError, SourceRefusedError, SourceUnavailableError
from area.paths import PROJECT_ROOT, AreaPaths
from cli.main import build_app
from ingest.contract.model import load_contract, load_contracts
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult, pull_feed
from ingest.raw.schema import create_raw
from ingest.status.freshness import check_sector, feed_age, feed_ages
from ingest.status.last_pull import LastPull, note_last_pull
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits

LIMITS = Limits(attempts=2, first_wait=0.01, settle=0.01)
NIGHT = dt.date(2025, 1, 31)
RECEIVED = dt.datetime(2025, 1, 31, 20)
FEED = "school_census"
SENNEEDS = "senneedstableid,pupilonrolltableid,sentyperank,sentype"


def drop(folder: Path, term: str = "SPR2025", *, needs: int = 3, pupils: int = 3) -> Path:
    """A census drop with the tables no term does without; COLLECT's own columns beside those the contract asks for."""
    folder.mkdir(exist_ok=True)
    contract = load_contract(FEED)
    values = {"text": "1", "code": None, "date": "2025-Jan-16 00:00:00", "integer": "2025"}
    for table in (table for table in contract.tables if not table.optional):
        count = {"census_senneeds": needs, "census_pupilonroll": pupils}.get(table.name, 1)
        lines = [",".join(["NativeId" if table.name != "census_schoolcensus" else "x", *table.columns])]
        for number in range(count):
            row = [field.codes[0] if field.codes else str(values[field.kind]) for field in table.fields]
            row[0] = f"{term}{number}"
            lines.append(",".join(["n", *row]))
        put(folder / str(table.file).replace("*", term), "\n".join(lines) + "\n")
    return folder


def put(path: Path, content: str) -> None:
    path.write_text(content)
    old = time.time() - 3600
    os.utime(path, (old, old))


def pull(root: Path, folder: Path, *, day: dt.date = NIGHT) -> PullResult:
    received = dt.datetime.combine(day, dt.time(20), dt.UTC)
    endpoint = Endpoint("send_931_census_drop", "fs", extra={"path": str(folder)})
    return pull_feed("931", FEED, endpoint, as_of=day, received_at=received, root=root, limits=LIMITS)


def raw(root: Path, sql: str, *, as_of: dt.date = NIGHT) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of("931", root), as_of=as_of)
        return con.execute(sql).fetchall()


def test_a_census_of_each_term_is_the_latest_of_its_term(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop", "AUT2024", needs=2)
    pull(tmp_path, folder, day=dt.date(2025, 1, 10))
    drop(folder, "SPR2025", needs=3)
    pull(tmp_path, folder, day=dt.date(2025, 1, 20))
    put(folder / "SchoolCensus_SPR2025_senneeds.csv", SENNEEDS + "\nSPR9,1,1,ASD\n")
    pull(tmp_path, folder)
    found = raw(tmp_path, "select left(senneedstableid, 3), _is_latest, count(*) from raw.census_senneeds group by all")
    assert sorted(found) == [("AUT", True, 2), ("SPR", False, 3), ("SPR", True, 1)]
    periods = raw(tmp_path, "select distinct period from raw.delivery order by 1")
    assert periods == [("AUT2024",), ("SPR2025",)]


def test_schema_raw_before_anything_came(tmp_path: Path) -> None:
    found = raw(
        tmp_path,
        "select table_name, string_agg(column_name || ' ' || data_type, ',' order by ordinal_position)"
        " from information_schema.columns where table_schema = 'raw' group by all",
    )
    tables = dict(found)
    own = {table.name for contract in load_contracts() for table in contract.tables}
    assert set(tables) == own | {"delivery", "quarantined", "problem", "drift"}
    for contract in load_contracts():
        for table in contract.tables:
            columns = [*(f"{name} VARCHAR" for name in table.columns), "_file_hash VARCHAR", "_file_name VARCHAR"]
            columns += ["_row BIGINT", "_feed VARCHAR", "_received_at TIMESTAMP", "_extract_date DATE"]
            assert tables[table.name] == ",".join([*columns, "_is_latest BOOLEAN"])
    assert tables["delivery"].startswith("feed VARCHAR,table_name VARCHAR,file_hash VARCHAR,file_name VARCHAR")
    assert "original_text" not in tables["quarantined"]


def test_schema_raw_has_the_same_columns_once_something_came(tmp_path: Path) -> None:
    columns = "select column_name, data_type from information_schema.columns where table_name = 'census_pupilonroll'"
    before = raw(tmp_path / "empty", columns)
    pull(tmp_path, drop(tmp_path / "drop"))
    assert raw(tmp_path, columns) == before
    with duckdb.connect() as con:
        rows = create_raw(con, AreaPaths.of("931", tmp_path), as_of=NIGHT)
        again = create_raw(con, AreaPaths.of("931", tmp_path), as_of=NIGHT)
    assert rows == again
    assert set(rows) == {table.name for contract in load_contracts() for table in contract.tables}
    assert (rows["census_pupilonroll"], rows["ehc_plan"]) == (3, 0)


def test_an_empty_table_of_a_later_contract_column(tmp_path: Path) -> None:
    """Rows read before a field was added have it as null."""
    import pyarrow.parquet as pq

    pull(tmp_path, drop(tmp_path / "drop"))
    (path,) = (tmp_path / "931/read/school_census/census_pupilonroll").glob("*.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["ethnicity"]), path)
    assert raw(tmp_path, "select distinct ethnicity, surname from raw.census_pupilonroll") == [(None, "1")]


def test_a_drop_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError):
        pull(tmp_path, tmp_path / "nowhere")


def test_links_in_a_drop_folder_are_not_followed(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop")
    secret = tmp_path / "secret.csv"
    target = folder / "SchoolCensus_SPR2025_senneeds.csv"
    target.rename(secret)
    target.symlink_to(secret)
    assert pull(tmp_path, folder).counts()["files"] == 3


def test_ages_and_late_feeds(tmp_path: Path) -> None:
    allowed: dict[str, int] = {}
    folder = drop(tmp_path / "drop")
    with pytest.raises(FeedLateError, match="never been a good delivery") as caught:
        check_sector("931", "education", as_of=NIGHT, root=tmp_path, allowed=allowed)
    assert caught.value.owner == "EHC casework team"
    assert check_sector("931", "health", as_of=NIGHT, root=tmp_path, allowed=allowed) == []
    received = dt.datetime.combine(NIGHT, dt.time(20), dt.UTC)
    with pytest.raises(SourceRefusedError, match="host_key"):
        pull_feed(
            "931",
            "community_services",
            Endpoint("send_931_x", "sftp"),
            as_of=NIGHT,
            received_at=received,
            root=tmp_path,
        )
    late = check_sector("931", "health", as_of=NIGHT, root=tmp_path, allowed=allowed)
    assert late == ["community_services (never delivered, allowed 45)"]
    pull(tmp_path, folder)
    by_feed = {age.feed: age for age in feed_ages("931", as_of=NIGHT, root=tmp_path, allowed=allowed)}
    assert (by_feed[FEED].age_days, by_feed[FEED].late) == (0, False)
    later = NIGHT + dt.timedelta(days=201)
    by_feed = {age.feed: age for age in feed_ages("931", as_of=later, root=tmp_path, allowed=allowed)}
    assert (by_feed[FEED].age_days, by_feed[FEED].late) == (201, True)
    by_feed = {age.feed: age for age in feed_ages("931", as_of=later, root=tmp_path, allowed={FEED: 300})}
    assert not by_feed[FEED].late


def test_a_file_that_only_lies_there_grows_old(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop")
    pull(tmp_path, folder)
    later = NIGHT + dt.timedelta(days=50)
    assert pull(tmp_path, folder, day=later).counts()["files_same"] == 4
    (age,) = [age for age in feed_ages("931", as_of=later, root=tmp_path, allowed={}) if age.feed == FEED]
    assert age.age_days == 50


def test_a_feed_is_as_old_as_its_oldest_table(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop")
    (folder / "SchoolCensus_SPR2025_senneeds.csv").unlink()
    pull(tmp_path, folder)
    (age,) = [age for age in feed_ages("931", as_of=NIGHT, root=tmp_path, allowed={}) if age.feed == FEED]
    assert age.last is None


def test_a_feed_of_which_every_table_may_be_missing_is_as_old_as_its_newest(tmp_path: Path) -> None:
    contract = load_contract(FEED)
    loose = replace(contract, tables=tuple(replace(table, optional=True) for table in contract.tables))
    paths = AreaPaths.of("931", tmp_path)
    assert feed_age(loose, paths, as_of=NIGHT, allowed={}).last is None
    folder = drop(tmp_path / "drop")
    (folder / "SchoolCensus_SPR2025_senneeds.csv").unlink()
    pull(tmp_path, folder)
    assert feed_age(loose, paths, as_of=NIGHT, allowed={}).age_days == 0


def test_areas_do_not_meet(tmp_path: Path) -> None:
    pull(tmp_path, drop(tmp_path / "drop"))
    with duckdb.connect() as con:
        assert sum(create_raw(con, AreaPaths.of("831", tmp_path), as_of=NIGHT).values()) == 0


def test_the_command_line_shows_counts_and_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = drop(tmp_path / "drop")
    put(folder / "SchoolCensus_SPR2025_senneeds.csv", SENNEEDS + "\nA,RUMPELSTILTSKIN,1,ASD\ntorn\n")
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "40")
    said = json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})
    monkeypatch.setenv("AIRFLOW_CONN_SEND_931_CENSUS_DROP", said)
    shown = ""
    for words in (
        ["pull", "--area", "931", "--feed", FEED, "--as-of", "2025-01-31"],
        ["deliveries", "list", "--area", "931"],
        ["deliveries", "late", "--area", "931", "--as-of", "2025-01-31"],
        ["deliveries", "reread", "--area", "931", "--feed", FEED],
        ["quarantine", "list", "--area", "931"],
    ):
        result = CliRunner().invoke(build_app(), words)
        assert result.exit_code == 0, result.output
        shown += result.output
    assert "files_loaded 4" in shown
    assert "WRONG_FIELD_COUNT" in shown
    assert "SchoolCensus_SPR2025_senneeds.csv" in shown
    assert "…" not in shown
    assert "RUMPELSTILTSKIN" not in shown


# --- killed half way ------------------------------------------------------------------------------------------------

# One process imports everything and forks a child for each place to be killed at; a child never comes back from it.
KILLED = """
import datetime as dt, os, signal, sys
import duckdb, pyarrow.csv, pyarrow.parquet
from pathlib import Path
from ingest.transports.endpoint import Endpoint
from ingest.formats import csv_table
from ingest.pull import pull_feed
from ingest.transports import folder

base, drop = Path(sys.argv[1]), sys.argv[2]

def pull(root, at):
    calls = 0
    def counted(real):
        def wrapped(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        return wrapped
    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)
    endpoint = Endpoint("send_931_census_drop", "fs", extra={"path": drop})
    received = dt.datetime(2025, 1, 31, 20, tzinfo=dt.UTC)
    pull_feed("931", "school_census", endpoint, as_of=dt.date(2025, 1, 31), received_at=received, root=root)
    return calls

for at in map(int, sys.argv[3:]):
    child = os.fork()
    if child == 0:
        print(at, "calls", pull(base / f"killed{at}", at), flush=True)
        os._exit(0)
    print(at, "status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def outputs(root: Path) -> dict[str, bytes]:
    """Everything a pull leaves, but for how long it took."""
    found: dict[str, bytes] = {}
    for path in sorted((root / "931").rglob("*")):
        if not path.is_file() or path.name in (".lock", "state.json"):
            continue
        content = path.read_bytes()
        if path.suffix == ".json":
            said = json.loads(content)
            content = json.dumps({key: value for key, value in said.items() if key != "seconds"}).encode()
        found[str(path.relative_to(root))] = content
    return found


def killed_at(base: Path, folder: Path, *places: int) -> list[list[str]]:
    """Pull into `base/killed<n>` and be killed at the n-th time something reaches the disk (0: never)."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(base), str(folder), *map(str, places)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [line.split() for line in done.stdout.splitlines()]


def test_killed_anywhere_and_run_again_gives_the_same(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop", pupils=200)
    calls = int(killed_at(tmp_path, folder, 0)[0][2])
    assert calls > 40
    expected = outputs(tmp_path / "killed0")
    places = sorted({*range(1, 16, 2), calls // 2, calls - 1})
    statuses = killed_at(tmp_path, folder, *places)
    assert statuses == [[str(place), "status", str(-signal.SIGKILL)] for place in places]
    for place in places:
        root = tmp_path / f"killed{place}"
        assert raw(root, "select count(*) from raw.census_pupilonroll") in ([(0,)], [(200,)])
        pull(root, folder)
        assert outputs(root) == expected, f"killed at {place}"
        assert raw(root, "select count(*) from raw.delivery where is_latest") == [(4,)]


def test_a_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = drop(tmp_path / "drop")
    put(folder / "SchoolCensus_SPR2025_pupilonroll.csv", "")
    with pytest.raises(FileRefusedError, match="empty file"):
        pull(tmp_path, folder)
    outcomes = [each.outcome for each in deliveries(AreaPaths.of("931", tmp_path).deliveries, FEED)]
    assert sorted(outcomes) == ["loaded", "loaded", "loaded", "refused"]


def test_a_feed_the_area_switches_off_is_not_asked_and_not_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    shutil.copytree(PROJECT_ROOT / "config", config)
    (config / "areas").mkdir(exist_ok=True)
    own = config / "areas" / "931.yml"
    own.write_text("feeds: {overrides: {waiting_list: {pulled: false, allowed_age_days: 1}}}\n")
    monkeypatch.setenv("SEND_CONFIG", str(config))
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_CONN_SEND_931_HEALTH_SFTP", '{"conn_type": "sftp", "host": "127.0.0.1", "port": 1}')
    note_last_pull(AreaPaths.of("931", tmp_path).deliveries, "waiting_list", LastPull(RECEIVED, None), root=tmp_path)
    shown = CliRunner().invoke(build_app(), ["pull", "--area", "931", "--feed", "waiting_list"])
    assert "switch it off" in shown.output
    assert shown.exit_code == 0
    assert check_sector("931", "health", as_of=NIGHT, root=tmp_path) == []
    for command, line in (("late", "switched off by the area"), ("status", "switched off by the area")):
        words = ["deliveries", command, "--area", "931", "--as-of", NIGHT.isoformat()]
        shown = CliRunner().invoke(build_app(), words, env={"COLUMNS": "300"})
        assert next(row for row in shown.output.splitlines() if "waiting_list" in row).count(line) == 1
        assert "waiting_list: " not in shown.output
    page = AreaPaths.of("931", tmp_path).feeds_page.read_text()
    unconnected, off = page.split("<h2>Not connected</h2>")[1].split("<h2>Switched off by the area</h2>")
    title = load_contract("waiting_list").title
    assert (title in unconnected, title in off) == (False, True)
    own.unlink()
    assert [late.split()[0] for late in check_sector("931", "health", as_of=NIGHT, root=tmp_path)] == ["waiting_list"]


def test_in_a_pretend_area_time_stands_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ages are told as of its newest night; a real area's as of today, when what came years ago is late."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    pull(tmp_path, drop(tmp_path / "drop"))
    paths = AreaPaths.of("931", tmp_path)
    paths.current.mkdir()
    (paths.current / "run.json").write_text(json.dumps({"as_of": "2025-02-02"}))

    def told(command: str) -> str:
        words = CliRunner().invoke(build_app(), ["deliveries", command, "--area", "931"], env={"COLUMNS": "300"}).output
        return next(line for line in words.splitlines() if FEED in line)

    assert "late" in told("late")
    assert "stops the night" in told("status")
    paths.sandbox.mkdir()
    assert "in time" in told("late")
    assert "in time" in told("status")
    assert " 2 " in told("status")
