"""Codes a contract does not know: counted always, named only where the word cannot be a child's.

A column that has slipped by one puts names and numbers where codes should be. So a word is named only if it looks like
a code, and only while there are few of them. In a record, which stays, it must look like the codes that are known, and
stand in several rows unless it has a form no name has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract.model import Table

CODE_LIKE = re.compile(r"(?![0-9]{5})[A-Za-z0-9/_-]{1,12}")
SEVERAL = 5  # rows; a single name in the wrong place is in fewer
NO_NAME = re.compile(r"..?|.*[0-9].*")  # one or two letters, or a digit in it
FEW = 10  # more unlike words than this are no code list that has grown


@dataclass(frozen=True)
class UnknownCodes:
    """What a column holds beside its codes: rows by word where the words may be named, and all such rows."""

    rows: int
    named: Mapping[str, int] = field(default_factory=dict)

    @property
    def hidden(self) -> int:
        """Rows whose words are not named."""
        return self.rows - sum(self.named.values())

    def __str__(self) -> str:
        shown = ", ".join(f"{word} ({number})" for word, number in self.named.items())
        rest = f"{self.hidden} row(s) with words not shown" if self.hidden else ""
        return "; ".join(part for part in (shown, rest) if part)


def unknown_codes(counts: Mapping[str, int], codes: Iterable[str], *, recorded: bool = False) -> UnknownCodes:
    """Of the rows by word of a column those whose word is none of the codes; letter case and blanks around a word do
    not make it unknown. `recorded` says that it is for a record and not for somebody who tries a sample."""
    given = list(codes)
    others = unknown_words(counts, given)
    named = {word: others[word] for word in sorted(others) if CODE_LIKE.fullmatch(word)}
    if recorded:
        named = {word: rows for word, rows in named.items() if _like_known(word, rows, given)}
    return UnknownCodes(sum(others.values()), named if len(others) <= FEW else {})


def unknown_words(counts: Mapping[str, int], codes: Iterable[str]) -> dict[str, int]:
    """Rows by word that is none of the codes, whatever the word: it may be a child's."""
    known = {code.casefold() for code in codes}
    return {word: number for word, number in counts.items() if word.strip().casefold() not in known}


def _like_known(word: str, rows: int, codes: Sequence[str]) -> bool:
    if len(word) > max(map(len, codes), default=0) + 1:
        return False
    capitals = all(code == code.upper() for code in codes)
    return (word == word.upper() or not capitals) and (rows >= SEVERAL or NO_NAME.fullmatch(word) is not None)


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
