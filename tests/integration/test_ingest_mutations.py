"""Hundreds of damaged extracts of all formats: loaded or refused in plain words, nothing lost, nothing shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from area.errors import FileRefusedError
from bench.campaign import Outcome
from bench.extract_samples import samples
from bench.mutations_extracts import LONGEST_SECONDS, REFUSED, SOME, WHOLE, kinds, run, take_files
from ingest.formats import SourceFile

ROUNDS = 2
FILES = len(kinds()) * ROUNDS


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return take_files(FILES, processes=2)


def test_every_damaged_file_is_loaded_in_balance_or_refused_and_no_value_comes_out(outcome: Outcome) -> None:
    total = outcome.total
    assert total.failures == []
    assert total.files == sum(total.ends.values()) == FILES


def test_no_file_takes_long_or_much(outcome: Outcome) -> None:
    assert outcome.total.longest < LONGEST_SECONDS
    assert outcome.peak_mb < 800


def test_what_is_out_to_harm_is_refused(outcome: Outcome) -> None:
    for name, tally in outcome.by_kind.items():
        if name.endswith((": entity_bomb", ": archived", ": gzipped", ": gzip_bomb", ": binary")):
            assert tally.ends[REFUSED] >= tally.files - tally.ends[WHOLE], name
            assert tally.ends[SOME] == 0, name


def test_every_format_and_feed_is_tried() -> None:
    assert {name.partition(":")[0] for name in kinds()} == {*samples(), "sen2_return"}


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (ZeroDivisionError(), "ZeroDivisionError"),
        (FileRefusedError("f", "x", expected="a name", came="Zebedee"), "personal data in a message"),
    ],
)
def test_a_fault_of_ours_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Exception, seen: str
) -> None:
    def broken(self: SourceFile) -> None:
        raise fault

    monkeypatch.setattr("ingest.landing.desk.period_of", broken)
    (tally,) = run([0], tmp_path).values()
    assert seen in tally.failures[0]


def test_a_file_left_behind_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(file: SourceFile, _: object) -> None:
        file.refuse(expected="more", came="less")

    monkeypatch.setattr("ingest.reading.file._check_plausible", refuse)
    monkeypatch.setattr("ingest.reading.outputs.ParquetPart.discard", lambda self: None)
    (tally,) = run([list(kinds()).index("csv: lines_shuffled")], tmp_path).values()
    assert tally.ends[REFUSED] == 1
    assert "1 files that belong to no loaded delivery" in tally.failures[0]
