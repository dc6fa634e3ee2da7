"""Retention over real deliveries: what goes when its time has come, what never does, and what is left to tell of it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from area.errors import HoldsDamagedError, SettingsError
from area.paths import PROJECT_ROOT, AreaPaths
from cli.main import build_app
from ingest.contract.model import load_contract
from ingest.landing.delivery import DELETED, deliveries
from ingest.quarantine.fixes import Entry, add_entries, feed_fixes, ledger
from ingest.raw.schema import create_raw
from ingest.status.feeds import feed_statuses
from tests.support.taking_in import csv_of, hand_in
from tests.support.waiting_list import AREA, FEED, NHS_NUMBER, SURNAME, delivered
from warehouse.retention.apply import apply_retention, carry_out
from warehouse.retention.holds import add_hold, release_hold, standing_holds
from warehouse.retention.plan import Plan, retention_plan
from warehouse.retention.rules import RecordClass, retention_rules
from warehouse.submission.folder import write_json

OLD, OLDER, NEW = dt.date(2018, 3, 1), dt.date(2018, 2, 1), dt.date(2024, 3, 1)
TODAY = dt.date(2024, 3, 2)  # six years and a day after OLD
BY = "A. Records Manager"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three deliveries of the waiting list: two of more than six years ago, and the newest."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    for day in (OLDER, OLD, NEW):
        delivered(day, tmp_path, bad=2)
    return tmp_path


def settle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """An area's own settings beside the defaults."""
    config = tmp_path / "config"
    (config / "areas").mkdir(parents=True, exist_ok=True)
    (config / "defaults.yml").write_bytes((PROJECT_ROOT / "config" / "defaults.yml").read_bytes())
    (config / "areas" / f"{AREA}.yml").write_text(said)
    monkeypatch.setenv("SEND_CONFIG", str(config))


def days(plan: Plan) -> Sequence[dt.date | None]:
    return sorted(each.day for each in plan.delete if each.day)


def files(root: Path) -> list[Path]:
    paths = AreaPaths.of(AREA, root)
    return [
        path
        for folder in (paths.landing, paths.read, paths.quarantine)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    ]


def test_what_has_been_kept_long_enough_goes_and_the_newest_stays(data: Path) -> None:
    assert days(retention_plan(AREA, today=OLD, root=data)) == []
    assert days(retention_plan(AREA, today=TODAY, root=data)) == [OLDER, OLD]
    late = retention_plan(AREA, today=dt.date(2050, 1, 1), root=data)
    assert days(late) == [OLDER, OLD]
    assert [each.kept_because for each in late.keep] == ["it is the newest good delivery of a table"]
    assert len(files(data)) == 9  # looking deletes nothing
    apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert len(files(data)) == 3
    assert apply_retention(AREA, by=BY, today=TODAY, root=data).delete == ()


def test_what_is_left_is_a_record_without_what_it_held(data: Path) -> None:
    names = [record.file_name for record in deliveries(AreaPaths.of(AREA, data).deliveries)]
    apply_retention(AREA, by=BY, today=TODAY, root=data)
    record = AreaPaths.of(AREA, data).deleted
    assert record.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [(line["class"], line["by"], line["rows"]) for line in lines] == [("general", BY, 22)] * 2
    assert {line["received"] for line in lines} == {"2018-02-01T01:00:00", "2018-03-01T01:00:00"}
    assert lines[0]["parts"] == ["landing", "quarantine", "read"]
    assert lines[0]["rule"] == "general: 6 years from the day of the extract"
    for hidden in (*names, SURNAME, NHS_NUMBER, "2014-05-06"):
        assert hidden not in record.read_text()


