"""Rows that broke their contract are put right or left out by people, and read again: nothing lost, nothing twice."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from area.errors import DeliveryHeldError, OverlayRefusedError
from area.paths import PROJECT_ROOT, AreaPaths
from cli.main import build_app
from ingest.contract.model import load_contract
from ingest.landing.accept import accept
from ingest.landing.delivery import HELD, LOADED, deliveries
from ingest.pull import HandedIn, read_again, replay, take_in
from ingest.quarantine.entering import Wanted, enter
from ingest.quarantine.fixes import DISMISS, FIX, Entry, FeedFixes, feed_fixes, forget_file, ledger
from ingest.quarantine.rows import HeldRow, held_rows
from ingest.quarantine.sheet import changed_rows, write_sheet
from ingest.raw.schema import create_raw

FEED, TABLE = "waiting_list", "health_waiting_list"
NAME = "waiting_list_20250131.csv"
RECEIVED = dt.datetime(2025, 1, 31, 20, tzinfo=dt.UTC)
GOOD = {"birth_date": "2012-03-05", "pathway": "ASD", "referral_received_date": "2024-06-01", "status": "WAITING",
        "extract_date": "2025-01-31", "provider_org_code": "RTH"}  # fmt: skip
SECRET = "31/02/Plainfield"
ROWS: list[dict[str, str]] = [
    {"pathway_ref": "A"},
    {"pathway_ref": "B", "birth_date": SECRET},
    {"pathway_ref": ""},
    {"pathway_ref": "C", "status": "WAITING"},
    {"pathway_ref": "C", "status": "SEEN"},
]
TORN = "Z,torn"  # line 7: not as many fields as headings


def content(rows: list[dict[str, str]] = ROWS, *, torn: bool = True) -> bytes:
    fields = load_contract(FEED).table(TABLE).fields
    lines = [",".join(field.source for field in fields)]
    lines += [",".join((GOOD | row).get(field.name, "") for field in fields) for row in rows]
    return ("\n".join([*lines, *([TORN] if torn else [])]) + "\n").encode()


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AreaPaths:
    """An area to which one list was delivered: one good row, five held back."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    deliver(tmp_path)
    return AreaPaths.of("931")


def deliver(root: Path, said: bytes | None = None, *, name: str = NAME, days: int = 0) -> None:
    received = RECEIVED + dt.timedelta(days=days)
    handed = [HandedIn(name, "the drawer", said or content())]
    take_in("931", FEED, handed, as_of=received.date(), received_at=received, root=root)


def run(*words: str) -> Result:
    return CliRunner().invoke(build_app(), ["quarantine", *words, "--area", "931"])


def held(paths: AreaPaths) -> dict[tuple[int, str], HeldRow]:
    return {(row.row, row.reason): row for row in held_rows(paths)}


def loaded(paths: AreaPaths) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, paths, as_of=dt.date(2025, 12, 31), contracts=[load_contract(FEED)])
        return con.execute(f"select _row, pathway_ref, birth_date, status from raw.{TABLE} order by all").fetchall()


def balance(paths: AreaPaths) -> tuple[int, ...]:
    last = [record for record in deliveries(paths.deliveries, FEED) if record.outcome == LOADED][-1].tables[TABLE]
    assert last.read == last.loaded + last.quarantined + last.duplicate
    return last.read, last.loaded, last.quarantined, last.duplicate, last.fixed


def said_of(row: HeldRow, action: str = FIX, **cells: str) -> Wanted:
    return Wanted(row.id, action, "An Officer", "The school said so", cells)


