"""Late, early, repeated, out-of-order and corrected deliveries end as an orderly week; history says what was known.

Deliveries are real files of real feeds, handed in one pull each; what is compared is schemas `raw` and `history`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from area.paths import AreaPaths
from cli.main import build_app
from ingest.contract.model import Contract, load_contract
from ingest.landing.delivery import LOADED, SAME
from ingest.pull import HandedIn, PullResult, take_in
from ingest.raw.record_history import create_history
from ingest.raw.schema import create_raw

FEED, TABLE = "waiting_list", "health_waiting_list"
FIRST = dt.date(2025, 1, 1)
LAST = FIRST + dt.timedelta(days=20)
NAME = "waiting_list_{day:%Y%m%d}.csv"
START = dt.datetime(2025, 2, 1, 6, tzinfo=dt.UTC)

# What a list says: the status of each pathway that is on it.
Statuses = dict[str, str]
Sent = tuple[int, Statuses]  # the number of its day, and what it says
lists = st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from(["WAITING", "SEEN"]), min_size=1, max_size=5)
weeks = st.lists(lists, min_size=1, max_size=6)


def content(statuses: Statuses) -> bytes:
    values = {"birth_date": "2012-03-05", "pathway": "ASD", "referral_received_date": "2024-06-01",
              "extract_date": "2025-01-31", "provider_org_code": "RTH"}  # fmt: skip
    fields = load_contract(FEED).table(TABLE).fields
    lines = [",".join(field.source for field in fields)]
    for ref, status in statuses.items():
        row = values | {"pathway_ref": ref, "status": status}
        lines.append(",".join(row.get(field.name, "") for field in fields))
    return ("\n".join(lines) + "\n").encode()


def deliver(root: Path, sent: Sequence[Sent], *, name: str = NAME, together: int = 1) -> list[PullResult]:
    """So many `together` in one pull, pulls a minute apart."""
    handed = [
        HandedIn(name.format(day=FIRST + dt.timedelta(days=day)), "the drawer", content(statuses))
        for day, statuses in sent
    ]
    results = []
    for number in range(0, len(handed), together):
        received = START + dt.timedelta(minutes=number)
        pulled = handed[number : number + together]
        results.append(take_in("931", FEED, pulled, as_of=received.date(), received_at=received, root=root))
    return results


def asked(root: Path, sql: str, *, as_of: dt.date = LAST, snapshot: str = "full") -> list[tuple[Any, ...]]:
    contracts: list[Contract] = [dataclasses.replace(load_contract(FEED), snapshot=snapshot)]
    with duckdb.connect(config={"threads": 1}) as con:
        create_raw(con, AreaPaths.of("931", root), as_of=as_of, contracts=contracts)
        create_history(con, contracts=contracts)
        return con.execute(sql).fetchall()


def state(root: Path) -> list[list[tuple[Any, ...]]]:
    """All rows of `raw` but when they came, the deliveries, and all of `history`."""
    return [
        asked(root, f"select * exclude (_received_at) from raw.{TABLE} order by all"),
        asked(root, "select * exclude (received_at) from raw.delivery order by all"),
        asked(root, f"select * from history.{TABLE} order by all"),
    ]


@settings(max_examples=10, deadline=None)
@given(week=weeks, wrong=st.dictionaries(st.integers(0, 5), lists, max_size=2), chance=st.randoms())
def test_any_order_with_repeats_and_corrections_ends_as_the_orderly_week(
    week: list[Statuses], wrong: dict[int, Statuses], chance: Any
) -> None:
    """`wrong` is what was first sent for a day and then corrected: its correction comes later, whenever that is."""
    orderly = list(enumerate(week))
    sent = [*orderly, *chance.choices(orderly, k=2)]
    chance.shuffle(sent)
    for day, statuses in wrong.items():
        if day < len(week):
            sent.insert(chance.randint(0, sent.index((day, week[day]))), (day, statuses))
            sent.append((day, statuses))  # and once more by mistake: bytes that had come before correct nothing
    with tempfile.TemporaryDirectory() as folder:
        deliver(Path(folder) / "orderly", orderly)
        deliver(Path(folder) / "shuffled", sent, together=chance.randint(1, 4))
        assert state(Path(folder) / "shuffled") == state(Path(folder) / "orderly")


@settings(max_examples=10, deadline=None)
@given(week=weeks, gaps=st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_history_gives_back_every_day_and_has_no_overlap(week: list[Statuses], gaps: list[int]) -> None:
    days = [sum(gaps[:number]) for number in range(len(week))]
    with tempfile.TemporaryDirectory() as folder:
        deliver(Path(folder), list(zip(days, week, strict=True)))
        versions = asked(Path(folder), f"select pathway_ref, status, known_from, known_to from history.{TABLE}")
    for day in range(days[-1] + 2):
        on = FIRST + dt.timedelta(days=day)
        newest = [statuses for other, statuses in zip(days, week, strict=True) if other <= day]
        known = [(ref, status) for ref, status, since, until in versions if since <= on and (until or dt.date.max) > on]
        assert sorted(known) == sorted((newest[-1] if newest else {}).items())
    # No version is split in two: where one of a record ends and the next begins, the record has changed.
    ends = {(ref, until): status for ref, status, _, until in versions}
    assert all(ends.get((ref, since)) != status for ref, status, since, _ in versions)


@settings(max_examples=10, deadline=None)
@given(week=weeks, whole=st.sets(st.integers(1, 5)))
def test_what_a_delivery_of_changes_leaves_out_is_known_until_a_whole_one_leaves_it_out(
    week: list[Statuses], whole: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for day, statuses in enumerate(week):
            name = "waiting_list_full_{day:%Y%m%d}.csv" if day in whole else "waiting_list_changes_{day:%Y%m%d}.csv"
            deliver(Path(folder), [(day, statuses)], name=name)
        sql = f"select pathway_ref, status, known_from, known_to from history.{TABLE}"
        versions = asked(Path(folder), sql, snapshot="incremental")
        latest = f"select pathway_ref, status from raw.{TABLE} where _is_latest"
        newest = asked(Path(folder), latest, snapshot="incremental")
    known: Statuses = {}
    for day, statuses in enumerate(week):
        known = statuses if day in whole else known | statuses
        on = FIRST + dt.timedelta(days=day)
        found = [(ref, status) for ref, status, since, until in versions if since <= on and (until or dt.date.max) > on]
        assert sorted(found) == sorted(known.items())
    assert sorted(newest) == sorted(known.items())
    ends = {(ref, until): status for ref, status, _, until in versions}
    assert all(ends.get((ref, since)) != status for ref, status, since, _ in versions)


def test_of_two_deliveries_for_one_day_the_later_counts_and_the_list_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = {"A": "WAITING", "B": "WAITING"}, {"A": "SEEN"}
    results = deliver(tmp_path, [(0, wrong), (0, right), (0, wrong)])
    assert [file.outcome for result in results for file in result.files] == [LOADED, LOADED, SAME]
    assert asked(tmp_path, f"select pathway_ref, status, _is_latest from raw.{TABLE}") == [("A", "SEEN", True)]
    assert asked(tmp_path, f"select status, known_to from history.{TABLE}") == [("SEEN", None)]
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    listed = CliRunner().invoke(build_app(), ["deliveries", "list", "--area", "931"]).output
    assert [word for word in listed.split() if word in ("superseded", "loaded")] == [
        "superseded",
        "loaded",
        "superseded",
    ]


def test_the_history_command_counts_and_shows_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(tmp_path, [(0, {"A": "WAITING", "B": "WAITING"}), (1, {"A": "SEEN", "C": "WAITING", "D": "WAITING"})])
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    words = ["history", "--area", "931", "--feed", FEED]
    done = CliRunner().invoke(build_app(), [*words, "--table", TABLE, "--on", "2025-01-02"])
    assert [cell.strip() for cell in done.output.splitlines()[3].strip("│").split("│")] == [TABLE, "3", "2", "1", "1"]
    assert "WAITING" not in done.output
    before = CliRunner().invoke(build_app(), [*words, "--on", "2025-01-01", "--since", "2024-12-31"])
    assert [cell.strip() for cell in before.output.splitlines()[3].strip("│").split("│")] == [TABLE, "2", "2", "0", "0"]
    refused = CliRunner().invoke(build_app(), [*words, "--on", "2025-01-02", "--table", "pets"])
    assert "expected one of health_waiting_list" in str(refused.exception)


def test_every_version_of_a_record_can_be_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(tmp_path, [(0, {"A": "WAITING", "B": "WAITING"}), (1, {"A": "SEEN"})])
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    out = tmp_path / "out" / "versions"
    words = ["history", "--area", "931", "--feed", FEED, "--on", "2025-01-02", "--out", str(out)]
    assert CliRunner().invoke(build_app(), words).exit_code == 0
    (file,) = out.iterdir()
    assert (file.name, file.stat().st_mode & 0o777, out.stat().st_mode & 0o777) == (f"{TABLE}.parquet", 0o600, 0o700)
    first, second = dt.date(2025, 1, 1), dt.date(2025, 1, 2)
    columns = "pathway_ref, status, known_from, known_to"
    assert duckdb.sql(f"select {columns} from '{file}' order by all").fetchall() == [
        ("A", "SEEN", second, None),
        ("A", "WAITING", first, second),
        ("B", "WAITING", first, second),
    ]
