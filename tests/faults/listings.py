"""A delivery for the transports that bring files: community waiting lists, with rows of every kind."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from ingest.contract.model import load_contract
from tests.faults import faults

FEED = "waiting_list"
NAME = "waiting_list_20250131.csv"
_HEADER = [field.source for field in load_contract(FEED).tables[0].fields]


def _row(ref: str, **changes: str) -> str:
    row = {"pathway_ref": ref, "birth_date": "2015-02-03", "pathway": "ASD", "nhs_number": "9434765919"}
    row |= {"referral_received_date": "2024-03-04", "extract_date": "2025-01-31"} | changes
    return ",".join(row.get(name, "") for name in _HEADER)


def content(rows: int = 120) -> bytes:
    """A file of so many good rows, a duplicate and two rows for quarantine."""
    good = [_row(f"W{number}") for number in range(rows)]
    bad = [good[0], _row("BAD", birth_date="nonsense"), "torn"]
    return ("\n".join([",".join(_HEADER), *good, *bad]) + "\n").encode()


def put(folder: Path, body: bytes, *, stated: bytes | None = None) -> None:
    """Lay the file down, and its checksum (of `stated`, where another is to be stated) beside it; both an hour old."""
    said = f"{hashlib.sha256(body if stated is None else stated).hexdigest()}  {NAME}\n".encode()
    for name, content in ((f"{NAME}.sha256", said), (NAME, body)):
        path = folder / name
        path.write_bytes(content)
        os.utime(path, (time.time() - 3600, time.time() - 3600))


def spoil(folder: Path, fault: str) -> None:
    """Lay the file down with a fault of its content."""
    spoilt = {
        faults.CHECKSUM: content().replace(b"W7", b"W8"),
        faults.EMPTY: b"",
        faults.CONTENT_TYPE: b"<!doctype html>\n<title>Log in</title>\n<p>Your session has ended.</p>\n",
    }[fault]
    put(folder, spoilt, stated=content() if fault == faults.CHECKSUM else None)