def test_a_row_is_listed_shown_fixed_and_loaded_under_its_own_number(paths: AreaPaths) -> None:
    assert set(held(paths)) == {(3, "BAD_DATE"), (4, "MISSING_REQUIRED"), (5, "KEY_CONFLICT"), (6, "KEY_CONFLICT"),
                                (7, "WRONG_FIELD_COUNT")}  # fmt: skip
    row = held(paths)[3, "BAD_DATE"]
    assert row.id in run("list", "--rows").output
    shown = run("show", row.id)
    assert "Expected: a date as CCYY-MM-DD" in shown.output
    assert SECRET not in shown.output + run("list").output + run("list", "--rows").output
    assert SECRET in run("show", row.id, "--names").output
    done = run("fix", row.id, "--set", "birth_date=2012-02-29", "--by", "An Officer", "--reason", "A typing error")
    assert done.exit_code == 0, done.exception
    assert "fixed, not read in" in run("list").output
    again = run("replay")
    assert [cell.strip() for cell in again.output.splitlines()[3].strip("│").split("│")][2:] == [
        "loaded", "6", "2", "4", "0", "1",
    ]  # fmt: skip
    assert loaded(paths) == [(2, "A", "2012-03-05", "WAITING"), (3, "B", "2012-02-29", "WAITING")]
    assert balance(paths) == (6, 2, 4, 0, 1)
    assert replay("931") == []  # nothing new has been said
    assert read_again("931", FEED) == 1  # as when a contract has changed
    assert balance(paths) == (6, 2, 4, 0, 1)


def test_a_fix_that_does_not_hold_is_refused_at_once_and_names_no_value(paths: AreaPaths) -> None:
    rows = held(paths)
    for row, cells, why in (
        (rows[3, "BAD_DATE"], {"birth_date": "2011-02-29"}, "'birth_date' should be a date as CCYY-MM-DD"),
        (rows[3, "BAD_DATE"], {"born": "2011-02-28"}, "'set' should be fields of health_waiting_list"),
        (rows[3, "BAD_DATE"], {}, "'set' should be at least one field"),
        (rows[4, "MISSING_REQUIRED"], {"pathway_ref": "A", "status": "SEEN"}, "no other row of the file with the same"),
        (rows[7, "WRONG_FIELD_COUNT"], {"pathway_ref": "Z"}, "should be a value"),
    ):
        with pytest.raises(OverlayRefusedError, match=why) as refused:
            enter(paths, [said_of(row, **cells)])
        assert "2011" not in str(refused.value)
    with pytest.raises(OverlayRefusedError, match="'id' should be"):
        enter(paths, [Wanted("q0000000000", DISMISS, "An Officer", "none")])
    with pytest.raises(OverlayRefusedError, match="'by' should be some words"):
        enter(paths, [Wanted(rows[3, "BAD_DATE"].id, DISMISS, " ", "none")])
    assert not ledger(paths, FEED).exists()
    assert not list(paths.root.glob(".fixes-*"))
    wrong = run("fix", rows[3, "BAD_DATE"].id, "--set", SECRET, "--by", "An Officer", "--reason", "none")
    assert "expected field=value" in str(wrong.exception)
    assert SECRET not in str(wrong.exception)


def test_of_two_rows_that_contradict_one_another_one_is_dismissed_and_the_other_loaded(paths: AreaPaths) -> None:
    enter(paths, [said_of(held(paths)[5, "KEY_CONFLICT"], DISMISS)])
    replay("931")
    assert loaded(paths)[1:] == [(6, "C", "2012-03-05", "SEEN")]
    assert (5, "DISMISSED") in held(paths)
    assert "dismissed" in run("list").output
    with duckdb.connect() as con:
        create_raw(con, paths, as_of=dt.date(2025, 12, 31), contracts=[load_contract(FEED)])
        counted = con.execute("select quarantined_rows, dismissed_rows, fixed_rows from raw.delivery").fetchall()
        assert counted == [(4, 1, 0)]
    # What was dismissed by mistake is fixed after all, and what was fixed by mistake is dismissed.
    enter(paths, [said_of(held(paths)[5, "DISMISSED"], pathway_ref="D")])
    replay("931")
    assert loaded(paths)[1:] == [(5, "D", "2012-03-05", "WAITING"), (6, "C", "2012-03-05", "SEEN")]
    (entry,) = feed_fixes(paths, FEED).standing.values()
    enter(paths, [Wanted(entry.row_id, DISMISS, "An Officer", "It was right before")])
    replay("931")
    assert len(loaded(paths)) == 2
    assert balance(paths) == (6, 2, 4, 0, 0)


