"""Explaining queries: making notes, what became of them, and the text for COLLECT's notepad."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from area.errors import OverlayRefusedError
from area.files import write_atomically
from area.ledger import now
from returns.cells import plain_cell
from returns.kinds import ReturnKind
from returns.overlay.entries import Note, standing_notes
from returns.overlay.night import Finding, finding, findings, published_definition
from returns.overlay.store import append_entries, read_entries
from returns.overlay.withdraw import required, withdraw

EXPLAINED, LAPSED, NO_LONGER_FOUND = "explained", "lapsed", "no_longer_found"
# COLLECT's notepad is a text box: long enough for any reason, short enough to be read.
MOST_CHARACTERS = 2_000
CSV_COLUMNS = ("rule", "dfe_number", "person", "item", "message", "explanation", "date", "by")


@dataclass(frozen=True)
class NoteState:
    """A note that stands, the finding it is about (None: no longer found) and whether it still explains it."""

    note: Note
    finding: Finding | None

    @property
    def state(self) -> str:
        if self.finding is None:
            return NO_LONGER_FOUND
        return EXPLAINED if self.finding.fingerprint == self.note.fingerprint else LAPSED


def make_note(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: ReturnKind,
    collection: int,
    *,
    finding_id: str,
    text: str,
    by: str,
) -> Note:
    """Explain a query of the published night `con`; returns the note with its number.

    It holds until a value that the rule looks at changes. Raises OverlayRefusedError for a finding the night does not
    have, for an error (it must be put right), and without a text or a name.
    """
    published_definition(con, kind, collection)
    about = finding(con, kind, finding_id)
    if about.severity != "query":
        raise OverlayRefusedError(
            "note",
            field="finding",
            expected="a query; an error must be put right in the source, or by `correct`",
            came=f"an error ({about.rule_id})",
        )
    words = " ".join(text.split())
    if not 0 < len(words) <= MOST_CHARACTERS:
        raise OverlayRefusedError(
            "note", field="text", expected=f"1 to {MOST_CHARACTERS} characters", came=f"{len(words)}"
        )
    required("note", "by", by)
    draft = Note(
        id="",
        collection=collection,
        finding_id=about.finding_id,
        rule_id=about.rule_id,
        module=about.module,
        record_key=about.record_key,
        item=about.item,
        fingerprint=about.fingerprint,
        text=words,
        made_at=now(),
        made_by=by.strip(),
    )
    return append_entries(folder, [draft])[0]


def list_notes(con: duckdb.DuckDBPyConnection, folder: Path, kind: ReturnKind, collection: int) -> list[NoteState]:
    """The notes that stand, by number, against the findings of the published night `con`."""
    published_definition(con, kind, collection)
    found = findings(con, kind)
    entries = standing_notes(read_entries(folder, Note), collection)
    return [NoteState(note, found.get(note.finding_id)) for note in entries]


def withdraw_note(folder: Path, note_id: str, *, by: str) -> Note:
    """Take a note back: its query is open again from the next night. Raises OverlayRefusedError for one that does not
    stand."""
    return withdraw(folder, standing_notes(read_entries(folder, Note)), note_id, called="note", by=by)


def export_notes(states: list[NoteState], path: Path, *, called: Callable[[str], str], dfe: Mapping[str, str]) -> int:
    """Write the notes that explain something, by rule, for pasting into COLLECT's notepad: as a table where `path`
    ends in .csv, else as text. Returns how many.

    `called` names a person by the key; `dfe` maps our rules to the DfE's numbers. The file is its owner's alone.
    """
    rows = [
        _exported(each.note, each.finding, called, dfe)
        for each in sorted(states, key=lambda each: (each.note.rule_id, each.note.id))
        if each.finding is not None and each.state == EXPLAINED
    ]
    text = _as_csv(rows) if path.suffix.lower() == ".csv" else _as_text(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
    return len(rows)


def _exported(note: Note, about: Finding, called: Callable[[str], str], dfe: Mapping[str, str]) -> dict[str, str]:
    person = called(about.persontableid) if about.persontableid else "(the return)"
    values = (note.rule_id, dfe.get(note.rule_id, ""), person, note.item, about.message, note.text)
    return dict(zip(CSV_COLUMNS, (*values, note.made_at[:10], note.made_by), strict=True))


def _as_csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: plain_cell(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue()


def _as_text(rows: list[dict[str, str]]) -> str:
    blocks = []
    for (rule, number, message), about in groupby(
        rows, key=lambda row: (row["rule"], row["dfe_number"], row["message"])
    ):
        title = f"Rule {rule}" + (f" (DfE {number})" if number else "")
        lines = [f"{title}: {message}"]
        for row in about:
            lines += ["", f"{row['person']}, {row['item']}:", row["explanation"], f"({row['by']}, {row['date']})"]
        blocks.append("\n".join(lines))
    return "\n\n\n".join(blocks) + ("\n" if blocks else "")
