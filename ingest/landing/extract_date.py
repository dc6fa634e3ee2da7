"""What a file name says: which day the extract is of, and what kind of file it is."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

# The last eight digits of the name, before its endings: ehc_plan_20250131.csv, edubasealldata20250131.csv.
AT_THE_END = re.compile(r"(?<![0-9])([0-9]{8})(?:\.[A-Za-z0-9.-]+)?$")

# Of an incremental feed: a file that holds what has changed, ssd_person_changes_20250131.parquet.
CHANGES = "changes"


def extract_date(file_name: str, *, received_at: dt.datetime, as_of: dt.date) -> dt.date:
    """The date in the file name; without one the day it was received, or the night it was pulled for if that is
    earlier."""
    return day_named(file_name) or min(received_at.date(), as_of)


def day_named(file_name: str) -> dt.date | None:
    """The day in a file name, if there is one."""
    found = AT_THE_END.search(file_name)
    if found:
        try:
            return dt.datetime.strptime(found[1], "%Y%m%d").date()
        except ValueError:
            pass
    return None


@lru_cache(maxsize=100_000)
def kind_of(file_name: str) -> str:
    """Names that differ in their digits only are deliveries of the same thing."""
    return re.sub(r"[0-9]+", "", file_name.lower())


def changes_only(file_name: str) -> bool:
    """Whether a file of an incremental feed only adds to the files before it: its name says so before its date."""
    return f"_{CHANGES}_" in file_name.lower()
