"""`python -m bench.mutations_extracts --files 5000`: damaged extracts by the thousand, of every feed and format.

Each is taken in as a source's delivery would be. It must be loaded or refused in plain words: never a traceback, never
a hang, never a value of a record in a message or a delivery record, the balance zero each time, nothing half-written
left. Prints a table by kind of damage and ends with exit code 1 if one was not dealt with like that.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from area.errors import FileRefusedError
from area.paths import AreaPaths
from bench.campaign import Outcome, Tally, on_all_cores, show, tried
from bench.damage import Mutation
from bench.extract_damage import BY_FORM
from bench.extract_samples import Sample, samples
from bench.mutations import KINDS as RETURN_KINDS
from bench.mutations import PERSONAL, Whole
from bench.packed_damage import archived
from ingest.landing.delivery import LOADED, Delivery, deliveries
from ingest.pull import HandedIn, take_in
from ingest.reading.file import parquet_of

AREA = "931"
AS_OF = dt.date(2025, 1, 31)
RECEIVED = dt.datetime(2025, 1, 31, 2, tzinfo=dt.UTC)
LONGEST_SECONDS = 60
WHOLE, SOME, REFUSED, UNREAD = "loaded whole", "with quarantine", "refused", "not asked for"
RETURNS_OF = 2025


@cache
def _samples() -> dict[str, list[Sample]]:
    return samples()


@cache
def kinds() -> dict[str, tuple[str, Mutation | None]]:
    """Every kind of damage: its name, the form of file, and what is done (None: what is done to returns)."""
    found: dict[str, tuple[str, Mutation | None]] = {}
    for form in _samples():
        found |= {f"{form}: {damage.__name__}": (form, damage) for damage in BY_FORM[form]}
    return (
        found
        | {f"sen2_return: {kind.name}": ("sen2_return", None) for kind in RETURN_KINDS}
        | {"sen2_return: archived": ("sen2_return", archived)}
    )


@cache
def _return(folder: Path) -> Whole:
    folder.mkdir(parents=True, exist_ok=True)
    return Whole.of(RETURNS_OF, folder)


def damaged(name: str, turn: int, folder: Path) -> Sample:
    """The damaged file of a kind and turn: the same on any machine."""
    form, damage = kinds()[name]
    rng = random.Random(f"{name} {turn}")
    if form == "sen2_return":
        whole = _return(folder / "return")
        if damage is not None:
            ending, data = ".zip", damage(whole.xml, rng)
        else:
            ending, data = whole.damaged(next(k for k in RETURN_KINDS if name.endswith(f": {k.name}")), rng)
        return Sample("sen2_return", f"SEN2_{AREA}_{RETURNS_OF}{ending}", data, PERSONAL)
    those = _samples()[form]
    sample = those[turn % len(those)]
    assert damage is not None
    return Sample(sample.feed, sample.name, damage(sample.data, rng), sample.secrets)


def run(numbers: Sequence[int], folder: Path) -> dict[str, Tally]:
    """Take in as many damaged files as there are numbers."""
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    names = list(kinds())
    for number in numbers:
        name = names[number % len(names)]
        root = folder / "data"
        with tried(tallies[name], f"{name} {number}", seconds=LONGEST_SECONDS):
            sample = damaged(name, number // len(names), folder)
            tallies[name].ends[_taken(sample, root)] += 1
            for problem in _problems(sample, root):
                tallies[name].failures.append(f"{name} {number}: {problem}")
        shutil.rmtree(root, ignore_errors=True)
    return dict(tallies)


def _taken(sample: Sample, root: Path) -> str:
    handed = HandedIn(sample.name, "a campaign", sample.data)
    try:
        took = take_in(AREA, sample.feed, [handed], as_of=AS_OF, received_at=RECEIVED, root=root)
    except FileRefusedError as refused:
        _check_words(sample, str(refused))
        return REFUSED
    file = took.files[0]
    if file.outcome != LOADED:
        return UNREAD
    return SOME if any(balance.quarantined + balance.duplicate for balance in file.tables.values()) else WHOLE


def _check_words(sample: Sample, words: str) -> None:
    seen = [secret for secret in sample.secrets if secret in words]
    if seen:
        raise AssertionError(f"personal data in a message ({len(seen)} values)")
    if not ("expected" in words and "came" in words and "What to do" in words):
        raise AssertionError("a refusal that does not say what was expected, what came and what to do")


def _problems(sample: Sample, root: Path) -> Iterator[str]:
    """What is wrong with what is on disk afterwards."""
    paths = AreaPaths.of(AREA, root)
    records = list(deliveries(paths.deliveries, sample.feed))
    if len(records) != 1:
        yield f"{len(records)} delivery records instead of 1"
    for path in paths.deliveries.rglob("*"):
        if path.is_file() and any(secret in path.read_text(encoding="utf-8") for secret in sample.secrets):
            yield "personal data in a delivery record"
    written = {path for folder in (paths.read, paths.quarantine) for path in folder.rglob("*") if path.is_file()}
    for record in records:
        if record.outcome == LOADED:
            yield from _unbalanced(record, paths, written)
    if written:
        yield f"{len(written)} files that belong to no loaded delivery"


def _unbalanced(record: Delivery, paths: AreaPaths, written: set[Path]) -> Iterator[str]:
    """Tables whose rows do not add up, in the record or on disk. Takes the files of the record out of `written`."""
    for table, balance in record.tables.items():
        if balance.read != balance.loaded + balance.quarantined + balance.duplicate:
            yield f"{table}: the balance is not zero"
        for folder, rows in ((paths.read, balance.loaded), (paths.quarantine, balance.quarantined)):
            path = parquet_of(folder, record.feed, table, str(record.sha256))
            found = pq.read_metadata(path).num_rows if path in written else 0
            written.discard(path)
            if found != rows:
                yield f"{table}: {found} rows on disk, {rows} in the record"


def take_files(files: int, *, processes: int | None = None) -> Outcome:
    """Take in that many damaged files, all kinds in turn, on all cores."""
    return on_all_cores(run, list(kinds()), files, processes=processes)


def main() -> None:
    """Take in the damaged files and print what happened. Exit code 1: one was not dealt with cleanly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    files = parser.parse_args().files
    sys.exit(show(f"{files:,} damaged extracts", take_files(files), (WHOLE, SOME, REFUSED, UNREAD)))


if __name__ == "__main__":
    main()