def test_a_row_that_could_not_be_read_is_written_anew_and_a_repeat_counts_as_one(paths: AreaPaths) -> None:
    rows = held(paths)
    enter(paths, [said_of(rows[7, "WRONG_FIELD_COUNT"], **GOOD, pathway_ref="Z")])
    enter(paths, [said_of(rows[4, "MISSING_REQUIRED"], pathway_ref="A")])  # then it says what line 2 says
    replay("931")
    assert loaded(paths) == [(2, "A", "2012-03-05", "WAITING"), (7, "Z", "2012-03-05", "WAITING")]
    assert balance(paths) == (6, 2, 3, 1, 2)


def test_what_was_said_goes_on_to_the_next_delivery_of_the_same_row(paths: AreaPaths) -> None:
    """The next night's list has the same rows under other numbers and the date of its own day on each."""
    told = held(paths)
    enter(paths, [said_of(told[3, "BAD_DATE"], birth_date="2012-02-29"), said_of(told[6, "KEY_CONFLICT"], DISMISS)])
    tomorrow = [row | {"extract_date": "2025-02-01"} for row in ROWS]
    later = content([{"pathway_ref": "NEW", "extract_date": "2025-02-01"}, *tomorrow], torn=False)
    deliver(paths.root.parent, later, name="waiting_list_20250201.csv", days=1)
    assert set(held(paths)) == {(5, "MISSING_REQUIRED"), (7, "DISMISSED")}
    assert [row[1:] for row in loaded(paths) if row[1] == "B" and row[0] == 4] == [("B", "2012-02-29", "WAITING")]
    assert balance(paths) == (6, 4, 2, 0, 1)
    entries = [json.loads(line) for line in ledger(paths, FEED).read_text().splitlines()]
    assert [bool(entry["carried_from"]) for entry in entries] == [False, False, True, True]
    assert entries[2]["carried_from"] == entries[0]["row_id"]
    assert {(entry["made_by"], entry["reason"]) for entry in entries} == {("An Officer", "The school said so")}


def test_who_dismissed_a_row_and_when_is_said_of_later_deliveries_too(
    paths: AreaPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def night(day: str) -> None:
        monkeypatch.setattr("ingest.quarantine.fixes.now", lambda: f"{day}T20:00:00Z")

    told = held(paths)
    night("2025-01-31")
    enter(paths, [Wanted(told[6, "KEY_CONFLICT"].id, DISMISS, "Officer [2]", "Seen twice")])
    assert "dismissed by Officer [2] on 2025-01-31, not read in" in run("list", "--rows").output
    for days in (1, 2):
        night(f"2025-02-0{days}")
        rows = [{"pathway_ref": f"NEW{days}"}, *ROWS]  # other bytes, the same rows
        deliver(paths.root.parent, content(rows, torn=False), name=f"waiting_list_2025020{days}.csv", days=days)
    (row,) = (each for each in held(paths).values() if each.reason == "DISMISSED")
    for output in (run("list").output, run("list", "--rows").output):
        assert re.search(r"dismissed by Officer \[2\] on 2025-01-31 +│", output)
    assert "Said: dismissed by Officer [2] on 2025-01-31: Seen twice\n" in run("show", row.id).output
    assert "Said: nothing\n" in run("show", told[3, "BAD_DATE"].id).output
    forget_file(paths, FEED, told[6, "KEY_CONFLICT"].file_hash)  # as retention does
    assert "dismissed by Officer [2] for an earlier delivery" in run("list", "--rows").output
    night("2025-02-03")
    enter(paths, [Wanted(row.id, FIX, "Officer 3", "Not twice", {"pathway_ref": "D"})])
    assert "Said: fixed, not read in: Not twice\n" in run("show", row.id).output


def table_of(*words: str) -> list[list[str]]:
    """The cells of the table a command prints, a list a row."""
    lines = run(*words).output.splitlines()
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]


