"""`send backfill`: what a night of the past knows, and what it asks the sources for first."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from area.errors import FileRefusedError, SettingsError
from area.paths import PROJECT_ROOT, AreaPaths
from cli.backfill import ASIDE
from cli.main import build_app
from ingest.landing.delivery import deliveries
from ingest.pull import HandedIn, take_in
from tests.support.waiting_list import AREA, FEED, delivered, extract

NIGHT = dt.date(2025, 1, 30)
BY_FOLDER = f'transport: {{kind: folder, connection: "send_{{area}}_lists", folder: ".", pattern: "{FEED}_*.csv"}}'


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose area has its waiting list in a folder, and nothing yet."""
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "areas").mkdir(exist_ok=True)
    (tmp_path / "lists").mkdir()
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEND_HMAC_KEY", "test-key")
    monkeypatch.setenv("AIRFLOW_CONN_SEND_931_LISTS", f"file:///?path={tmp_path / 'lists'}")
    override(tmp_path / "data", BY_FOLDER)
    return tmp_path / "data"


def override(data: Path, said: str) -> None:
    """Settle of the waiting list what is `said`."""
    own = data.parent / "config" / "areas" / f"{AREA}.yml"
    own.write_text(f"feeds:\n  overrides:\n    {FEED}:\n      {said}\n")


def offered(data: Path, day: dt.date) -> None:
    """The source has a day's extract from now on."""
    path = data.parent / "lists" / f"{FEED}_{day:%Y%m%d}.csv"
    path.write_bytes(extract(day))
    os.utime(path, (1_700_000_000, 1_700_000_000))


def backfill(*words: str) -> str:
    day = NIGHT.isoformat()
    done = CliRunner().invoke(build_app(), ["backfill", "--area", AREA, "--from", day, "--to", day, *words])
    # Without the casework no night is built: the gate stops it, and what it knew lies there.
    assert "The gate 'reading' stopped the night" in done.output, done.output
    return done.output


def known_extracts(data: Path) -> list[dt.date]:
    """The days of the extracts that the night of the past knew."""
    building = replace(AreaPaths.of(AREA, data), aside=ASIDE).building.warehouse
    with duckdb.connect(str(building), read_only=True) as con:
        return [day for (day,) in con.execute("select extract_date from raw.delivery order by all").fetchall()]


def known_problems(data: Path) -> list[str]:
    """The files the night of the past knew to have failed."""
    building = replace(AreaPaths.of(AREA, data), aside=ASIDE).building.warehouse
    with duckdb.connect(str(building), read_only=True) as con:
        return [name for (name,) in con.execute("select file_name from raw.problem order by all").fetchall()]


def test_a_night_knows_all_extracts_of_its_day_or_only_what_had_come_by_then(data: Path) -> None:
    before, late, next_day = NIGHT - dt.timedelta(days=9), NIGHT, NIGHT + dt.timedelta(days=1)
    delivered(before, data)
    delivered(late, data, came=NIGHT + dt.timedelta(days=3))
    delivered(next_day, data)
    backfill()
    assert known_extracts(data) == [before, late]
    backfill("--known", "received")
    assert known_extracts(data) == [before]


def test_what_went_wrong_or_changed_after_a_night_is_not_known_to_it(data: Path) -> None:
    delivered(NIGHT, data)
    after = dt.datetime.combine(NIGHT + dt.timedelta(days=2), dt.time(1), dt.UTC)
    rubbish = HandedIn(f"{FEED}_{NIGHT:%Y%m%d}_again.csv", "a test", b"\x00\x01")
    with pytest.raises(FileRefusedError):
        take_in(AREA, FEED, [rubbish], as_of=after.date(), received_at=after, root=data)
    backfill()
    assert known_problems(data) == [rubbish.name]
    backfill("--known", "received")
    assert known_problems(data) == []


def test_sources_are_asked_first_when_that_is_wanted_and_they_are_not_switched_off(data: Path) -> None:
    offered(data, NIGHT)
    backfill()
    assert known_extracts(data) == []
    override(data, f"pulled: false\n      {BY_FOLDER}")
    backfill("--pull")
    assert known_extracts(data) == []
    override(data, BY_FOLDER)
    backfill("--pull")
    assert known_extracts(data) == [NIGHT]
    assert [record.file_name for record in deliveries(AreaPaths.of(AREA, data).deliveries)] == [
        f"{FEED}_{NIGHT:%Y%m%d}.csv"
    ]


def test_a_source_that_fails_is_said_and_the_night_is_built_of_what_is_there(data: Path) -> None:
    delivered(NIGHT, data)
    (data.parent / "lists").rmdir()
    assert "send_931_lists could not be read" in backfill("--pull")
    assert known_extracts(data) == [NIGHT]


def test_the_key_of_the_pseudonyms_is_asked_for_before_any_work(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEND_HMAC_KEY")
    offered(data, NIGHT)
    day = NIGHT.isoformat()
    words = ["backfill", "--area", AREA, "--from", day, "--to", day, "--pull"]
    done = CliRunner().invoke(build_app(), words)
    assert isinstance(done.exception, SettingsError)
    assert "set 'SEND_HMAC_KEY' in the environment" in str(done.exception)
    assert done.output == ""
    assert not data.exists()
