"""The name a file is delivered under where somebody else chose it: a sender's header, a name on somebody's desktop.

Such a name may climb out of a folder or hold a child's name, and it would stand in delivery records and on pages. So
nothing of it is kept but what is known to be harmless: the words of the contract's own pattern, and a date or a period.
"""

from __future__ import annotations

import datetime as dt
import re

from ingest.contract.model import Contract, Table
from ingest.landing.files import safe_extension

# SPR2025, 2025, 202425, 2024-25, 20250131, 20250131_2015: no run of ten digits (an NHS number, a ULN), no word.
MARK = re.compile(
    r"(?:[A-Za-z]{3})?(?:19|20)[0-9]{2}(?:-?[0-9]{2}(?:-?[0-9]{2}(?:[T_-]?[0-2][0-9][0-5][0-9](?:[0-5][0-9])?Z?)?)?)?"
)
DATE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9])(?![0-9])")


def mark_in(table: Table, said: str) -> str | None:
    """What stands at the `*` of the table's pattern in a file name, when it is a date or a period and nothing else."""
    if table.file is None or table.file.count("*") != 1:
        return None
    name = base_name(said)
    before, after = (part.lower() for part in table.file.split("*"))
    if not (name.lower().startswith(before) and name.lower().endswith(after)):
        return None
    mark = name[len(before) : len(name) - len(after)]
    return mark if MARK.fullmatch(mark) else None


def date_in(said: str) -> dt.date | None:
    """A date somewhere in a file name: 20250131 or 2025-01-31."""
    for found in DATE.findall(base_name(said)):
        try:
            return dt.datetime.strptime(found.replace("-", ""), "%Y%m%d").date()
        except ValueError:
            continue
    return None


def own_name(contract: Contract, said: str) -> str | None:
    """The file name as it is, where the feed's files have no pattern and it is made of a word of the feed's name, an
    area's code and a date or a year: SEN2_931_2024.xml, CIN_931_20250131.xml."""
    words = "|".join(re.escape(word) for word in contract.feed.split("_"))
    name = base_name(said)
    fits = re.fullmatch(rf"(?:{words})(?:_[0-9]{{3}})?_{MARK.pattern}\.[A-Za-z]{{1,8}}", name, re.IGNORECASE)
    return name if fits else None


def base_name(said: str) -> str:
    """The last part of a path of either kind of system."""
    return re.split(r"[/\\]", said)[-1].strip()


def named_for(contract: Contract, table: Table | None, mark: str, *, extension: str) -> str:
    """The name of a file of `table` (or of the feed as a whole) for a date or period, in the contract's own words."""
    if table is not None and table.file is not None and table.file.count("*") == 1:
        return table.file.replace("*", mark)
    if table is not None and table.file is not None and "*" not in table.file:
        return table.file
    told_apart = table is not None and table.file is None and len(contract.tables) > 1
    word = table.name if table is not None and told_apart else contract.feed
    return f"{word}_{mark}.{safe_extension(extension)}"


def delivered_name(contract: Contract, said: str, *, day: dt.date) -> str:
    """The name a file is delivered under: `said` if it is wholly harmless, else one made of the contract's pattern and
    the date in `said`, or `day` (the day it was sent) when there is none.

    Of a feed of several tables a name that fits none of their patterns becomes `<feed>_<date>`.
    """
    table = contract.table_of_file(base_name(said))
    if table is not None and (mark := mark_in(table, said)) is not None:
        return named_for(contract, table, mark, extension="")
    if all(each.file is None for each in contract.tables) and (own := own_name(contract, said)) is not None:
        return own
    if table is None and len(contract.tables) == 1:
        table = contract.tables[0]
    found = date_in(said) or day
    extension = base_name(said).rpartition(".")[2] if "." in said else "bin"
    return named_for(contract, table, found.strftime("%Y%m%d"), extension=extension)
