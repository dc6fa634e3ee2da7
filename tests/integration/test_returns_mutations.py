"""Hundreds of damaged SEN2 files: each gets a clear report or a clear refusal, never a traceback, in bounded time."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from area.settings import load_settings
from bench.campaign import Outcome
from bench.mutations import KINDS, LONGEST_SECONDS, REFUSALS, REPORTS, SILENT, check_files, run
from returns.definition.load import defined_years
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
from returns.sen2.check import check_sen2
from returns.sen2.xml.writer import write_sen2

ROUNDS = 4
FILES = len(KINDS) * len(defined_years(SEN2)) * ROUNDS
MOST_SECONDS = 400


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return check_files(FILES, processes=2)


def test_every_damaged_file_gets_a_report_or_a_refusal_and_no_value_of_a_child_comes_out(outcome: Outcome) -> None:
    total = outcome.total
    assert total.failures == []
    assert total.files == FILES
    assert total.ends[REPORTS] + total.ends[REFUSALS] == FILES


def test_no_file_takes_long(outcome: Outcome) -> None:
    assert outcome.total.longest < LONGEST_SECONDS
    assert outcome.seconds < MOST_SECONDS
    assert outcome.peak_mb < 1000


def test_damage_is_seldom_passed_over(outcome: Outcome) -> None:
    # It can fall where it says nothing (two equal lines change places), but seldom.
    for name, tally in outcome.by_kind.items():
        assert tally.files == len(defined_years(SEN2)) * ROUNDS
        assert tally.ends[SILENT] <= tally.files / 2, name
    bombs = outcome.by_kind["entity_bomb"]
    assert bombs.ends[REFUSALS] == bombs.files


def test_a_fault_of_ours_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("returns.sen2.check.FileChecker.check", lambda self, file: 1 / 0)
    tallies = run(range(2), tmp_path, years=[2025])
    assert sum(len(tally.failures) for tally in tallies.values()) == 2


def test_an_undamaged_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    con = duckdb.connect()
    load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    settings = load_settings("931", collection=2025)
    data = write_sen2(con, tmp_path / "whole.xml", year=2025, settings=settings).path.read_bytes()
    file = tmp_path / "bom.xml"
    file.write_bytes(b"\xef\xbb\xbf" + data)
    assert check_sen2(file, year=2025).rows["person"] == 1
