"""Where the records of a CSV file are. Three ways, the fastest that is exact for the file at hand.

1. Every line is one record with the right number of fields: nothing to do (the caller finds out by parsing, and by
   `quotes_are_regular`).
2. Quotes are used as RFC 4180 has them: quote characters are counted off in pairs, without a loop.
3. Anything else (a quote that is never closed, lone carriage returns): line by line with Python's csv module, which
   loses one line to a broken quote instead of the rest of the file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
NEWLINE, RETURN, QUOTE = 10, 13, 34
# A record longer than this is taken for a quote that was never closed, or for no record at all.
MOST_LINES, MOST_BYTES = 100, 1_000_000


@dataclass(frozen=True)
class Records:
    """For each record: first and one-past-last byte (line end left out), number of its line from 1, and number of
    fields (0: not readable as a record)."""

    starts: Whole
    ends: Whole
    lines: Whole
    fields: Whole


def find_records(data: bytes, *, first: int, first_line: int, delimiter: bytes, width: int) -> Records:
    """The records of `data` from byte `first` on, which is in line `first_line`. Blank lines are none."""
    body = data[first:]
    found = None
    if body.count(b"\r") == body.count(b"\r\n"):
        found = _by_counting(body, delimiter, width)
    if found is None:
        found = _line_by_line(body, delimiter.decode(), width)
    return Records(found.starts + first, found.ends + first, found.lines + first_line, found.fields)


def _by_counting(body: bytes, delimiter: bytes, width: int) -> Records | None:
    """Way 2, or None when quotes are not paired off properly."""
    if not quotes_are_regular(body, delimiter):
        return None
    letters = np.frombuffer(body, dtype=np.uint8)
    newlines = np.flatnonzero(letters == NEWLINE)
    delimiters = np.flatnonzero(letters == delimiter[0])
    record_ends = newlines
    if b'"' in body:
        outside = ~np.bitwise_xor.accumulate(letters == QUOTE)
        record_ends, delimiters = newlines[outside[newlines]], delimiters[outside[delimiters]]
    ends = record_ends if letters.size == 0 or letters[-1] == NEWLINE else np.append(record_ends, letters.size)
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64) if ends.size else ends
    lines = np.searchsorted(newlines, starts)
    ends = ends - ((ends > starts) & (letters[np.maximum(ends - 1, 0)] == RETURN))
    fields = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
    spans = np.searchsorted(newlines, ends) - lines
    if np.any((spans > 0) & ((fields != width) | (spans > MOST_LINES))):
        return None
    keep = ends > starts
    return Records(starts[keep], ends[keep], lines[keep].astype(np.int64), fields[keep].astype(np.int64))


def quotes_are_regular(body: bytes, delimiter: bytes) -> bool:
    """Whether each quote opens a field, closes one, or is half of a doubled one within a quoted field."""
    if b'"' not in body:
        return True
    letters = np.frombuffer(body, dtype=np.uint8)
    quotes = np.flatnonzero(letters == QUOTE)
    if quotes.size % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, letters[np.maximum(opening - 1, 0)], NEWLINE)
    after = np.where(closing + 1 < letters.size, letters[np.minimum(closing + 1, letters.size - 1)], NEWLINE)
    doubled = np.zeros(opening.size, dtype=bool)  # this opening is the second half of a doubled quote
    doubled[1:] = opening[1:] == closing[:-1] + 1
    opens = doubled | (before == delimiter[0]) | (before == NEWLINE)
    closes = (after == delimiter[0]) | (after == NEWLINE) | (after == RETURN)
    closes[:-1] |= doubled[1:]
    return bool(opens.all() and closes.all())


def _line_by_line(body: bytes, delimiter: str, width: int) -> Records:
    """Way 3. A record that runs over several lines is one only if it then has the right number of fields."""
    lines = body.split(b"\n")
    offsets = np.concatenate(([0], np.cumsum([len(line) + 1 for line in lines])))
    found: list[tuple[int, int, int, int]] = []
    at = 0
    while at < len(lines):
        if not lines[at].removesuffix(b"\r"):
            at += 1
            continue
        took, fields = _one_record(lines, at, delimiter, width)
        end = int(offsets[at + took - 1]) + len(lines[at + took - 1].removesuffix(b"\r"))
        found.append((int(offsets[at]), end, at, fields))
        at += took
    columns = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Records(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3])


def _one_record(lines: list[bytes], at: int, delimiter: str, width: int) -> tuple[int, int]:
    """How many lines the record at `at` takes, and its fields. A quote left open that no near line closes: one
    line, 0."""
    text = b""
    for took in range(1, min(MOST_LINES, len(lines) - at) + 1):
        text = lines[at] if took == 1 else text + b"\n" + lines[at + took - 1]
        if len(text) > MOST_BYTES:
            break
        fields = _count(text.removesuffix(b"\r"), delimiter)
        if took == 1 and fields:
            return 1, fields
        if fields == width:
            return took, fields
        if fields:
            break
    return 1, 0


def _count(text: bytes, delimiter: str) -> int:
    """Fields of a complete record, 0 when a quote is left open or a carriage return stands where none may."""
    try:
        rows = list(csv.reader([text.decode()], delimiter=delimiter, strict=True))
    except csv.Error:
        return 0
    return len(rows[0]) if len(rows) == 1 else 0