def test_all_that_was_said_is_listed_with_who_when_why_and_whether_it_is_in_force(
    paths: AreaPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing has been said of any row." in run("said").output
    told = held(paths)
    monkeypatch.setattr("ingest.quarantine.fixes.now", lambda: "2025-01-31T21:00:00Z")
    fixed, out = told[3, "BAD_DATE"].id, told[6, "KEY_CONFLICT"].id
    enter(paths, [Wanted(fixed, FIX, "An Officer [2]", "The school said so", {"birth_date": "2012-02-29"})])
    enter(paths, [Wanted(out, DISMISS, "B. Other", "Seen twice")])
    fix = [fixed, FEED, TABLE, NAME, "3", "fix", "birth_date", "An Officer [2]", "2025-01-31", "The school said so", ""]
    dismissal = [out, FEED, TABLE, NAME, "6", "dismiss", "", "B. Other", "2025-01-31", "Seen twice", ""]
    assert table_of("said") == [[*fix, "waiting: not read in"], [*dismissal, "waiting: not read in"]]
    assert "2 waiting: not read in. `send quarantine replay` reads" in run("said").output
    replay("931")
    assert table_of("said", "--feed", FEED) == [[*fix, "in force"], [*dismissal, "in force"]]
    assert table_of("said", "--feed", "ehc_casework") == []
    assert "2012-02-29" not in run("said").output + run("said", "--all").output
    assert "birth_date=2012-02-29" in run("said", "--names").output
    monkeypatch.setattr("ingest.quarantine.fixes.now", lambda: "2025-02-01T21:00:00Z")
    # The next list has the row that was put right as it was, and no longer the one that was left out.
    deliver(paths.root.parent, content(ROWS[:4], torn=False), name="waiting_list_20250201.csv", days=1)
    (carried,) = (entry for entry in feed_fixes(paths, FEED).entries if entry.carried_from)
    again = [carried.row_id, FEED, TABLE, "waiting_list_20250201.csv", *fix[4:10], fixed, "in force"]
    assert table_of("said") == [again, [*dismissal, "overtaken"]]
    assert table_of("said", "--all") == [[*fix, "overtaken"], [*dismissal, "overtaken"], again]
    # A list of an earlier day that comes late takes nothing from what counts.
    deliver(paths.root.parent, content([{"pathway_ref": "L"}, *ROWS[:4]]), name="waiting_list_20250130.csv", days=2)
    assert table_of("said") == [again, [*dismissal, "overtaken"]]
    forget_file(paths, FEED, told[3, "BAD_DATE"].file_hash)  # as retention does
    assert table_of("said") == [[*again[:8], "before 2025-02-01", *again[9:]]]
    assert len(table_of("said", "--all")) == 2


def test_what_was_said_of_a_held_delivery_waits_with_it(paths: AreaPaths) -> None:
    many = [{"pathway_ref": f"A{number}"} for number in range(150)]
    deliver(paths.root.parent, content([*many, *ROWS]), name="waiting_list_20250201.csv", days=1)
    (row,) = (row for row in held(paths).values() if row.reason == "BAD_DATE")
    enter(paths, [said_of(row, birth_date="2012-02-29")])
    with pytest.raises(DeliveryHeldError):
        deliver(paths.root.parent, content([{"pathway_ref": "N"}, *ROWS]), name="waiting_list_20250202.csv", days=2)
    states = [(cells[3], cells[-1]) for cells in table_of("said")]
    first, second = "waiting_list_20250201.csv", "waiting_list_20250202.csv"
    assert states == [(first, "in force"), (second, "waiting: delivery held")]
    (waiting,) = (record for record in deliveries(paths.deliveries, FEED) if record.outcome == HELD)
    accept("931", FEED, waiting.sha256 or "", by="An Officer", reason="It is right")
    assert [(cells[3], cells[-1]) for cells in table_of("said")] == [(second, "in force")]


def test_a_fix_that_holds_no_more_since_the_contract_has_changed_is_not_said_to_be_in_force(
    paths: AreaPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(paths, [said_of(held(paths)[3, "BAD_DATE"], birth_date="2012-02-29", pathway_ref="B-AND-MORE")])
    replay("931")
    assert [cells[-1] for cells in table_of("said")] == ["in force"]
    contract = load_contract(FEED)
    (table,) = contract.tables
    fields = tuple(replace(each, max_length=5) if each.name == "pathway_ref" else each for each in table.fields)
    changed = replace(contract, tables=(replace(table, fields=fields),))
    monkeypatch.setattr("ingest.contract.model._all_contracts", lambda _: (changed,))
    read_again("931", FEED)
    assert (3, "TOO_LONG") in held(paths)
    assert [cells[-1] for cells in table_of("said")] == ["still held back"]


def test_entries_that_repeat_one_another_in_a_ring_are_of_no_known_day() -> None:
    """As when the first file was forgotten and delivered again."""
    one = Entry("q1", TABLE, "0" * 64, 2, "", DISMISS, "BAD_DATE", "2025-01-31T20:00:00Z", "A", "B", carried_from="q2")
    other = replace(one, row_id="q2", carried_from="q1")
    assert FeedFixes([one, other]).first_said(one) is None
    said = replace(other, carried_from="", made_at="2025-01-30T20:00:00Z")
    assert FeedFixes([said, one]).first_said(one) == said
    assert FeedFixes([replace(said, reason="C"), one]).first_said(one) is None
    # Asked of what stood before something else was said: what was first said of it then.
    later = replace(one, carried_from="", reason="C")
    every = FeedFixes([said, one, later])
    assert (every.first_said(later), every.first_said(one)) == (later, said)


def test_help_says_where_the_ids_are() -> None:
    for command in ("show", "fix", "dismiss"):
        shown = CliRunner().invoke(build_app(), ["quarantine", command, "--help"]).output
        said = re.sub(r"[\s│]+", " ", re.sub(r"\x1b\[[0-9;]*m", "", shown))
        assert "from `send quarantine list --rows`" in said, command
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = (line for line in readme.splitlines() if line.startswith("| `send quarantine "))
    assert "`list --rows`" in line


def test_what_was_said_of_a_row_does_not_go_on_to_another(paths: AreaPaths) -> None:
    enter(paths, [said_of(held(paths)[3, "BAD_DATE"], birth_date="2012-02-29")])
    rows = [row | ({"status": "SEEN"} if row.get("pathway_ref") == "B" else {}) for row in ROWS]
    deliver(paths.root.parent, content(rows, torn=False), name="waiting_list_20250201.csv", days=1)
    by_file = {record.file_name: record.tables[TABLE].fixed for record in deliveries(paths.deliveries, FEED)}
    assert by_file == {NAME: 1, "waiting_list_20250201.csv": 0}
    assert (3, "BAD_DATE") in held(paths)  # it says something else now, of which nobody has said anything


def test_fixes_of_today_do_not_reach_back(paths: AreaPaths) -> None:
    """A file that was read before keeps what was read of it: only its own rows' fixes have it read again."""
    deliver(paths.root.parent, content(torn=False), name="waiting_list_20250201.csv", days=1)
    enter(paths, [said_of(held(paths)[3, "BAD_DATE"], birth_date="2012-02-29")])
    replay("931")
    by_file = {record.file_name: record.tables[TABLE].fixed for record in deliveries(paths.deliveries, FEED)}
    assert by_file == {NAME: 0, "waiting_list_20250201.csv": 1}


def test_a_fix_of_an_older_deliverys_row_reaches_the_same_row_of_the_newest(paths: AreaPaths) -> None:
    old = held(paths)[3, "BAD_DATE"]
    deliver(paths.root.parent, content(torn=False), name="waiting_list_20250201.csv", days=1)
    said = run("fix", old.id, "--set", "birth_date=2012-02-29", "--by", "An Officer", "--reason", "The school said so")
    assert "1 row(s), and 1 alike in the newest delivery, fixed" in said.output
    replay("931")
    assert (3, "BAD_DATE") not in held(paths)
    by_file = {record.file_name: record.tables[TABLE].fixed for record in deliveries(paths.deliveries, FEED)}
    assert by_file == {NAME: 1, "waiting_list_20250201.csv": 1}


def test_what_was_said_is_only_added_to_and_is_its_owners_alone(paths: AreaPaths) -> None:
    row = held(paths)[3, "BAD_DATE"]
    enter(paths, [said_of(row, birth_date="2012-02-29")])
    first = ledger(paths, FEED).read_bytes()
    enter(paths, [said_of(row, status="SEEN")])
    whole = ledger(paths, FEED).read_bytes()
    assert whole.startswith(first)
    entries = [json.loads(line) for line in whole.splitlines()]
    assert [entry["cells"] for entry in entries] == [
        {"birth_date": "2012-02-29"},
        {"birth_date": "2012-02-29", "status": "SEEN"},
    ]
    assert entries[0]["made_by"] == "An Officer"
    assert entries[0]["was"] == "BAD_DATE"
    assert SECRET not in whole.decode()
    assert ledger(paths, FEED).stat().st_mode & 0o077 == 0
    assert ledger(paths, FEED).parent.stat().st_mode & 0o077 == 0
    recorded = "".join(path.read_text() for path in paths.deliveries.rglob("*.json"))
    assert "2012-02-29" not in recorded


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_goes_out_and_comes_back_put_right(paths: AreaPaths, tmp_path: Path, ending: str) -> None:
    sheet = tmp_path / f"rows.{ending}"
    done = run("export", "--feed", FEED, "--table", TABLE, "--out", str(sheet))
    assert done.exit_code == 0, done.exception
    assert sheet.stat().st_mode & 0o077 == 0
    untouched = run("fix", "--file", str(sheet), "--by", "An Officer", "--reason", "Put right")
    assert "0 row(s) fixed" in untouched.output
    edit(sheet, row=3, column="birth_date", value=dt.datetime(2012, 2, 29))
    fixed = run("fix", "--file", str(sheet), "--by", "An Officer", "--reason", "Put right")
    assert "1 row(s) fixed" in fixed.output, fixed.exception
    replay("931")
    assert (3, "B", "2012-02-29", "WAITING") in loaded(paths)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_row_that_could_not_be_read_is_seen_in_the_sheet_as_it_came_and_goes_back_only_by_its_cells(
    paths: AreaPaths, tmp_path: Path, ending: str
) -> None:
    enter(paths, [said_of(held(paths)[5, "KEY_CONFLICT"], DISMISS)])
    replay("931")
    sheet = tmp_path / f"rows.{ending}"
    run("export", "--feed", FEED, "--table", TABLE, "--out", str(sheet))
    by_row = {row["row"]: row["original text"] or "" for row in read_sheet(sheet)}
    assert by_row["7"] == TORN
    assert by_row["5"].startswith("C,")  # dismissed
    assert by_row["3"] == ""  # its cells say it
    edit(sheet, row=7, column="original text", value=dt.datetime(2012, 2, 29))
    unread = run("fix", "--file", str(sheet), "--by", "An Officer", "--reason", "Put right")
    assert "0 row(s) fixed" in unread.output, unread.exception
    for column in ("birth_date", "referral_received_date", "extract_date"):
        edit(sheet, row=7, column=column, value=dt.datetime(2025, 1, 31))
    for column, text in (("pathway_ref", "Z"), ("pathway", "ASD"), ("status", "SEEN"), ("provider_org_code", "RTH")):
        edit(sheet, row=7, column=column, value=text)
    fixed = run("fix", "--file", str(sheet), "--by", "An Officer", "--reason", "Put right")
    assert "1 row(s) fixed" in fixed.output, fixed.exception
    assert "original text" not in ledger(paths, FEED).read_text()
    replay("931")
    assert (7, "Z", "2025-01-31", "SEEN") in loaded(paths)


def test_an_original_text_that_a_spreadsheet_would_run_stays_text(tmp_path: Path) -> None:
    table = load_contract(FEED).table(TABLE)
    texts = ["=1+1,x", "@a", "-5", "\tx", "'x", "=1" * 20_000]
    rows = [HeldRow(f"q{at}", FEED, TABLE, NAME, "0" * 64, at, "BAD_ELEMENT", None, text, None)
            for at, text in enumerate(texts)]  # fmt: skip
    for ending in ("xlsx", "csv"):
        sheet = tmp_path / f"rows.{ending}"
        write_sheet(sheet, table, rows)
        held_back = {row.id: row for row in rows}
        assert changed_rows(sheet, held_back, {TABLE: table}, by="An Officer", reason="none") == []
    assert [row["original text"] for row in read_sheet(tmp_path / "rows.csv")] == [f"'{text}" for text in texts]
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    heading, *lines = book.worksheets[0].iter_rows()
    at = [cell.value for cell in heading].index("original text")
    assert {(line[at].data_type, line[at].number_format) for line in lines} == {("s", "@")}


def test_a_table_with_a_column_named_as_one_of_the_sheet_comes_back_too(tmp_path: Path) -> None:
    table = load_contract("ap_census").table("ap_placement")
    row = HeldRow("q1", "ap_census", table.name, NAME, "0" * 64, 3, "BAD_DATE", None, "the text", {"reason": "X"})
    sheet = tmp_path / "rows.csv"
    write_sheet(sheet, table, [row])
    tables = {table.name: table}
    assert changed_rows(sheet, {"q1": row}, tables, by="An Officer", reason="none") == []
    edit(sheet, row=3, column="ap_placement.reason", value="Y")
    (wanted,) = changed_rows(sheet, {"q1": row}, tables, by="An Officer", reason="none")
    assert wanted.cells == {"reason": "Y"}


def read_sheet(sheet: Path) -> list[dict[str, Any]]:
    if sheet.suffix == ".csv":
        with sheet.open(newline="") as file:
            return list(csv.DictReader(file))
    heading, *lines = openpyxl.load_workbook(sheet).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), line, strict=True)) for line in lines]


