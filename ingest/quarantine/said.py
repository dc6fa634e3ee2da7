"""Everything that was said of quarantined rows, and whether it still makes a difference: what an officer asks who has
put rows right, or who answers for those that others have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from area.paths import AreaPaths
from ingest.contract.model import Contract, load_contracts
from ingest.landing.delivery import DISMISSED, HELD, Delivery, deliveries, loaded_before
from ingest.quarantine.fixes import Entry, FeedFixes, feed_fixes, ledger
from ingest.quarantine.rows import held_rows, newest_files

IN_FORCE = "in force"
"""The row is in a delivery that counts, which was read with it."""
NOT_READ_IN = "waiting: not read in"
"""It was said after the file was read: a replay reads it in."""
DELIVERY_HELD = "waiting: delivery held"
"""The row is in a delivery that does not count until somebody accepts it."""
STILL_BROKEN = "still held back"
"""Read in, and the row breaks its contract all the same: the contract has changed since."""
OVERTAKEN = "overtaken"
"""Another delivery counts now; where it has the same row, that row has an entry of its own."""
LIVE = (IN_FORCE, NOT_READ_IN, DELIVERY_HELD, STILL_BROKEN)


@dataclass(frozen=True)
class Said:
    """One fix or dismissal as it stands for one row of one delivery. `entry.cells` hold children's data and are shown
    only when asked for."""

    feed: str
    entry: Entry
    file_name: str
    """As it was delivered; the beginning of its hash where no record tells of it any more."""
    first_made_at: str | None
    """When somebody said it (UTC, ISO 8601), where it was carried to this delivery; None where that is gone."""
    state: str
    """`IN_FORCE`, `OVERTAKEN`, or why it is neither."""


def everything_said(paths: AreaPaths, *, feed: str | None = None, every: bool = False) -> Iterator[Said]:
    """What stands of what was said of one feed's rows or of all, in the order it was said, by feed.

    Of what was carried from delivery to delivery only where it still makes a difference, or the last where it does not
    any more; with `every` once for each delivery. Raises OverlayDamagedError.
    """
    for contract in load_contracts(area=paths.area):
        if feed in (None, contract.feed) and ledger(paths, contract.feed).exists():
            fixes = feed_fixes(paths, contract.feed)
            found = [*_of_feed(paths, contract, fixes)]
            yield from found if every else _last_of_each(found, fixes)


def _of_feed(paths: AreaPaths, contract: Contract, fixes: FeedFixes) -> Iterator[Said]:
    records = [*deliveries(paths.deliveries, contract.feed)]
    names = {record.sha256: record.file_name for record in records}
    state = _States(
        newest=newest_files(contract, paths),
        loaded=_by_table(loaded_before(records).values()),
        held=_by_table(record for record in records if record.outcome == HELD),
        held_back={row.id for row in held_rows(paths, feed=contract.feed) if row.reason != DISMISSED},
    )
    for entry in fixes.standing.values():
        first = fixes.first_said(entry)
        yield Said(
            feed=contract.feed,
            entry=entry,
            file_name=names.get(entry.file_hash, entry.file_hash[:12]),
            first_made_at=first.made_at if first is not None else None,
            state=state.of(entry, fixes),
        )


@dataclass(frozen=True)
class _States:
    """What decides whether an entry is in force: deliveries by table and SHA-256, ids of rows in quarantine."""

    newest: set[tuple[str, str]]
    loaded: Mapping[tuple[str, str], Sequence[Delivery]]
    held: Mapping[tuple[str, str], Sequence[Delivery]]
    held_back: set[str]

    def of(self, entry: Entry, fixes: FeedFixes) -> str:
        place = entry.table, entry.file_hash
        if place in self.held and place not in self.loaded:
            return DELIVERY_HELD
        if place not in self.newest:
            return OVERTAKEN
        if any(each.fixes != fixes.of_file(entry.file_hash).fingerprint for each in self.loaded.get(place, ())):
            return NOT_READ_IN
        return STILL_BROKEN if entry.row_id in self.held_back else IN_FORCE


def _by_table(records: Iterable[Delivery]) -> dict[tuple[str, str], list[Delivery]]:
    found: dict[tuple[str, str], list[Delivery]] = {}
    for record in records:
        for table in record.tables:
            found.setdefault((table, record.sha256 or ""), []).append(record)
    return found


def _last_of_each(found: Sequence[Said], fixes: FeedFixes) -> Iterator[Said]:
    """Of all that repeats one thing somebody said: what is live of it, or else the last."""
    groups: dict[tuple[str, ...], list[Said]] = {}
    for said in found:
        groups.setdefault((fixes.origin(said.entry)[0], *said.entry.what), []).append(said)
    for group in groups.values():
        yield from [said for said in group if said.state in LIVE] or group[-1:]
