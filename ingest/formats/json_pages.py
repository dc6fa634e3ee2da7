"""Pages of JSON records into columns of text, a nested list of theirs into a table of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa

from ingest.contract.model import Field, Table
from ingest.formats import BadRow, SourceFile, TableRows
from ingest.formats.json_seq import bodies
from ingest.landing.files import LARGEST_FILE

BAD_ELEMENT = "BAD_ELEMENT"
BATCH_BYTES = 4_000_000
Record = dict[str, Any]
# Members no field is read from are named in the delivery record: those that look like names of members, up to so many.
MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
MOST_OTHERS = 100


def read(file: SourceFile) -> Iterator[TableRows]:
    """The table an endpoint's file is of, and the tables read from lists within its records, some pages at a time.

    `_row` is the number of the record, or of the nested entry, counted over all pages from 1. Refuses a file that
    is no sequence of pages; a record that is no object, or has one where a value should be, is handed back as a bad
    row.
    """
    name = file.name.split(".")[0]
    table = next((table for table in file.contract.tables if table.name == name and table.within is None), None)
    if table is None:
        file.refuse(expected="a file named after one of the feed's endpoints", came="another name")
    nested = {
        each.within.split(".", 1)[1]: each
        for each in file.contract.tables
        if each.within and each.within.split(".", 1)[0] == name
    }
    main = _Gatherer(table, nested)
    inner = {member: _Gatherer(each) for member, each in nested.items()}
    every = (main, *inner.values())
    size = 0
    for page in _pages(file):
        records = main.take(page.elements, look_for_nul=page.has_nul)
        for member, gatherer in inner.items():
            entries = _entries(records, member, _parent_key(nested[member]))
            gatherer.take(entries, look_for_nul=page.has_nul)
        size += page.size
        if size >= BATCH_BYTES:
            yield from (gatherer.rows() for gatherer in every)
            size = 0
    yield from (gatherer.rows() for gatherer in every)


@dataclass(frozen=True)
class _Page:
    elements: list[Any]
    size: int  # bytes
    has_nul: bool  # a NUL character may be in it (JSON can only write it as an escape)


def _pages(file: SourceFile) -> Iterator[_Page]:
    number = 0
    try:
        for body in bodies(file.path, largest=LARGEST_FILE):
            number += 1
            said = orjson.loads(body)
            if not isinstance(said, dict) or not isinstance(said.get("data"), list):
                raise ValueError("a page without a list 'data'")
            yield _Page(said["data"], len(body), b"\\u0000" in body)
    except orjson.JSONDecodeError:
        file.refuse(expected="pages of JSON", came=f"a page {number} that is none")
    except ValueError as error:
        file.refuse(expected="a sequence of JSON pages", came=str(error))


def _parent_key(table: Table) -> str | None:
    """A nested entry knows its parent only by where it stands: the key field `<parent>_id` is filled in from there."""
    return next((name for name in table.key if name.endswith("_id")), None)


def _entries(records: list[Record], member: str, parent_key: str | None) -> list[Any]:
    """The entries of a nested list, each with its parent's id; what is no list counts as one bad entry."""
    found: list[Any] = []
    for record in records:
        entries = record.get(member)
        if not entries and (entries is None or isinstance(entries, list)):
            continue
        for entry in entries if isinstance(entries, list) else [entries]:
            found.append({**entry, parent_key: record.get("id")} if parent_key and isinstance(entry, dict) else entry)
    return found


class _Gatherer:
    """Gathers the rows of one table as columns, page by page, and hands them over batch by batch."""

    def __init__(self, table: Table, nested: Iterable[str] = ()) -> None:
        self.table = table
        self._objects = {field.source.split(".")[0] for field in table.fields if "." in field.source}
        self._known = {field.source.split(".")[0] for field in table.fields} | set(nested)
        self._others: set[str] = set()
        self._seen = 0
        self._forget()

    def _forget(self) -> None:
        self._chunks: list[pa.Table] = []
        self._numbers: list[int] = []
        self._elements: list[Record] = []
        self._bad: list[BadRow] = []

    def take(self, elements: list[Any], *, look_for_nul: bool) -> list[Record]:
        """Take in one page; returns the records of it that can be read as such."""
        numbers = list(range(self._seen + 1, self._seen + len(elements) + 1))
        self._seen += len(elements)
        good: list[Record] = elements
        if not self._all_objects(elements):
            good, kept = [], []
            for number, element in zip(numbers, elements, strict=True):
                if self._all_objects([element]):
                    good.append(element)
                    kept.append(number)
                else:
                    self._add_bad(number, element, None)
            numbers = kept
        if len(self._others) < MOST_OTHERS:
            self._others.update(name for name in set().union(*good) - self._known if MEMBER.fullmatch(name))
        columns = {field.name: _values(good, field) for field in self.table.fields}
        unfit = {place: name for name, column in columns.items() for place in _unfit(column, look_for_nul=look_for_nul)}
        if unfit:
            for place, name in sorted(unfit.items()):
                self._add_bad(numbers[place], good[place], name)
            keep = [place for place in range(len(good)) if place not in unfit]
            good, numbers = [good[place] for place in keep], [numbers[place] for place in keep]
            columns = {name: [column[place] for place in keep] for name, column in columns.items()}
        self._chunks.append(pa.table({name: _text(column) for name, column in columns.items()}))
        self._numbers += numbers
        self._elements += good
        return good

    def rows(self) -> TableRows:
        """What has been gathered since the last time."""
        empty = pa.table({name: pa.array([], pa.string()) for name in self.table.columns})
        cells = pa.concat_tables([empty, *self._chunks])
        elements = self._elements

        def originals(positions: Sequence[int]) -> list[str]:
            return [_json(elements[position]) for position in positions]

        numbers, others = pa.array(self._numbers, pa.int64()), tuple(sorted(self._others))
        found = TableRows(self.table, cells, numbers, originals, self._bad, ignored_columns=others)
        self._forget()
        return found

    def _all_objects(self, elements: list[Any]) -> bool:
        if set(map(type, elements)) - {dict}:
            return False
        inner = ({type(element.get(name)) for element in elements} for name in self._objects)
        return all(kinds <= {dict, type(None)} for kinds in inner)

    def _add_bad(self, number: int, element: Any, field: str | None) -> None:
        self._bad.append(BadRow(number, BAD_ELEMENT, field, _json(element)))


def _values(records: list[Record], field: Field) -> list[Any]:
    if "." not in field.source:
        return [record.get(field.source) for record in records]
    outer, inner = field.source.split(".", 1)
    return [(record.get(outer) or {}).get(inner) for record in records]


def _unfit(column: list[Any], *, look_for_nul: bool) -> list[int]:
    """Places of values that are objects, lists, or text with a NUL character in it."""
    if not look_for_nul and not set(map(type, column)) & {dict, list}:
        return []
    return [
        place
        for place, value in enumerate(column)
        if isinstance(value, dict | list) or (isinstance(value, str) and "\0" in value)
    ]


def _text(column: list[Any]) -> pa.Array:
    """Values as JSON writes them (`true`, `12`), texts without their quotes, an empty text as null."""
    kinds = set(map(type, column)) - {type(None)}
    if kinds <= {str}:
        return pa.array([value or None for value in column], pa.string())
    if kinds == {int}:
        try:
            return pa.array(column, pa.int64()).cast(pa.string())
        except OverflowError:  # larger than any database's whole number; kept as it is
            pass
    return pa.array([_one(value) for value in column], pa.string())


def _one(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _json(element: Any) -> str:
    return orjson.dumps(element, option=orjson.OPT_SORT_KEYS).decode()
