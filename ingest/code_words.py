"""Codes a contract does not know: counted always, named only where the word cannot be a child's.

A column that has slipped by one puts names and numbers where codes should be. So a word is named only if it looks like
a code, and only while there are few of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract import Table

CODE_LIKE = re.compile(r"(?![0-9]{5})[A-Za-z0-9/_-]{1,12}")
FEW = 10  # more unlike words than this are no code list that has grown


@dataclass(frozen=True)
class UnknownCodes:
    """What a column holds beside its codes: rows by word where the words may be named, and all such rows."""

    rows: int
    named: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{word} ({number})" for word, number in self.named.items())
        rest = self.rows - sum(self.named.values())
        return "; ".join(part for part in (shown, f"{rest} row(s) with words not shown" if rest else "") if part)


def unknown_codes(counts: Mapping[str, int], codes: Iterable[str]) -> UnknownCodes:
    """Of the rows by word of a column those whose word is none of the codes; letter case and blanks around a word do
    not make it unknown."""
    known = {code.casefold() for code in codes}
    others = {word: number for word, number in counts.items() if word.strip().casefold() not in known}
    named = {word: others[word] for word in sorted(others) if CODE_LIKE.fullmatch(word)} if len(others) <= FEW else {}
    return UnknownCodes(sum(others.values()), named)


class CodeCount:
    """Gathers the words of a table's code fields, batch by batch."""

    def __init__(self, table: Table) -> None:
        self._counts: dict[str, Counter[str]] = {each.name: Counter() for each in table.fields if each.codes}

    def take(self, cells: pa.Table) -> None:
        """Count the words of some rows; columns that are not there hold none."""
        for name, counter in self._counts.items():
            if name in cells.column_names:
                for found in _value_counts(cells.column(name)):
                    if found["values"] is not None:
                        counter[found["values"]] += found["counts"]

    def counts(self) -> dict[str, Counter[str]]:
        """Rows by word of each code field."""
        return self._counts


def _value_counts(column: Any) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = pc.value_counts(column).to_pylist()
    return counted
