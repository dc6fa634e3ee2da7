"""What was said of a row goes on to the next delivery of the same row: a source that repeats its fault every night is
put right once. An entry of its own for each delivery, so that every file still says by itself how it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from ingest.quarantine.fixes import Entry, FeedFixes, text_hash
from ingest.quarantine.rows import HeldRow

OF_THE_DELIVERY = "extract_date"
"""The column in which a layout repeats the day of the delivery on every row: another day is not another row."""


def likeness(row: HeldRow) -> str:
    """Alike for two rows that say the same: SHA-256 of what is in their columns, or of the text of a row that could not
    be read."""
    if row.cells is None:
        return text_hash(row.original_text)
    said = {name: value for name, value in sorted(row.cells.items()) if name != OF_THE_DELIVERY}
    return hashlib.sha256(json.dumps([row.table, said]).encode()).hexdigest()


def carried(fixes: FeedFixes, held: Iterable[HeldRow]) -> list[Entry]:
    """Entries for rows of a delivery read for the first time, of which the same was held back before and somebody has
    said what is to become of it: the newest of what was said, in the same words."""
    said = {entry.likeness: entry for entry in fixes.standing.values() if entry.likeness}
    more = []
    for row in held:
        before = said.get(likeness(row))
        if before is not None and row.id not in fixes.standing:
            more.append(
                replace(
                    before,
                    row_id=row.id,
                    file_hash=row.file_hash,
                    row=row.row,
                    text_hash=text_hash(row.original_text),
                    was=row.reason,
                    carried_from=before.row_id,
                )
            )
    return more