def test_nights_and_pages_go_on_and_what_was_deleted_does_not_come_back(data: Path) -> None:
    apply_retention(AREA, by=BY, today=TODAY, root=data)
    outcomes = [record.outcome for record in deliveries(AreaPaths.of(AREA, data).deliveries)]
    assert outcomes == [DELETED, DELETED, "loaded"]
    assert delivered(OLD, data, bad=2, came=TODAY).files[0].outcome == DELETED  # it still lies at its source
    assert len(files(data)) == 3
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(AREA, data), as_of=TODAY)
        assert con.execute("select count(*) from raw.health_waiting_list").fetchone() == (20,)
        assert con.execute("select count(*) from raw.quarantined").fetchone() == (2,)
    (status,) = [feed for feed in feed_statuses(AREA, as_of=TODAY, root=data) if feed.feed == FEED]
    assert (status.state, status.loaded) == ("in time", 20)


def test_a_deletion_that_was_killed_is_ended_by_the_next(data: Path) -> None:
    before = {path: path.read_bytes() for path in files(data)}
    apply_retention(AREA, by=BY, today=TODAY, root=data)
    for path, content in before.items():  # as if it had been killed before it removed anything
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert len(apply_retention(AREA, by=BY, today=OLD, root=data).delete) == 2
    assert len(files(data)) == 3


