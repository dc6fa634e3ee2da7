"""A person says that a held delivery is right: from then on it counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from area.call import CALL
from area.errors import SettingsError
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.landing.delivery import HELD, LOADED, Acceptance, Delivery, deliveries, loaded_before, write_delivery
from ingest.landing.files import feed_lock

SHORTEST = 8  # letters of a hash that tell files apart


def accept(area: str, feed: str, file: str, *, by: str, reason: str, root: Path | None = None) -> Delivery:
    """Let a held delivery count; returns its new record, which stands beside the one that says it was held.

    `file` is the beginning of its SHA-256. Raises SettingsError when no held delivery is meant by it, or nobody and no
    reason is named.
    """
    for word, value in (("--by", by), ("--reason", reason)):
        if not value.strip():
            raise SettingsError(word, expected="words", came="none", where=CALL)
    contract, paths = load_contract(feed, area=area), AreaPaths.of(area, root)
    with feed_lock(paths.landing / contract.sector / feed):
        records = [*deliveries(paths.deliveries, feed)]
        loaded = loaded_before(records)
        waiting = {one.sha256 or "": one for one in records if one.outcome == HELD and one.identity not in loaded}
        meant = [sha256 for sha256 in waiting if len(file) >= SHORTEST and sha256.startswith(file.lower())]
        if len(meant) != 1:
            there = ", ".join(f"{sha256[:12]} ({one.file_name})" for sha256, one in waiting.items()) or "none"
            expected = f"the hash of a held delivery of {feed}: {there}"
            raise SettingsError("--file", expected=expected, came=repr(file), where=CALL)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        record = replace(
            waiting[meant[0]], outcome=LOADED, problem=None, accepted=Acceptance(by.strip(), reason.strip(), now)
        )
        write_delivery(paths.deliveries, record, root=paths.root)
    return record
