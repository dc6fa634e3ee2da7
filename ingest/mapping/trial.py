"""Tries a mapping on a sample of the supplier's export: what maps, what is left over, what is missing. Nothing is
loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from area.errors import SettingsError
from ingest.contract.layouts import year_said
from ingest.contract.model import Contract, Table
from ingest.formats import SourceFile, csv_table
from ingest.formats.mapped import MappedTable, supplier_contract
from ingest.mapping.model import FeedMapping, SupplierFile, TableMapping
from ingest.reading.code_words import CodeCount, UnknownCodes, unknown_codes, unknown_words
from ingest.reading.row_checks import RowChecks


@dataclass
class TableCheck:
    """What became of a sample for one table. `broken` counts rows by reason and field; `unknown` is by field, with the
    words that may be named, and `words` with all of them: personal ones too where a column is mapped wrongly."""

    table: Table
    mapping: TableMapping
    rows: int = 0
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Mapping[str, UnknownCodes] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict, repr=False)

    def source_of(self, name: str) -> str:
        """Where a field comes from, in words; empty for one that nothing is mapped to."""
        mapping = self.mapping
        if name in mapping.columns:
            return mapping.columns[name]
        if name in mapping.split:
            part = mapping.split[name]
            return f"{part.column}, part {part.number}"
        if name in mapping.join:
            return " + ".join(mapping.join[name].columns)
        return "always the same" if name in mapping.constants else ""


@dataclass(frozen=True)
class SampleCheck:
    """What a mapping makes of a sample: `missing` headings that it uses, `left_over` ones that it does not."""

    theirs: SupplierFile
    lines: int
    unreadable: int
    missing: tuple[str, ...]
    left_over: tuple[str, ...]
    tables: tuple[TableCheck, ...]
    named_as: SupplierFile | None
    """What a file of the sample's name would be read as; None for the feed's own layout."""

    @property
    def good(self) -> bool:
        """Whether the file would be taken in, whole: nothing is missing and no row would be held back."""
        return not self.missing and not self.unreadable and not any(table.broken for table in self.tables)


def check_sample(contract: Contract, mapping: FeedMapping, sample: Path, *, kind: str | None = None) -> SampleCheck:
    """Read a sample through the mapping as the load would. `kind` names which of the supplier's files it is, where its
    name does not say.

    Raises FileRefusedError when it is no CSV file of the encoding the mapping says, SettingsError when it is none of
    the files the mapping names.
    """
    theirs = _file(mapping, sample, kind)
    raw = supplier_contract(contract, theirs)
    raw = replace(raw, format={**raw.format, "missing_columns": "allow"})
    ours = {table.name: table for table in contract.tables_of_year(year_said(sample.name))}
    checks = [TableCheck(ours[each.table], each) for each in theirs.tables if each.table in ours]
    mapped = [MappedTable(each.mapping, each.table) for each in checks]
    codes = [CodeCount(each.table) for each in checks]
    lines = unreadable = 0
    missing: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    for batch in csv_table.read(SourceFile(sample, sample.name, raw)):
        lines += batch.cells.num_rows + len(batch.bad)
        unreadable += len(batch.bad)
        missing, left_over = batch.missing_columns, batch.ignored_columns
        for check, reader, counted in zip(checks, mapped, codes, strict=True):
            cells = reader.rows(batch, first=False).cells
            check.rows += cells.num_rows
            counted.take(cells)
            broken = RowChecks(check.table).broken(cells)
            for place, number in enumerate(np.bincount(broken.code, minlength=len(broken.reasons) + 1)[1:]):
                check.broken[broken.reasons[place]] += int(number)
    for check, counted in zip(checks, codes, strict=True):
        check.broken = +check.broken
        counts = counted.counts()
        found = {name: unknown_codes(words, check.table.field(name).codes) for name, words in counts.items()}
        check.unknown = {name: each for name, each in found.items() if each.rows}
        check.words = {name: unknown_words(counts[name], check.table.field(name).codes) for name in check.unknown}
    return SampleCheck(theirs, lines, unreadable, missing, left_over, tuple(checks), mapping.file_of(sample.name))


def _file(mapping: FeedMapping, sample: Path, kind: str | None) -> SupplierFile:
    by_name = {each.name: each for each in mapping.files}
    found = by_name.get(kind) if kind is not None else mapping.file_of(sample.name)
    if found is None and kind is None and len(by_name) == 1:
        return mapping.files[0]
    if found is None:
        patterns = ", ".join(f"{name} ({each.file})" for name, each in by_name.items())
        raise SettingsError(
            "--sample" if kind is None else "--as",
            expected=f"one of the files of the mapping: {patterns}; --as names it where its own name does not",
            came=sample.name if kind is None else repr(kind),
            where="the call",
        )
    return found
