"""Whom the holds hold at this moment, in numbers: a hold whose identifier nobody has keeps nothing, and only the count
tells. Looks for identifiers as deleting does (`contents.py`); none is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from area.paths import AreaPaths
from ingest.contract.model import load_contracts
from ingest.quarantine.rows import newest_files
from warehouse.retention.contents import rows_with
from warehouse.retention.holds import Hold


@dataclass(frozen=True)
class HeldNow:
    """Records, loaded or held back, in the newest delivery of each table, and the feeds they are of."""

    records: int = 0
    feeds: frozenset[str] = frozenset()

    def __str__(self) -> str:
        if not self.records:
            return "none"
        return f"{_counted(self.records, 'record')} of {_counted(len(self.feeds), 'feed')}"


def held_now(paths: AreaPaths, holds: Sequence[Hold]) -> dict[str, HeldNow]:
    """What each hold holds in the deliveries that count now, by its id. Reads them once, however many holds there
    are: seconds; a year of nights would take minutes."""
    values = {hold.value for hold in holds}
    found: dict[str, HeldNow] = {}
    for value, feed, _, rows in _sightings(paths, values, newest=True) if values else ():
        so_far = found.get(value, HeldNow())
        found[value] = HeldNow(so_far.records + rows, so_far.feeds | {feed})
    return {hold.id: found.get(hold.value, HeldNow()) for hold in holds}


def files_with(paths: AreaPaths, hold: Hold) -> int:
    """How many delivered files, of whatever day, hold the person. Reads all that is kept: for whom nobody now is."""
    return len({(feed, file.stem) for _, feed, file, _ in _sightings(paths, {hold.value}, newest=False)})


def _sightings(paths: AreaPaths, values: Collection[str], *, newest: bool) -> Iterator[tuple[str, str, Path, int]]:
    """Value, feed, file of rows, and how many of them have the value."""
    for contract in load_contracts(area=paths.area):
        counting = newest_files(contract, paths) if newest else set()
        for table in contract.tables:
            for folder in (paths.read, paths.quarantine):
                files = sorted((folder / contract.feed / table.name).glob("[0-9a-f]*.parquet"))
                if newest:
                    files = [file for file in files if (table.name, file.stem) in counting]
                for value, file, rows in rows_with(files, values):
                    yield value, contract.feed, file, rows


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
