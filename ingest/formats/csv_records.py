"""Where the records of a piece of a CSV file are. Three ways, the fastest that is exact for the piece at hand.

1. Every line is one record with the right number of fields: nothing to do (the caller finds out by parsing, and by
   `quotes_are_regular`).
2. Quotes are used as RFC 4180 has them: quote characters are counted off in pairs, without a loop.
3. Anything else (a quote that is never closed, lone carriage returns): line by line with Python's csv module, which
   loses one line to a broken quote instead of the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
NEWLINE, RETURN, QUOTE = 10, 13, 34
# A record longer than this is taken for a quote that was never closed, or for no record at all.
MOST_LINES, MOST_BYTES = 100, 1_000_000
# So many are handed over at a time: a block may be nothing but lines of one letter, each of them a bad row.
MOST_RECORDS = 100_000
# The csv module's own limit on a field (128 kB) would make it depend on the way taken whether a long field is one.
csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True)
class Records:
    """For each record: first and one-past-last byte (line end left out), number of its line from 0, and number of
    fields (0: not readable as a record)."""

    starts: Whole
    ends: Whole
    lines: Whole
    fields: Whole

    def first(self, count: int) -> Records:
        """The first so many of them."""
        return Records(self.starts[:count], self.ends[:count], self.lines[:count], self.fields[:count])


def whole_records(data: bytes) -> int:
    """How many bytes there are up to the last line end that stands outside of quotes, if quotes are used as they should
    be."""
    if b'"' not in data:
        return data.rfind(b"\n") + 1
    letters = np.frombuffer(data, dtype=np.uint8)
    newlines, quotes = np.flatnonzero(letters == NEWLINE), np.flatnonzero(letters == QUOTE)
    outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    return int(outside[-1]) + 1 if outside.size else 0


def by_counting(body: bytes, delimiter: bytes, width: int) -> Records | None:
    """Way 2, or None when quotes are not paired off properly. Blank lines are no records."""
    if has_lone_returns(body) or not quotes_are_regular(body, delimiter):
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


def has_lone_returns(body: bytes) -> bool:
    """Whether a carriage return stands anywhere but in a line end."""
    return b"\r" in body and body.count(b"\r") != body.count(b"\r\n")


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


def line_by_line(body: bytes, delimiter: str, width: int, *, last: bool) -> tuple[Records, int]:
    """Way 3, and how many bytes it has dealt with. A record that runs over several lines is one only if it then has the
    right number of fields. Unless this is the `last` of the file, what could still go on is left for the next time, and
    so is what comes after very many records."""
    lines = body.split(b"\n")
    offsets = np.concatenate(([0], np.cumsum([len(line) + 1 for line in lines]))).tolist()
    found: list[tuple[int, int, int, int]] = []
    at = 0
    while at < len(lines) and len(found) < MOST_RECORDS:
        if not last and len(lines) - 1 - at <= MOST_LINES and len(body) - offsets[at] <= MOST_BYTES:
            break
        if not last and at == len(lines) - 1:  # a line that has not ended yet, though it is longer than any record
            break
        if not lines[at].removesuffix(b"\r"):
            at += 1
            continue
        took, fields = _one_record(lines, at, delimiter, width)
        end = offsets[at + took - 1] + len(lines[at + took - 1].removesuffix(b"\r"))
        found.append((offsets[at], end, at, fields))
        at += took
    columns = np.array(found, dtype=np.int64).reshape(-1, 4)
    records = Records(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3])
    return records, min(offsets[min(at, len(lines))], len(body))


def _one_record(lines: Sequence[bytes], at: int, delimiter: str, width: int) -> tuple[int, int]:
    """How many lines the record at `at` takes, and its fields. A quote left open that no near line closes, or a
    carriage return where none may be: one line, 0."""
    line = lines[at].removesuffix(b"\r")
    if b'"' not in line:
        return 1, 0 if b"\r" in line else line.count(delimiter.encode()) + 1
    reader = csv.reader(_near(lines, at), delimiter=delimiter, strict=True)
    try:
        fields = len(next(reader))
    except (csv.Error, StopIteration):
        return 1, 0
    if reader.line_num == 1:
        return 1, fields
    return (reader.line_num, fields) if fields == width else (1, 0)


def _near(lines: Sequence[bytes], at: int) -> Iterator[str]:
    """The lines from `at` on, as far as one record may go."""
    size = 0
    for place in range(at, min(at + MOST_LINES, len(lines))):
        size += len(lines[place]) + 1
        if size > MOST_BYTES + 1:
            return
        yield lines[place].removesuffix(b"\r").decode(errors="replace") + "\n"
