"""A council's mapping of its supplier's export to the layout of a feed: which column is which field, without code.

A mapping file names each of the supplier's files and, for each, the tables that are read from it; several tables may
come from one wide export. `docs/mapping.md` explains it with an example; `ingest/mapping/file.py` reads and checks it,
and `ingest/formats/mapped.py` reads the supplier's files by it.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A piece of the supplier's column: what stands there before, between or after `at`. `number` counts from 1."""

    column: str
    at: str
    number: int


@dataclass(frozen=True)
class Joined:
    """Several of the supplier's columns as one value; empty ones are left out."""

    columns: tuple[str, ...]
    between: str


@dataclass(frozen=True)
class TableMapping:
    """One table of the feed in one of the supplier's files. Keys of all mappings are our fields; a field that none of
    them names is empty."""

    table: str
    columns: Mapping[str, str]
    """The supplier's heading of each field."""
    constants: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, Part] = field(default_factory=dict)
    join: Mapping[str, Joined] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    """How the supplier writes a date (strptime); a value that is none is left as it came, and quarantined."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The supplier's words (letter case does not matter) and our codes; other words are loaded as they came."""
    only_with: tuple[str, ...] = ()
    """Headings: a line in which one of them is empty holds no row of this table."""
    distinct: bool = False
    """The export repeats these rows by its nature (a person on every line of theirs): each is taken once."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading of the supplier's that is used."""
        found = [*self.columns.values(), *(part.column for part in self.split.values())]
        found += [column for joined in self.join.values() for column in joined.columns]
        return tuple(dict.fromkeys([*found, *self.only_with]))

    @property
    def fields(self) -> set[str]:
        """The fields that get a value."""
        return set().union(self.columns, self.constants, self.split, self.join)


@dataclass(frozen=True)
class SupplierFile:
    """One kind of file of the supplier's: the names it comes under, how it is written, and what is read from it."""

    name: str
    file: str
    tables: tuple[TableMapping, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    null_words: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(heading for table in self.tables for heading in table.headings))


@dataclass(frozen=True)
class FeedMapping:
    """How one supplier's files are read as a feed."""

    feed: str
    supplier: str
    files: tuple[SupplierFile, ...]

    def file_of(self, file_name: str) -> SupplierFile | None:
        """The kind of file a name is of (letter case does not matter); of several the longest pattern is meant."""
        fitting = [each for each in self.files if fnmatch.fnmatchcase(file_name.lower(), each.file.lower())]
        return max(fitting, key=lambda each: len(each.file), default=None)
