"""Extracts of the waiting list, the smallest feed there is, and days on which they come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from ingest.contract.model import load_contract
from ingest.pull import HandedIn, PullResult, take_in

AREA, FEED = "931", "waiting_list"
SURNAME = "Quennell-Abernathy"
NHS_NUMBER = "9434765919"
# What an area's settings say that has its waiting list in a folder by SFTP.
BY_SFTP = """
feeds:
  overrides:
    waiting_list:
      transport: {kind: sftp, connection: "send_{area}_health_sftp", folder: waiting, pattern: "*.csv"}
"""


def extract(day: dt.date, *, rows: int = 20, bad: int = 0, pathways: Sequence[str] = ()) -> bytes:
    """A file of `rows` good rows and `bad` ones whose birth date is none; the first rows have these `pathways`."""
    columns = load_contract(FEED).table("health_waiting_list").columns
    said = {
        "nhs_number": NHS_NUMBER,
        "birth_date": "2014-05-06",
        "pathway": "ASD",
        "referral_received_date": "2024-02-03",
        "extract_date": f"{day:%Y-%m-%d}",
    }
    lines = [",".join(columns)]
    for number in range(rows + bad):
        row = said | {"pathway_ref": f"P{number}"} | ({"birth_date": SURNAME} if number >= rows else {})
        row |= {"pathway": pathways[number]} if number < len(pathways) else {}
        lines.append(",".join(row.get(name, "") for name in columns))
    return ("\n".join(lines) + "\n").encode()


def delivered(
    day: dt.date,
    root: Path,
    *,
    rows: int = 20,
    bad: int = 0,
    pathways: Sequence[str] = (),
    came: dt.date | None = None,
) -> PullResult:
    """Take a day's extract in as if its source had delivered it on the day `came` (its own by default)."""
    received = dt.datetime.combine(came or day, dt.time(1), dt.UTC)
    file = HandedIn(f"waiting_list_{day:%Y%m%d}.csv", "a test", extract(day, rows=rows, bad=bad, pathways=pathways))
    return take_in(AREA, FEED, [file], as_of=came or day, received_at=received, root=root)
