"""Puts the overlay into a night's file: schema `overlay`, tables `correction` and `note`."""

from __future__ import annotations

from pathlib import Path

import duckdb

from returns.definition.load import load_definition
from returns.kinds import ReturnKind
from returns.overlay.entries import Correction, Note, standing_corrections, standing_notes
from returns.overlay.store import read_entries

SCHEMA = "overlay"
CORRECTION = (
    "id varchar, collection integer, module varchar, record_key varchar, item varchar, column_name varchar, "
    "was varchar, value varchar, made_at timestamp, made_by varchar, reason varchar"
)
NOTE = (
    "id varchar, collection integer, finding_id varchar, rule_id varchar, module varchar, record_key varchar, "
    "item varchar, fingerprint varchar, text varchar, made_at timestamp, made_by varchar, withdraws varchar"
)


def load_overlay(con: duckdb.DuckDBPyConnection, folder: Path, kind: ReturnKind, collection: int) -> dict[str, int]:
    """Make schema `overlay` in `con` from the files in `folder` (AreaPaths.overlay, or those of a submission).

    What stands for `collection` is loaded, whenever it was made: a correction is what is known now, whatever the date
    the night is built for. The tables are always there, empty where nobody has said anything. Returns rows by table.
    Raises OverlayDamagedError for a file that cannot be read.
    """
    corrections = standing_corrections(read_entries(folder, Correction), collection)
    notes = standing_notes(read_entries(folder, Note), collection)
    columns = _columns(kind, collection)
    con.execute(f"create schema if not exists {SCHEMA}")
    con.execute(f"create or replace table {SCHEMA}.correction ({CORRECTION})")
    con.execute(f"create or replace table {SCHEMA}.note ({NOTE})")
    for each in corrections:
        row = [
            each.id, each.collection, each.module, each.record_key, each.item,
            columns.get((each.module, each.item), each.item.lower()),
            each.was, each.value, _time(each.made_at), each.made_by, each.reason,
        ]  # fmt: skip
        con.execute(f"insert into {SCHEMA}.correction values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for note in notes:
        row = [
            note.id, note.collection, note.finding_id, note.rule_id, note.module, note.record_key, note.item,
            note.fingerprint, note.text, _time(note.made_at), note.made_by, None,
        ]  # fmt: skip
        con.execute(f"insert into {SCHEMA}.note values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return {"correction": len(corrections), "note": len(notes)}


def _columns(kind: ReturnKind, collection: int) -> dict[tuple[str, str], str]:
    """Module and tag -> column of the return table."""
    return {(module.name, item.tag): item.column for module, item in load_definition(kind, collection).walk()}


def _time(text: str) -> str:
    return text.removesuffix("Z")
