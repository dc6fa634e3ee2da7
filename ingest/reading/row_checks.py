"""Holds rows against their contract, column by column, for every format alike.

A row has one reason, that of the first of its fields (in the contract's order) that breaks its promise. Codes are
not checked: an unknown code is loaded as it came, and a rule of the return flags it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract.model import Field, Table

Mask = npt.NDArray[np.bool_]
MISSING_REQUIRED, TOO_LONG, BAD_DATE, BAD_INTEGER = "MISSING_REQUIRED", "TOO_LONG", "BAD_DATE", "BAD_INTEGER"

DATE_PARTS = {
    "%Y": r"(?P<year>[0-9]{4})",
    "%m": r"(?P<month>[0-9]{2})",
    "%d": r"(?P<day>[0-9]{2})",
    "%b": r"(?P<name>[A-Za-z]{3})",
    "%H": r"(?P<hour>[0-9]{2})",
    "%M": r"(?P<minute>[0-9]{2})",
    "%S": r"(?P<second>[0-9]{2})",
}
DATE_WORDS = {"%Y": "CCYY", "%m": "MM", "%d": "DD", "%b": "MMM", "%H": "hh", "%M": "mm", "%S": "ss"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTHS, start=1)}
INTEGER = r"\A-?[0-9]{1,18}\z"


@dataclass(frozen=True)
class BrokenRows:
    """`code` is 0 for a row that holds to the contract, else one more than its place in `reasons` (reason, field)."""

    code: npt.NDArray[np.int16]
    reasons: list[tuple[str, str]]


Check = Callable[[pa.ChunkedArray], "Mask | None"]


class RowChecks:
    """Required values, lengths, dates and whole numbers of one table's rows. Made once for all batches of a file: what
    is known of a date is not looked at again."""

    def __init__(self, table: Table) -> None:
        self._checks = [(field.name, _checks(field)) for field in table.fields]

    def broken(self, cells: pa.Table) -> BrokenRows:
        """What is wrong with the rows of a batch (the contract's columns, all text)."""
        code = np.zeros(cells.num_rows, dtype=np.int16)
        reasons: list[tuple[str, str]] = []
        for name, checks in self._checks:
            column = cells.column(name)
            for reason, find in checks:
                broken = find(column)
                if broken is not None and broken.any():
                    reasons.append((reason, name))
                    code[broken & (code == 0)] = len(reasons)
        return BrokenRows(code, reasons)


def _checks(field: Field) -> list[tuple[str, Check]]:
    checks: list[tuple[str, Check]] = []
    if field.required:
        checks.append((MISSING_REQUIRED, _missing))
    if field.max_length is not None:
        longest = field.max_length
        checks.append((TOO_LONG, lambda column: _mask(pc.greater(pc.utf8_length(column), longest))))
    if field.kind == "date":
        good = _remembered(date_reader(field.date_format or "%Y-%m-%d"))
        checks.append((BAD_DATE, lambda column: _by_value(column, good)))
    if field.kind == "integer":
        checks.append((BAD_INTEGER, lambda column: _mask(pc.invert(pc.match_substring_regex(column, INTEGER)))))
    return checks


def _remembered(read: Callable[[str], dt.date | None]) -> Callable[[str], bool]:
    return lru_cache(maxsize=200_000)(lambda text: read(text) is not None)


def _missing(column: pa.ChunkedArray) -> Mask | None:
    blank = _mask(pc.utf8_is_space(column))
    return blank | _mask(pc.is_null(column)) if column.null_count else blank


def _by_value(column: pa.ChunkedArray, good: Callable[[str], bool]) -> Mask | None:
    """Looks at each distinct value once: an extract has few thousand dates, however many rows."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    bad = pa.array([not good(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
    if not pc.any(bad).as_py():
        return None
    return _mask(bad.take(encoded.indices))


def _mask(values: pa.ChunkedArray | pa.Array) -> Mask:
    """As a NumPy mask; a missing value breaks nothing here."""
    filled = pc.fill_null(values, False)
    return np.asarray(
        filled.to_numpy() if isinstance(filled, pa.ChunkedArray) else filled.to_numpy(zero_copy_only=False)
    )


def date_in_words(date_format: str | None) -> str:
    """A layout of dates as people write it: `DD/MM/CCYY`; `MMM` is a month's name in three letters."""
    return re.sub(r"%[A-Za-z]", lambda part: DATE_WORDS.get(part[0], part[0]), date_format or "%Y-%m-%d")


def date_reader(date_format: str) -> Callable[[str], dt.date | None]:
    """Reads dates of exactly one layout, month names English; None for anything else, such as 30 February or `
    2025-1-1`."""
    shape = re.compile("".join(DATE_PARTS.get(part, re.escape(part)) for part in re.split(r"(%[A-Za-z])", date_format)))

    def read(text: str) -> dt.date | None:
        found = shape.fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        month = MONTHS.get(parts["name"].lower(), 0) if parts.get("name") else int(parts["month"])
        try:
            hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
            moment = dt.datetime(int(parts["year"]), month, int(parts["day"]), hour, minute, second)
        except ValueError:
            return None
        return moment.date()

    return read
