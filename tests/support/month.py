"""A month of deliveries made out of one night's files: rows come, change and go, and the last night is the real one.

And the same month as it happens: late, early, out of order, twice, wrong first and corrected, broken first, missing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from area.errors import DeliveriesRefusedError, FileRefusedError
from ingest.contract.model import load_contract
from ingest.pull import HandedIn, take_in

NIGHTS = 30
LAST = dt.date(2025, 1, 31)
FIRST = LAST - dt.timedelta(days=NIGHTS - 1)
NIGHTLY = {"ehc_casework": "sftp/council/ehc", "waiting_list": "mesh"}
CENSUS_NIGHT = 20
NEVER = {"waiting_list": (4, 11, 12, 23)}
"""Nights whose delivery never comes."""


@dataclass(frozen=True)
class Item:
    """One file of one feed, and the night it is delivered on."""

    night: int
    feed: str
    name: str
    content: bytes


def day(night: int) -> dt.date:
    return FIRST + dt.timedelta(days=night)


def orderly(area: Path) -> list[Item]:
    """Every feed's file on its night; the census once."""
    items = [
        Item(CENSUS_NIGHT, "school_census", path.name, path.read_bytes())
        for path in sorted((area / "census").glob("*.csv"))
    ]
    for feed, folder in NIGHTLY.items():
        for path in sorted((area / folder).glob("*.csv")):
            items += [
                Item(night, feed, path.name.replace("20250131", f"{day(night):%Y%m%d}"), content)
                for night, content in enumerate(_nights(feed, path))
            ]
    return items


def _nights(feed: str, path: Path) -> Iterable[bytes]:
    """A file as it was on each night. On early ones rows are missing or not filled in yet, and one has a date that is
    none."""
    table = load_contract(feed).table_of_file(path.name)
    assert table is not None
    with path.open(encoding="utf-8-sig", newline="") as lines:
        heading, *rows = list(csv.reader(lines))
    open_fields = [
        heading.index(field.source) for field in table.fields if not field.required and field.name not in table.key
    ]
    dates = [heading.index(field.source) for field in table.fields if field.kind == "date"]
    chance = random.Random(path.name)
    comes = [chance.choice((0, 0, 0, chance.randint(1, 25))) for _ in rows]
    filled = [chance.choice((0, 0, chance.randint(1, 25))) for _ in rows]
    away = [chance.choice((-1, -1, -1, chance.randint(2, 20))) for _ in rows]
    for night in range(NIGHTS):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(heading)
        for number, row in enumerate(rows):
            told = list(row)
            if night < filled[number]:
                told[open_fields[number % len(open_fields)]] = ""
            if number == 3 and night < 10 and dates:
                told[dates[0]] = "soon"
            if number < 2 or (comes[number] <= night and not away[number] <= night < away[number] + 3):
                writer.writerow(told)
        yield text.getvalue().encode()


def as_it_happens(items: list[Item], *, seed: int = 1) -> list[Item]:
    """The same files otherwise: what was wrong or broken comes before what is right, everything else whenever."""
    chance = random.Random(seed)
    happened: list[Item] = []
    for item in items:
        if item.night in NEVER.get(item.feed, ()):
            continue
        if item.feed == "school_census":  # its files have no date, so that of their arrival is theirs
            happened += [item, replace(item, night=chance.randint(item.night, NIGHTS - 1))]
            continue
        night = min(max(item.night + chance.choice((-1, 0, 0, 0, 0, 1, 2, 6)), 0), NIGHTS - 1)
        came = replace(item, night=night)
        if chance.random() < 0.1:  # wrong first: the last row was forgotten
            wrong = b"".join(item.content.splitlines(keepends=True)[:-1])
            if wrong.count(b"\n") > 2:
                happened.append(replace(came, night=chance.randint(0, night), content=wrong))
        if chance.random() < 0.03:  # broken first: half of the headings
            happened.append(replace(came, night=chance.randint(0, night), content=item.content[20:]))
        happened.append(came)
        if chance.random() < 0.1:
            happened.append(replace(came, night=chance.randint(night, NIGHTS - 1)))
    return sorted(happened, key=lambda item: item.night)


def deliver(root: Path, area: str, items: list[Item]) -> None:
    """Each night what came of each feed, in the order of the list, at eight in the evening."""
    for night in range(NIGHTS):
        received = dt.datetime.combine(day(night), dt.time(20), dt.UTC)
        tonight = [item for item in items if item.night == night]
        for feed in sorted({item.feed for item in tonight}):
            handed = [HandedIn(item.name, "the sources", item.content) for item in tonight if item.feed == feed]
            with suppress(
                FileRefusedError, DeliveriesRefusedError
            ):  # what is broken is said, and the rest is loaded all the same
                take_in(area, feed, handed, as_of=day(night), received_at=received, root=root)
