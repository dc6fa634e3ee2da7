"""Tables of the commands: whole, however long, and quickly."""

from __future__ import annotations

import time

import pytest
from rich.table import Table

from ingest.commands.options import print_whole


def test_a_table_is_as_wide_as_what_it_holds_without_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("File", "名", title="On 2025-01-31")
    table.add_row("long " * 60, "[bold]new[/bold]")
    table.add_row("two\nlines", r"\[as it is]")
    print_whole(table)
    title, top, head, rule, *rows, bottom = capsys.readouterr().out.splitlines()
    assert title == "On 2025-01-31"
    assert {len(line) for line in (top, rule, *rows, bottom)} == {len(top)}
    assert [cell.strip() for cell in head.strip("┃").split("┃")] == ["File", "名"]
    assert [[cell.strip() for cell in row.strip("│").split("│")] for row in rows] == [
        ["long " * 59 + "long", "new"],
        ["two lines", "[as it is]"],
    ]


def test_a_table_without_rows_has_its_headings(capsys: pytest.CaptureFixture[str]) -> None:
    print_whole(Table("Feed", "State"))
    assert "Feed ┃ State" in capsys.readouterr().out


def test_a_year_of_deliveries_is_printed_in_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("Feed", "Received (UTC)", "File", "Outcome", "Bytes", "Read", "Loaded", "Quarantined", "Duplicate")
    for number in range(8_000):
        table.add_row("ehc_casework", "2025-01-31 01:00:00", f"ehc_plan_{number}.csv", "loaded", *["1,000"] * 5)
    started = time.process_time()
    print_whole(table)
    assert time.process_time() - started < 2  # it takes 0.2; by Rich it takes 8
    assert len(capsys.readouterr().out.splitlines()) == 8_004
