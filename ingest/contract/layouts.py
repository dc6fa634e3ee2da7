"""Which table, and which year's layout of it, a line of headings is.

A file has the layout of one year, never a mix of two: of all layouts the one that fits best is meant, and what it does
not fit in is what the file is refused for. Years of which the headings are alike are told apart by what the file's
name says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.contract.model import Contract, Field, Table

# 2023-24, 2023_24 and 202324 are named by the year they end in, as the DfE names collections.
TWO_YEARS = re.compile(r"(?<![0-9])(20[0-9]{2})[-_/]?([0-9]{2})(?![0-9])")
YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
DATE = re.compile(r"(?<![0-9])(20[0-9]{2})[0-9]{4}(?![0-9])")


@dataclass(frozen=True)
class Fit:
    """How headings fit one table of one year. `places` is where each of its fields is (None: nowhere).

    `missing` are headings that must be there and are not, `extra` those that must not be there and are, `twice` those
    of the table that are there more than once; the headings fit when all three are empty. `ignored` are headings of no
    field where the contract lets them pass.
    """

    table: Table
    places: tuple[int | None, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    twice: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.missing or self.extra or self.twice)

    @property
    def found(self) -> int:
        """How many of the table's fields are there."""
        return sum(place is not None for place in self.places)

    @property
    def distance(self) -> int:
        """Headings of either side that the other has not."""
        return len(self.places) - self.found + len(self.extra) + len(self.ignored)


def fit(contract: Contract, table: Table, names: Sequence[str]) -> Fit:
    """How the headings of a file, in its order, fit a table, as the contract's format has it (letter case, columns that
    may be missing or too many)."""
    said = contract.format
    plain = [plain_heading(contract, name) for name in names]
    where = {name: place for place, name in reversed(list(enumerate(plain)))}
    places = tuple(_place(contract, field, where) for field in table.fields)
    ours = {place for place in places if place is not None}
    may_lack = said.get("missing_columns") == "allow"
    absent = [field for field, place in zip(table.fields, places, strict=True) if place is None]
    others = tuple(name for place, name in enumerate(names) if place not in ours)
    ignore = said.get("extra_columns") == "ignore"
    return Fit(
        table=table,
        places=places,
        missing=tuple(field.source for field in absent if field.required or not (may_lack or field.optional)),
        extra=() if ignore else others,
        twice=tuple(sorted({names[place] for place in ours if plain.count(plain[place]) > 1})),
        ignored=others if ignore else (),
    )


def best_fit(contract: Contract, tables: Iterable[Table], names: Sequence[str], *, file_name: str) -> Fit:
    """Of the tables (each year's layout is one of its own) the one the headings fit best, fit or not.

    Where several fit alike, the year that the file's name says decides (the newest layout up to it); without one the
    newest is meant.
    """
    year = year_said(file_name)

    def rank(each: Fit) -> tuple[int, int, bool, int]:
        layout = each.table.year or 0
        wrong = len(each.missing) + len(each.extra) + len(each.twice)
        later = year is not None and layout > year
        return (wrong, each.distance, later, layout if later else -layout)

    return min((fit(contract, table, names) for table in tables), key=rank)


def year_said(file_name: str) -> int | None:
    """The year a file name says: a collection year (`2024`, `SPR2024`, `2023-24`), else that of a date in it."""
    for first, second in TWO_YEARS.findall(file_name):
        if (int(first) + 1) % 100 == int(second):
            return int(first) + 1
    found = YEAR.search(file_name) or DATE.search(file_name)
    return int(found[1]) if found else None


def plain_heading(contract: Contract, name: str) -> str:
    """A heading as headings are compared in files of the contract."""
    name = name.strip()
    return name.casefold() if contract.format.get("header_case") == "insensitive" else name


def short_heading(name: str) -> str:
    """A heading as it may be shown: printable, and not long."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return printable if len(printable) <= 40 else printable[:37] + "..."


def _place(contract: Contract, field: Field, where: dict[str, int]) -> int | None:
    headings = (plain_heading(contract, each) for each in (field.source, *field.also))
    return next((where[heading] for heading in headings if heading in where), None)