def edit(sheet: Path, *, row: int, column: str, value: dt.datetime | str) -> None:
    """Put a value in a cell of the row with this number, as a person would in a spreadsheet or a text editor."""
    if sheet.suffix == ".xlsx":
        book = openpyxl.load_workbook(sheet)
        lines = list(book.worksheets[0].iter_rows())
        heading = [cell.value for cell in lines[0]]
        (cells,) = [line for line in lines if line[heading.index("row")].value == str(row)]
        cells[heading.index(column)].value = value
        book.save(sheet)
        return
    with sheet.open(newline="") as file:
        rows = list(csv.reader(file))
    (line,) = [each for each in rows if each[rows[0].index("row")] == str(row)]
    line[rows[0].index(column)] = value if isinstance(value, str) else value.date().isoformat()
    with sheet.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["=1+1", "-5", "'x", "@a"]
)


@settings(max_examples=25, deadline=None)
@given(values=st.lists(texts, min_size=2, max_size=2))
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_that_nobody_has_changed_says_nothing(
    tmp_path_factory: pytest.TempPathFactory, ending: str, values: list[str]
) -> None:
    table = load_contract(FEED).table(TABLE)
    cells = dict(zip(("pathway_ref", "status"), values, strict=True))
    row = HeldRow("q1", FEED, TABLE, NAME, "0" * 64, 3, "BAD_DATE", "birth_date", "the text", cells)
    sheet = tmp_path_factory.mktemp("sheet") / f"rows.{ending}"
    write_sheet(sheet, table, [row])
    assert changed_rows(sheet, {"q1": row}, {TABLE: table}, by="An Officer", reason="none") == []


def test_what_is_no_sheet_is_refused_in_words(paths: AreaPaths, tmp_path: Path) -> None:
    for name, said in (
        ("a.xlsx", b"PK no zip"),
        ("b.csv", b"x,y\n1,2\n"),
        ("c.csv", b"id\nq1\n"),
        ("d.csv", b"\xff\xfe"),
    ):
        (tmp_path / name).write_bytes(said)
        refused = run("fix", "--file", str(tmp_path / name), "--by", "An Officer", "--reason", "none")
        assert isinstance(refused.exception, OverlayRefusedError), name
    nothing = run("fix", "--file", str(tmp_path / "none.xlsx"), "--by", "An Officer", "--reason", "none")
    assert "came nothing at that path" in str(nothing.exception)