def test_the_file_of_an_ehc_plan_is_kept_until_the_youngest_is_31(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(data, monkeypatch, "retention: {feeds: {waiting_list: ehc_file}}")
    # The youngest is not known while rows are held back; then nobody was born after the day of the extract.
    assert days(retention_plan(AREA, today=dt.date(2049, 2, 1), root=data)) == []
    assert days(retention_plan(AREA, today=dt.date(2049, 2, 2), root=data)) == [OLDER]
    delivered(dt.date(2018, 1, 1), data)  # all of it good: born on 6 May 2014
    assert days(retention_plan(AREA, today=dt.date(2045, 5, 6), root=data)) == []
    assert days(retention_plan(AREA, today=dt.date(2045, 5, 7), root=data)) == [dt.date(2018, 1, 1)]


@pytest.mark.parametrize("said", ["legal_hold: true", f"legal_hold_feeds: [{FEED}]"])
def test_a_legal_hold_keeps_an_area_or_a_feed(data: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    settle(data, monkeypatch, f"retention: {{{said}}}")
    plan = apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert (plan.delete, len(plan.keep), len(files(data))) == ((), 2, 9)
    assert all("legal hold" in str(each.kept_because) for each in plan.keep)


def test_a_held_person_keeps_every_delivery_that_names_them(data: Path) -> None:
    paths = AreaPaths.of(AREA, data)
    hold = add_hold(paths, f" {NHS_NUMBER}\n", reason="a tribunal", by=BY)
    assert paths.holds.stat().st_mode & 0o077 == 0
    assert apply_retention(AREA, by=BY, today=TODAY, root=data).delete == ()
    release_hold(paths, hold.id, reason="it is over", by=BY)
    other = add_hold(paths, "nobody's number", reason="another", by=BY)
    assert other.id == "H002"
    held_back = add_hold(paths, SURNAME, reason="only in a row that was held back", by=BY)
    assert days(retention_plan(AREA, today=TODAY, root=data)) == []
    release_hold(paths, held_back.id, reason="it is over", by=BY)
    assert days(retention_plan(AREA, today=TODAY, root=data)) == [OLDER, OLD]


def test_nothing_is_deleted_by_a_list_of_holds_that_cannot_be_relied_on(data: Path) -> None:
    paths = AreaPaths.of(AREA, data)
    add_hold(paths, NHS_NUMBER, reason="a tribunal", by=BY)
    paths.holds.chmod(0o644)
    with pytest.raises(HoldsDamagedError, match="chmod 600"):
        apply_retention(AREA, by=BY, today=TODAY, root=data)
    paths.holds.chmod(0o600)
    with paths.holds.open("a") as file:
        file.write("no hold\n")
    with pytest.raises(HoldsDamagedError, match="line 2"):
        apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert len(files(data)) == 9


def test_what_a_frozen_return_was_made_from_stays(data: Path) -> None:
    paths = AreaPaths.of(AREA, data)
    first = next(iter(deliveries(paths.deliveries)))
    frozen = paths.submission("sen2", 2018, "001")
    frozen.root.mkdir(parents=True)
    write_json(frozen.manifest, {"inputs": [{"feed": FEED, "sha256": first.sha256}]})
    plan = apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert days(plan) == [OLD]
    assert "a frozen return was made from it" in [each.kept_because for each in plan.keep]


def test_what_was_said_of_a_deleted_files_rows_goes_with_it(data: Path) -> None:
    paths = AreaPaths.of(AREA, data)
    first, *_, last = list(deliveries(paths.deliveries))
    for record in (first, last):
        add_entries(
            paths, FEED, [Entry("q1", "t", str(record.sha256), 2, "h", "dismiss", "BAD_DATE", "", BY, "it is a test")]
        )
    apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert [entry.file_hash for entry in feed_fixes(paths, FEED).entries] == [last.sha256]
    assert ledger(paths, FEED).stat().st_mode & 0o077 == 0


def test_rows_held_back_may_go_sooner(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(data, monkeypatch, "retention: {classes: {general: {years: 20, quarantine_years: 6}}}")
    plan = apply_retention(AREA, by=BY, today=TODAY, root=data)
    assert [each.kind for each in plan.delete] == ["quarantine"] * 2
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(AREA, data), as_of=TODAY)
        assert con.execute("select count(*) from raw.health_waiting_list").fetchone() == (60,)
        assert con.execute("select count(*) from raw.quarantined").fetchone() == (2,)


def test_nights_logs_and_reports_go_by_their_age(tmp_path: Path) -> None:
    paths = AreaPaths.of(AREA, tmp_path)
    published, old_run = paths.run("20180102-x"), paths.run("20180101-x")
    report = paths.reports("sen2", 2018) / "r.html"
    airflow = paths.airflow_log(dt.date(2018, 1, 1), dt.datetime(2018, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
    for file in (published.manifest, old_run.manifest, report, paths.event_log, airflow):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    paths.current.symlink_to(published.root)
    long_ago = dt.datetime(2018, 1, 2, tzinfo=dt.UTC).timestamp()
    for path in (published.root, old_run.root, report, paths.event_log, airflow):
        os.utime(path, (long_ago, long_ago))
    plan = apply_retention(AREA, by=BY, today=TODAY, root=tmp_path)
    assert sorted((each.kind, each.name) for each in plan.delete) == [
        ("log", "airflow-20180101-20180102T030405.log"),
        ("log", "ingest-2018-01.jsonl"),
        ("report", "r.html"),
        ("run", "20180101-x"),
    ]
    assert published.manifest.exists()
    assert not old_run.root.exists()


def test_the_command_looks_by_default_and_asks_who_deletes(data: Path) -> None:
    def said(*words: str, given: str | None = None) -> str:
        ran = CliRunner().invoke(build_app(), [*words, "--area", AREA], input=given)
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        return ran.output

    assert "would be deleted; 0 due but kept" in said("retention", "--as-of", TODAY.isoformat())
    assert len(files(data)) == 9
    told = said("holds", "add", "--reason", "a tribunal", "--by", BY, given=f"{NHS_NUMBER}\n")
    assert "Held as H001" in told
    assert "2 due but kept" in said("retention", "--as-of", TODAY.isoformat())
    listed = said("holds", "list")
    assert "a tribunal" in listed
    assert NHS_NUMBER not in told + listed
    said("holds", "release", "--id", "H001", "--reason", "over", "--by", BY)
    assert "2 due (6 files on disk), deleted" in said("retention", "--apply", "--by", BY, "--as-of", TODAY.isoformat())
    assert len(files(data)) == 3


def test_a_hold_says_how_many_records_it_holds_and_that_one_nobody_has_holds_none(data: Path) -> None:
    def said(*words: str, given: str | None = None) -> str:
        ran = CliRunner().invoke(build_app(), ["holds", *words, "--area", AREA], input=given)
        assert ran.exit_code == 0, ran.exception
        return ran.output

    def add(identifier: str) -> str:
        told = said("add", "--reason", "a tribunal [1]", "--by", BY, given=f"{identifier}\n")
        assert identifier.strip() not in told
        return told

    assert said("list").count("│") == 0
    patients = [{"local_patient_id": "L1", "birth_date": "2014-05-06"}, {"local_patient_id": "L2", "birth_date": ""}]
    empty = dict.fromkeys(load_contract("community_services").table("csds_mpi").columns)
    rows = csv_of(*(empty | {"nhs_number": f" {NHS_NUMBER}"} | patient for patient in patients))
    hand_in(data, "community_services", {"CYP001MPI_20240301.csv": rows})
    with_both = add(f" {NHS_NUMBER} ")  # of each feed what was loaded and what was held back
    assert "H001" in with_both
    assert "It stands in 24 records of 2 feeds in the deliveries that count now." in with_both
    assert "It stands in 2 records of 1 feed in the deliveries" in add(SURNAME)  # in rows that were held back alone
    typed_wrong = add(NHS_NUMBER.replace("9", "8"))
    assert "Nobody is held by it at present" in typed_wrong
    assert f"`send holds release --area {AREA} --id H003 --reason … --by …`" in typed_wrong
    assert [hold.id for hold in standing_holds(AreaPaths.of(AREA, data))] == ["H001", "H002", "H003"]
    delivered(dt.date(2024, 4, 1), data)
    assert "No record of the deliveries that count now has it; 3 earlier file(s) do." in add(SURNAME)
    listed = said("list")
    counts = [line.split("│")[-2].strip() for line in listed.splitlines() if line.startswith("│")]
    assert counts == ["22 records of 2 feeds", "none", "none", "none"]
    assert "a tribunal [1]" in listed
    assert not any(hidden in listed for hidden in (NHS_NUMBER, SURNAME))


def test_nobody_deletes_without_a_name_or_ahead_of_time(data: Path) -> None:
    with pytest.raises(SettingsError, match="who deletes"):
        carry_out(AREA, today=TODAY, apply=True, by=" ", root=data)
    with pytest.raises(SettingsError, match="a day that has come"):
        carry_out(AREA, today=dt.date(2999, 1, 1), apply=True, by=BY, root=data)
    assert len(files(data)) == 9


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("classes: {general: {years: six}}", "classes.general.years"),
        ("classes: {general: {years: 6, after_birth_years: 3}}", "classes.general"),
        ("feeds: {waiting_list: nothing}", "feeds.waiting_list"),
        ("keep: 3", "retention.keep"),
        ("runs_days: 0", "runs_days"),
        ("legal_hold: yes please", "legal_hold"),
    ],
)
def test_a_rule_that_is_not_understood_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, named: str
) -> None:
    settle(tmp_path, monkeypatch, f"retention: {{{said}}}")
    with pytest.raises(SettingsError, match=named):
        retention_rules(AREA)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(1980, 1, 1), dt.date(2040, 1, 1)))
def test_nothing_is_kept_for_less_than_its_class_says(day: dt.date, born: dt.date) -> None:
    six = RecordClass("general", 6, None, None).keep_until(day, youngest=born)
    assert six.year == day.year + 6
    assert (six - day).days >= 6 * 365
    file = RecordClass("ehc_file", None, 31, None)
    assert file.keep_until(day, youngest=born).year == min(day, born).year + 31
    assert file.keep_until(day, youngest=None) >= file.keep_until(day, youngest=born)


def test_no_hold_stands_before_one_is_made(tmp_path: Path) -> None:
    assert standing_holds(AreaPaths.of(AREA, tmp_path)) == []
