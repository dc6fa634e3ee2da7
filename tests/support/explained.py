"""A note on every query of a published night, as `send sen2 note` writes them."""

from __future__ import annotations

import duckdb

from area.ledger import now
from area.paths import AreaPaths
from returns.overlay.entries import Note
from returns.overlay.store import append_entries

COLLECTION = 2025


def explain_all_queries(paths: AreaPaths) -> None:
    """Into the area's overlay: one note for each query found."""
    with duckdb.connect(str(paths.current / "warehouse.duckdb"), read_only=True) as con:
        queries = con.execute(
            "select finding_id, rule_id, module, record_key, item, fingerprint from returns.sen2_rule_breach"
            " where severity = 'query' order by all"
        ).fetchall()
    notes = []
    for finding, rule, module, key, item, fingerprint in queries:
        notes.append(
            Note("", COLLECTION, finding, rule, module, key, item, fingerprint, "So it is.", now(), "An Officer")
        )
    append_entries(paths.overlay("sen2"), notes)
