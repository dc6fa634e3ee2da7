"""Notes: a query explained once, until a value it depends on changes; and the text for COLLECT's notepad."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import duckdb
import pytest

from area.errors import OverlayRefusedError
from returns.kinds import SEN2
from returns.overlay.entries import Note
from returns.overlay.notes import export_notes, list_notes, make_note, withdraw_note
from tests.support.published_return import ERROR, OF_THE_RETURN, QUERY, make_published

TEXT = "The family has no fixed address."


def explain(folder: Path, finding_id: str = QUERY, text: str = TEXT) -> Note:
    warehouse = folder / "warehouse.duckdb"
    if not warehouse.exists():
        make_published(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return make_note(con, folder, SEN2, 2025, finding_id=finding_id, text=text, by="Sam")


def states(folder: Path, warehouse: Path | None = None) -> list[tuple[str, str]]:
    with duckdb.connect(str(warehouse or folder / "warehouse.duckdb"), read_only=True) as con:
        return [(each.note.id, each.state) for each in list_notes(con, folder, SEN2, 2025)]


def test_a_note_explains_its_query_until_a_value_it_depends_on_changes(tmp_path: Path) -> None:
    note = explain(tmp_path)
    assert (note.rule_id, note.module, note.record_key, note.item) == ("SEN2-P08", "person", "P1", "PostCode")
    assert states(tmp_path) == [("N0001", "explained")]
    changed = make_published(tmp_path / "changed.duckdb", fingerprint="otherwise now")
    assert states(tmp_path, changed) == [("N0001", "lapsed")]
    with duckdb.connect(str(changed)) as con:
        con.execute("delete from returns.sen2_rule_breach where severity = 'query'")
    assert states(tmp_path, changed) == [("N0001", "no_longer_found")]


@pytest.mark.parametrize(
    ("finding_id", "text", "says"),
    [
        (ERROR, TEXT, "a query; an error must be put right"),
        ("f" * 16, TEXT, "one that night does not have"),
        ("'; drop table x", TEXT, "one that night does not have"),
        (QUERY, " \n", "1 to 2000 characters, came 0"),
        (QUERY, "x" * 2001, "1 to 2000 characters, came 2001"),
    ],
)
def test_what_cannot_be_explained_is_refused(tmp_path: Path, finding_id: str, text: str, says: str) -> None:
    with pytest.raises(OverlayRefusedError, match=says):
        explain(tmp_path, finding_id, text)
    assert states(tmp_path) == []


def test_a_later_note_takes_the_place_of_an_earlier_one_and_can_be_withdrawn(tmp_path: Path) -> None:
    explain(tmp_path)
    explain(tmp_path, text="They have moved abroad.")
    assert states(tmp_path) == [("N0002", "explained")]
    withdraw_note(tmp_path, "N0002", by="Ann")
    assert states(tmp_path) == []
    with pytest.raises(OverlayRefusedError, match="a note that stands"):
        withdraw_note(tmp_path, "N0001", by="Ann")


def test_notes_are_exported_by_rule_as_text_and_as_a_table(tmp_path: Path) -> None:
    explain(tmp_path, OF_THE_RETURN, "=We are\na small council.")
    note = explain(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as con:
        listed = list_notes(con, tmp_path, SEN2, 2025)
    text, table = tmp_path / "notes.txt", tmp_path / "notes.csv"
    for path in (text, table):
        assert export_notes(listed, path, called={"P1": "pupil 7"}.__getitem__, dfe={"SEN2-P08": "123"}) == 2
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    day = note.made_at[:10]
    assert text.read_text() == (
        f"Rule SEN2-P08 (DfE 123): The postcode is blank.\n\npupil 7, PostCode:\n{TEXT}\n(Sam, {day})\n\n\n"
        f"Rule SEN2-T01: There are few plans.\n\n(the return), LEA:\n=We are a small council.\n(Sam, {day})\n"
    )
    rows = list(csv.DictReader(table.open()))
    assert [(row["rule"], row["dfe_number"], row["person"]) for row in rows] == [
        ("SEN2-P08", "123", "pupil 7"),
        ("SEN2-T01", "", "(the return)"),
    ]
    assert rows[1]["explanation"] == "'=We are a small council."


def test_a_night_from_before_findings_had_ids_is_refused_in_words(tmp_path: Path) -> None:
    warehouse = make_published(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as con:
        con.execute("alter table returns.sen2_rule_breach drop column finding_id")
    with pytest.raises(OverlayRefusedError, match="one whose findings have ids"):
        explain(tmp_path)


def test_a_lapsed_note_is_not_exported(tmp_path: Path) -> None:
    explain(tmp_path)
    changed = make_published(tmp_path / "changed.duckdb", fingerprint="otherwise now")
    with duckdb.connect(str(changed), read_only=True) as con:
        listed = list_notes(con, tmp_path, SEN2, 2025)
    assert export_notes(listed, tmp_path / "notes.txt", called=str, dfe={}) == 0
    assert (tmp_path / "notes.txt").read_text() == ""
