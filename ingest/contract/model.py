"""What each feed has promised: where it comes from, how it is laid out, which fields it has and what must hold of them.

The contracts themselves are `ingest/contracts/<sector>/<feed>.yml`; `ingest/contract/file.py` reads and checks them.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from area.errors import ContractError
from ingest.mapping.model import FeedMapping

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"


@dataclass(frozen=True)
class Field:
    """One field of a table. `name` is its column here, `source` its heading, element or JSON path in the file."""

    name: str
    source: str
    kind: str  # text, code, date or integer; every value is loaded as text whichever it is
    required: bool = False
    max_length: int | None = None
    date_format: str | None = None
    codes: tuple[str, ...] = ()
    personal: str | None = None  # name, birth_date, identifier or postcode
    also: tuple[str, ...] = ()  # headings the same field had in other years
    optional: bool = False  # a file may do without its heading, as files did before the field came in
    about: str = ""  # what it holds, in a sentence, for the documentation and dbt's sources


@dataclass(frozen=True)
class Table:
    """One table of a feed. `key` names the fields that make a row unique within a file."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    file: str | None = None  # pattern of the file names that hold it
    within: str | None = None  # parent table and nested list it is read from, as mis_students.sen_needs
    min_rows: int = 0
    largest_change: float | None = None  # share by which its rows may differ from the delivery before; None: unsaid
    optional: bool = False  # a delivery may do without it
    about: str = ""  # its grain and what it holds, for the documentation and dbt's sources
    year: int | None = None  # the year whose layout this is; None: of all years together

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def starred(pattern: str, file_name: str) -> str | None:
    """What a file name says where the pattern has its one `*` (`SPR2025`), or None when it does not fit."""
    if pattern.count("*") != 1:
        return None
    before, after = pattern.split("*")
    name = file_name.lower()
    if name.startswith(before.lower()) and name.endswith(after.lower()) and len(name) > len(before) + len(after):
        return file_name[len(before) : len(file_name) - len(after)]
    return None


@dataclass(frozen=True)
class Contract:
    """One feed: one source system's delivery of one or more tables."""

    feed: str
    title: str
    sector: str
    owner: str
    arrives: str
    allowed_age_days: int | None  # None: history, never late
    required: bool
    snapshot: str  # full: each delivery holds everything; per_period: each holds one period
    transport: Mapping[str, Any]
    format: Mapping[str, Any]
    tables: tuple[Table, ...]
    """What is loaded: every table with the fields of all years."""
    layouts: Mapping[int, tuple[Table, ...]] = field(default_factory=dict)
    """What files are held against, where years differ: the tables as each year has them, by the first year a layout
    is of. Empty where all years are alike; `layouts_of` knows both."""
    years_why: Mapping[int, str] = field(default_factory=dict)
    """Why each year's layout is another than the one before."""
    source: str = ""
    """The name of dbt's source, where it is not the feed's."""
    contact: str = ""
    """Whom to call in this area, where its settings say so."""
    mapping: FeedMapping | None = None
    """How this area's supplier lays the feed out, where it does so in a way of its own."""
    pulled: bool = True
    """False where the area's settings say that its source is not asked (any more)."""

    def connection(self, area: str) -> str:
        """The id of the Airflow connection that says where the source is and how to log in."""
        return str(self.transport["connection"]).format(area=area)

    @property
    def source_name(self) -> str:
        """Under which name dbt knows the feed's tables."""
        return self.source or self.feed

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)

    def layouts_of(self, table: str) -> tuple[Table, ...]:
        """The table as each year has it, newest first; where years are alike, the one table."""
        if not self.layouts:
            return (self.table(table),)
        return tuple(
            each for year in sorted(self.layouts, reverse=True) for each in self.layouts[year] if each.name == table
        )

    def tables_of_year(self, year: int | None) -> tuple[Table, ...]:
        """The tables as the year has them: those of the newest layout up to it, or of the oldest there is for a year
        before that. Of the newest without a year."""
        if not self.layouts:
            return self.tables
        known = [each for each in self.layouts if year is None or each <= year]
        return self.layouts[max(known) if known else min(self.layouts)]

    def table_of_file(self, file_name: str) -> Table | None:
        """The table whose file pattern the name fits (letter case does not matter).

        Of several the longest pattern is meant: `ehc_plan_*.csv` also fits a file of `ehc_plan_setting_*.csv`. Of a
        supplier's file that several tables are read from it is the first.
        """
        theirs = self.mapping.file_of(file_name) if self.mapping is not None else None
        if theirs is not None:
            return self.table(theirs.tables[0].table)
        fitting = [
            table
            for table in self.tables
            if table.file is not None and fnmatch.fnmatchcase(file_name.lower(), table.file.lower())
        ]
        return max(fitting, key=lambda table: len(table.file or ""), default=None)

    def period_of_file(self, file_name: str) -> str | None:
        """Which period a file is of, as its name says; None where the feed has no periods or the name says none."""
        if self.snapshot != "per_period":
            return None
        theirs = self.mapping.file_of(file_name) if self.mapping is not None else None
        if theirs is not None:
            return starred(theirs.file, file_name)
        table = self.table_of_file(file_name)
        return starred(table.file, file_name) if table and table.file else None

    @property
    def fingerprint(self) -> str:
        """Changes when the way a file is read changes, so that what was read before can be read again."""
        said: dict[str, Any] = {"format": dict(self.format), "tables": [_reading(table) for table in self.tables]}
        if self.layouts:
            said["layouts"] = {year: [_reading(table) for table in self.layouts[year]] for year in sorted(self.layouts)}
        if self.mapping is not None:
            said["mapping"] = asdict(self.mapping)
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _reading(table: Table) -> dict[str, Any]:
    """What decides how the table is read; words about it, and how much of it there should be, do not."""
    said = {name: value for name, value in asdict(table).items() if name not in ("about", "largest_change", "optional")}
    said["fields"] = [{name: value for name, value in each.items() if name != "about"} for each in said["fields"]]
    return said


@cache
def _all_contracts(folder: Path) -> tuple[Contract, ...]:
    from ingest.contract.file import read_contract

    contracts = tuple(read_contract(path) for path in sorted(folder.rglob("*.yml")))
    seen: dict[str, str] = {}
    for contract in contracts:
        for name in (f"feed {contract.feed}", *(f"table {table.name}" for table in contract.tables)):
            if name in seen:
                raise ContractError(
                    contract.feed, field=name, expected="a name of its own", came=f"also in {seen[name]}"
                )
            seen[name] = contract.feed
    return contracts


def load_contracts(
    sector: str | None = None, *, area: str | None = None, folder: Path = CONTRACTS
) -> tuple[Contract, ...]:
    """All contracts, or those of one sector, in the order of sector and feed; as the area has them, where one is named.

    Raises ContractError when a file is not a contract, two of them share a feed or table name, or the area's mapping
    files are wrong, and SettingsError when its overrides are.
    """
    contracts = _all_contracts(folder)
    if area is not None:
        from ingest.contract.of_area import area_contracts

        contracts = area_contracts(contracts, area)
    return tuple(contract for contract in contracts if sector in (None, contract.sector))


def load_contract(feed: str, *, area: str | None = None, folder: Path = CONTRACTS) -> Contract:
    """The contract of one feed, as the area has it where one is named. Raises ContractError, naming the feeds there
    are, when there is none, and as `load_contracts` does."""
    for contract in load_contracts(area=area, folder=folder):
        if contract.feed == feed:
            return contract
    known = ", ".join(contract.feed for contract in load_contracts(folder=folder))
    raise ContractError("(all)", field="feed", expected=f"one of {known}", came=repr(feed))
