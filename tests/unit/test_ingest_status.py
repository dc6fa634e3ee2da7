"""The status of feeds, from real deliveries: what is said in the morning of what came, what did not, what to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from area.errors import DeliveryHeldError, FileRefusedError
from area.paths import AreaPaths
from cli.main import build_app
from ingest.contract.model import Contract, load_contract
from ingest.landing.delivery import Drift, write_delivery
from ingest.pull import HandedIn, take_in
from ingest.status.feeds import FeedStatus, feed_status, feed_statuses
from ingest.status.last_pull import LastPull, note_last_pull
from ingest.status.page import answer, feeds_page
from ingest.status.problems import Problem
from ingest.status.sparkline import sparkline
from ingest.status.table import COLUMNS, create_feed_status
from tests.support.waiting_list import AREA, FEED, SURNAME, delivered

DAY = dt.date(2025, 1, 31)


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def status(root: Path, contract: Contract | None = None, *, as_of: dt.date = DAY) -> FeedStatus:
    found = contract or dataclasses.replace(load_contract(FEED), contact="ext. 4417")
    return feed_status(found, AreaPaths.of(AREA, root), as_of=as_of, allowed={})


def test_a_feed_that_came_is_in_time_and_the_next_is_expected(tmp_path: Path) -> None:
    delivered(ago(10), tmp_path)
    found = status(tmp_path)
    assert (found.state, found.age.age_days, found.loaded, found.usual) == ("in time", 10, 20, None)
    assert found.next_expected == ago(10) + dt.timedelta(days=31)
    assert found.who == "Community health provider, information team (ext. 4417)"
    assert found.problems == ()


def test_a_feed_past_its_allowance_is_late_and_says_whom_to_call(tmp_path: Path) -> None:
    delivered(ago(46), tmp_path)
    found = status(tmp_path)
    assert found.state == "late"
    (problem,) = found.problems
    assert problem.what == "The last good delivery is of 16 December 2024, 46 days old (45 days allowed)."
    assert "ext. 4417" in problem.do
    required = dataclasses.replace(load_contract(FEED), required=True)
    assert status(tmp_path, required).state == "stops the night"


def test_a_feed_that_may_do_without_any_table_is_as_old_as_what_came_last(tmp_path: Path) -> None:
    (table,) = load_contract(FEED).tables
    either = tuple(dataclasses.replace(table, name=name, optional=True) for name in (table.name, "another"))
    loose = dataclasses.replace(load_contract(FEED), tables=either)
    assert status(tmp_path, dataclasses.replace(loose, required=True)).age.last is None
    delivered(ago(10), tmp_path)
    assert (status(tmp_path, loose).state, status(tmp_path, loose).age.age_days) == ("in time", 10)


def test_a_feed_between_its_day_and_its_allowance_is_due_and_nobody_is_called(tmp_path: Path) -> None:
    delivered(ago(40), tmp_path)
    assert status(tmp_path).state == "due"
    assert status(tmp_path, as_of=ago(9)).state == "in time"


def test_a_feed_never_asked_for_is_not_connected_but_a_needed_one_stops_the_night(tmp_path: Path) -> None:
    found = {feed.feed: feed for feed in feed_statuses(AREA, as_of=DAY, root=tmp_path)}
    assert found[FEED].state == "not connected"
    assert found["ehc_casework"].state == "stops the night"
    assert answer([feed for feed in found.values() if feed.connected]).kind == "no"


def test_rows_are_held_against_the_median_of_the_last_good_deliveries(tmp_path: Path) -> None:
    for days, rows in ((35, 20), (28, 22), (21, 60), (14, 21)):
        delivered(ago(days), tmp_path, rows=rows)
    delivered(ago(7), tmp_path, rows=10)
    contract = load_contract(FEED)
    found = status(tmp_path, contract)
    assert (found.loaded, found.usual) == (10, 22)  # of 20, 21, 22 and 60
    assert found.tables[0].moved == pytest.approx(10 / 22 - 1)
    expecting = dataclasses.replace(found.tables[0], change=0.3)
    assert expecting.unusual
    assert not dataclasses.replace(expecting, loaded=16).unusual


def note_held(root: Path, error: DeliveryHeldError) -> None:
    """As a pull does that ended on it."""
    at = dt.datetime.combine(ago(1), dt.time(1))
    paths = AreaPaths.of(AREA, root)
    note_last_pull(paths.deliveries, FEED, LastPull(at, str(error), type(error).__name__), root=paths.root)


def test_a_held_file_stands_until_it_is_accepted_and_moved_volume_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered(ago(14), tmp_path, rows=200)
    delivered(ago(7), tmp_path, rows=400)
    (moved,) = status(tmp_path).problems
    assert moved.kind == "volume"
    assert "400 rows, 100% more than the 200 before" in moved.what
    with pytest.raises(DeliveryHeldError) as caught:
        delivered(ago(1), tmp_path, rows=20)
    held = status(tmp_path).problems[0]
    assert held.kind == "held"
    assert "95% fewer than the 400 before" in held.what
    command = held.do.split("`")[1]
    assert f"`{command}`" in str(caught.value)  # what the pull itself said
    words = command.replace("NAME", "'A. Person'").replace("…", "'a provider has left'").removeprefix("send ")
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    note_held(tmp_path, caught.value)
    assert [problem.kind for problem in status(tmp_path).problems] == ["held", "volume"]  # told once, not as failed too
    done = CliRunner().invoke(build_app(), shlex.split(words))
    assert done.exit_code == 0, done.output
    assert [problem.kind for problem in status(tmp_path).problems] == ["volume"]
    assert status(tmp_path).loaded == 20


def test_what_has_drifted_with_the_newest_delivery_is_named(tmp_path: Path) -> None:
    paths = AreaPaths.of(AREA, tmp_path)
    for days, heading in ((7, "old_heading"), (1, "ward")):
        (record,) = delivered(ago(days), tmp_path, rows=days + 20).files
        drift = tuple(
            Drift("health_waiting_list", "new_column", None, f"the heading {name} is new") for name in (heading, "wing")
        )
        write_delivery(paths.deliveries, dataclasses.replace(record, drift=drift), root=paths.root)
    (problem,) = status(tmp_path).problems
    assert problem.kind == "drift"
    assert problem.what == (
        "waiting_list_20250130.csv, health_waiting_list: new column, the heading ward is new;"
        " new column, the heading wing is new."
    )
    assert "change the contract" in problem.do


def test_what_only_changed_came_all_the_same_and_has_a_row_a_table(tmp_path: Path) -> None:
    paths = AreaPaths.of(AREA, tmp_path)
    (record,) = delivered(ago(1), tmp_path).files
    drift = tuple(
        Drift(table, "new_column", None, f"the heading {name} is new")
        for table in ("health_waiting_list", "another_list")
        for name in ("ward", "wing", "bay")
    )
    write_delivery(paths.deliveries, dataclasses.replace(record, drift=drift), root=paths.root)
    found = status(tmp_path)
    assert [problem.what.split(":")[0] for problem in found.problems] == [
        "waiting_list_20250130.csv, health_waiting_list",
        "waiting_list_20250130.csv, another_list",
    ]
    said = answer([found])
    assert said.kind == "care"
    assert said.sentence == f"Yes: everything came in time. Something has changed in it: look at {found.title}."
    late = dataclasses.replace(found, title="Another", problems=(Problem("late", "It is late.", "Call."),))
    assert answer([found, late]).sentence.startswith("Not all of it: look at Another.")
    well = dataclasses.replace(found, problems=())
    assert (answer([well]).kind, answer([]).kind) == ("yes", "no")


def test_values_outside_the_code_lists_are_told_of_for_as_long_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEND_DATA", str(tmp_path))

    def told() -> str:
        said = CliRunner().invoke(build_app(), ["deliveries", "status", "--area", AREA, "--as-of", DAY.isoformat()])
        assert said.exit_code == 0, said.output
        page = AreaPaths.of(AREA, tmp_path).feeds_page.read_text()
        assert SURNAME not in said.output + page
        assert "FISH" not in page.split('id="codes"')[-1]
        assert ('id="codes"' in page) == ("outside the code list" in said.output)
        assert ("1 field of health_waiting_list (pathway)" in page) == ("outside the code list" in said.output)
        return said.output

    delivered(ago(9), tmp_path, pathways=[*["FISH"] * 6, SURNAME])
    where = (
        "waiting_list: values outside the code lists, loaded as they came: 1 field of health_waiting_list (pathway)."
    )
    assert f"{where} `send deliveries drift --area 931 --feed waiting_list` lists what may be named." in told()
    assert [problem.kind for problem in status(tmp_path).problems] == ["drift"]
    delivered(ago(8), tmp_path, pathways=["FISH"] * 5)  # nothing new; the code is still there
    assert status(tmp_path).problems == ()
    assert where in told()
    assert "pathway has codes the contract does not know" in CliRunner().invoke(
        build_app(), ["deliveries", "drift", "--area", AREA, "--feed", FEED]
    ).output  # fmt: skip
    delivered(ago(7), tmp_path)
    assert "outside the code list" not in told()


def test_of_a_record_that_does_not_say_which_fields_those_are_its_own_drift_does(tmp_path: Path) -> None:
    paths = AreaPaths.of(AREA, tmp_path)
    delivered(ago(9), tmp_path, pathways=["FISH"])
    (file,) = (path for path in (paths.deliveries / FEED).glob("*.json") if path.name[0].isdigit())
    record = json.loads(file.read_text())
    assert record["tables"]["health_waiting_list"].pop("unlisted") == {"pathway": 1}
    file.write_text(json.dumps(record))
    assert [str(each) for each in status(tmp_path).unlisted] == ["1 field of health_waiting_list (pathway)"]


def test_quarantine_is_followed_from_delivery_to_delivery(tmp_path: Path) -> None:
    for days, bad in ((14, 0), (7, 5), (0, 20)):
        delivered(ago(days), tmp_path, rows=20, bad=bad)
    assert status(tmp_path).quarantine == (0.0, 20.0, 50.0)


def test_a_refused_file_stands_until_a_good_one_of_its_kind_comes(tmp_path: Path) -> None:
    refused = HandedIn(f"waiting_list_{DAY:%Y%m%d}.csv", "a test", f"surname\n{SURNAME}\n".encode())
    with pytest.raises(FileRefusedError):
        take_in(AREA, FEED, [refused], as_of=DAY, received_at=dt.datetime(2025, 1, 31, 1, tzinfo=dt.UTC), root=tmp_path)
    found = status(tmp_path)
    assert [problem.kind for problem in found.problems] == ["late", "failed"]
    failed = found.problems[1]
    assert "waiting_list_20250131.csv" in failed.what
    assert failed.do.startswith("Ask the feed's owner")
    assert SURNAME not in failed.what + failed.do
    delivered(ago(-1), tmp_path)
    assert status(tmp_path, as_of=ago(-1)).state == "in time"


def test_a_source_that_failed_is_well_again_once_a_pull_of_it_goes_well(tmp_path: Path) -> None:
    delivered(ago(1), tmp_path)
    folder, root = AreaPaths.of(AREA, tmp_path).deliveries, AreaPaths.of(AREA, tmp_path).root
    at = dt.datetime(2025, 1, 31, 1)
    note_last_pull(folder, FEED, LastPull(at, "It was down. What to do: wait.", "SourceUnavailableError"), root=root)
    assert [(p.kind, p.what, p.do) for p in status(tmp_path).problems] == [("failed", "It was down.", "Wait.")]
    note_last_pull(folder, FEED, LastPull(at + dt.timedelta(hours=1), None), root=root)
    assert status(tmp_path).state == "in time"


def test_the_page_answers_first_and_holds_nothing_that_came(tmp_path: Path) -> None:
    for days in (50, 48, 47):
        delivered(ago(days), tmp_path, bad=3)
    feeds = feed_statuses(AREA, as_of=DAY, root=tmp_path)
    page = feeds_page(AREA, feeds, as_of=DAY)
    assert page.index("No: ") < page.index("What to do next") < page.index("What came") < page.index("Not connected")
    assert page.count("<svg") == 2
    assert "47 of 45 days old" in page
    for hidden in (SURNAME, "9434765919", "2014-05-06", "P1,"):
        assert hidden not in page
    assert not re.search(r"<script|http", page)


def test_the_command_says_the_same_and_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    delivered(ago(46), tmp_path)
    said = CliRunner().invoke(build_app(), ["deliveries", "status", "--area", AREA, "--as-of", DAY.isoformat()])
    assert said.exit_code == 0, said.output
    assert "waiting_list: late. The last good delivery is of 16 December 2024" in said.output
    page = AreaPaths.of(AREA, tmp_path).feeds_page
    assert f"Page: {page}" in said.output.replace("\n", "")
    assert page.read_text().startswith("<!doctype html>")


def test_the_nights_file_has_a_row_a_feed(tmp_path: Path) -> None:
    delivered(ago(46), tmp_path, bad=5)
    with duckdb.connect() as con:
        con.execute("create schema raw")
        assert create_feed_status(con, AREA, as_of=DAY, root=tmp_path) == len(feed_statuses(AREA, as_of=DAY))
        found = con.execute(
            "select state, age_days, is_late, loaded_rows, quarantined_percent, problems from raw.feed_status"
            " where feed = 'waiting_list'"
        ).fetchall()
        assert found == [("late", 46, True, 20, 20.0, 1)]
        assert [name for name, *_ in con.execute("describe raw.feed_status").fetchall()] == list(COLUMNS)


@given(st.lists(st.floats(0, 1e9), max_size=12))
def test_a_line_stays_within_its_box_and_says_itself_in_words(values: list[float]) -> None:
    drawn = str(sparkline(values, 'said "so" <b>'))
    if len(values) < 2:
        assert drawn == ""
        return
    points = [tuple(map(float, point.split(","))) for point in re.findall(r"points=\"([^\"]+)\"", drawn)[0].split()]
    assert len(points) == len(values)
    assert all(0 <= x <= 96 and 0 <= y <= 24 for x, y in points)
    assert "<b>" not in drawn
