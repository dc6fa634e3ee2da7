"""The overlay's files: only added to, whole lines only, one writer at a time, their owner's alone."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area.errors import OverlayDamagedError
from returns.overlay.entries import Correction, standing_corrections
from returns.overlay.store import append_entries, read_entries


def draft(key: str = "P1", *, value: str | None = "new", collection: int = 2025) -> Correction:
    return Correction(
        "", collection, "person", key, "UPN", "old", value, "2025-02-01T10:00:00Z", "Sam", "seen on paper"
    )


def test_entries_are_numbered_in_turn_and_read_as_they_were_written(tmp_path: Path) -> None:
    folder = tmp_path / "overlay" / "sen2"
    first = append_entries(folder, [draft("P1"), draft("P2", value=None)])
    second = append_entries(folder, [draft("P3", value="naïve “quoted”\t{}")])
    assert [entry.id for entry in (*first, *second)] == ["C0001", "C0002", "C0003"]
    assert read_entries(folder, Correction) == [*first, *second]


def test_folder_and_files_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "overlay" / "sen2"
    append_entries(folder, [draft()])
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder)} == {0o700}
    assert stat.S_IMODE((folder / "corrections.jsonl").stat().st_mode) == 0o600


def test_writers_at_the_same_time_do_not_take_each_others_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "sen2"

    def write(writer: int) -> None:
        for number in range(10):
            append_entries(folder, [draft(f"P{writer}-{number}")])

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    entries = read_entries(folder, Correction)
    assert [entry.id for entry in entries] == [f"C{number:04d}" for number in range(1, 41)]
    assert len({entry.record_key for entry in entries}) == 40


def test_what_a_killed_writer_left_is_not_read_and_is_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / "sen2"
    append_entries(folder, [draft("P1")])
    file = folder / "corrections.jsonl"
    file.write_bytes(file.read_bytes() + b'{"id": "C0002", "module"')
    assert [entry.record_key for entry in read_entries(folder, Correction)] == ["P1"]
    assert append_entries(folder, [draft("P2")])[0].id == "C0002"
    assert [entry.record_key for entry in read_entries(folder, Correction)] == ["P1", "P2"]


@given(st.binary(min_size=1).filter(lambda line: b"\n" not in line))
def test_a_damaged_line_is_named_by_its_number_and_not_quoted(
    tmp_path_factory: pytest.TempPathFactory, line: bytes
) -> None:
    folder = tmp_path_factory.mktemp("overlay")
    append_entries(folder, [draft()])
    file = folder / "corrections.jsonl"
    file.write_bytes(file.read_bytes() + line + b"\n")
    with pytest.raises(
        OverlayDamagedError, match=r"corrections\.jsonl, line 2: this is no entry of the overlay"
    ) as refused:
        read_entries(folder, Correction)
    assert refused.value.line == 2


def test_the_newest_correction_of_an_item_stands_until_it_is_withdrawn(tmp_path: Path) -> None:
    folder = tmp_path / "sen2"
    append_entries(
        folder, [draft("P1", value="first"), draft("P1", value="second"), draft("P2"), draft("P3", collection=2024)]
    )
    assert [(e.record_key, e.value) for e in standing_corrections(read_entries(folder, Correction), 2025)] == [
        ("P1", "second"),
        ("P2", "new"),
    ]
    taken_back = Correction(
        "", 2025, "person", "P1", "UPN", "old", "second", "2025-02-02T10:00:00Z", "Sam", "wrong", "C0002"
    )
    append_entries(folder, [taken_back])
    assert [(e.record_key, e.value) for e in standing_corrections(read_entries(folder, Correction), 2025)] == [
        ("P2", "new")
    ]
