"""Pages of JSON records into columns of text, a nested list of theirs into a table of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pyarrow as pa

from ingest.contract import Field, Table
from ingest.formats import BadRow, SourceFile, TableRows
from ingest.formats.json_seq import bodies
from ingest.landing import LARGEST_FILE

BAD_ELEMENT = "BAD_ELEMENT"
Record = dict[str, Any]


def read(file: SourceFile) -> list[TableRows]:
    """The table an endpoint's file is of, and the tables read from lists within its records.

    `_row` is the number of the record, or of the nested entry, counted over all pages from 1. Refuses a file that
    is no sequence of pages; a record that is no object, or has one where a value should be, is handed back as a bad
    row.
    """
    name = file.name.split(".")[0]
    table = next((table for table in file.contract.tables if table.name == name and table.within is None), None)
    if table is None:
        file.refuse(expected="a file named after one of the feed's endpoints", came="another name")
    main = _Gatherer(table)
    nested = {
        each.within.split(".", 1)[1]: _Gatherer(each)
        for each in file.contract.tables
        if each.within and each.within.split(".", 1)[0] == name
    }
    for page in _pages(file):
        records = main.take(page)
        for member, gatherer in nested.items():
            gatherer.take(_entries(records, member, gatherer.parent_key))
    return [gatherer.rows() for gatherer in (main, *nested.values())]


def _pages(file: SourceFile) -> list[list[Any]]:
    pages = []
    try:
        for body in bodies(file.path, largest=LARGEST_FILE):
            said = orjson.loads(body)
            if not isinstance(said, dict) or not isinstance(said.get("data"), list):
                raise ValueError("a page without a list 'data'")
            pages.append(said["data"])
    except orjson.JSONDecodeError:
        file.refuse(expected="pages of JSON", came=f"a page {len(pages) + 1} that is none")
    except ValueError as error:
        file.refuse(expected="a sequence of JSON pages", came=str(error))
    return pages


def _entries(records: list[Record], member: str, parent_key: str | None) -> list[Any]:
    """The entries of a nested list, each with its parent's id; what is no list counts as one bad entry."""
    found: list[Any] = []
    for record in records:
        entries = record.get(member)
        if entries is None:
            continue
        for entry in entries if isinstance(entries, list) else [entries]:
            found.append({**entry, parent_key: record.get("id")} if parent_key and isinstance(entry, dict) else entry)
    return found


class _Gatherer:
    """Gathers the rows of one table, page by page, as columns."""

    def __init__(self, table: Table) -> None:
        self.table = table
        # A nested entry knows its parent only by where it stands: the field `<parent>_id` is filled in from there.
        inside = {field.source for field in table.fields}
        self.parent_key = next((name for name in table.key if name.endswith("_id") and name in inside), None)
        self._chunks: list[pa.Table] = []
        self._numbers: list[int] = []
        self._elements: list[list[Record]] = []
        self._bad: list[BadRow] = []
        self._seen = 0

    def take(self, elements: Sequence[Any]) -> list[Record]:
        """Take in one page; returns the records of it that are objects."""
        good: list[Record] = []
        numbers: list[int] = []
        nested = [field.source.split(".")[0] for field in self.table.fields if "." in field.source]
        for element in elements:
            self._seen += 1
            if isinstance(element, dict) and all(isinstance(element.get(name, {}), dict | None) for name in nested):
                good.append(element)
                numbers.append(self._seen)
            else:
                self._add_bad(self._seen, element, None)
        columns = {field.name: _values(good, field) for field in self.table.fields}
        unfit = {place: name for name, column in columns.items() for place in _unfit(column)}
        if unfit:
            for place, name in sorted(unfit.items()):
                self._add_bad(numbers[place], good[place], name)
            keep = [place for place in range(len(good)) if place not in unfit]
            good, numbers = [good[place] for place in keep], [numbers[place] for place in keep]
            columns = {name: [column[place] for place in keep] for name, column in columns.items()}
        self._chunks.append(pa.table({name: _text(column) for name, column in columns.items()}))
        self._numbers += numbers
        self._elements.append(good)
        return good

    def rows(self) -> TableRows:
        empty = pa.table({name: pa.array([], pa.string()) for name in self.table.columns})
        cells = pa.concat_tables([empty, *self._chunks])

        def originals(positions: Sequence[int]) -> list[str]:
            every = [element for page in self._elements for element in page]
            return [_json(every[place]) for place in positions]

        return TableRows(self.table, cells, pa.array(self._numbers, pa.int64()), originals, self._bad)

    def _add_bad(self, number: int, element: Any, field: str | None) -> None:
        self._bad.append(BadRow(number, BAD_ELEMENT, field, _json(element)))


def _values(records: list[Record], field: Field) -> list[Any]:
    if "." not in field.source:
        return [record.get(field.source) for record in records]
    outer, inner = field.source.split(".", 1)
    return [(record.get(outer) or {}).get(inner) for record in records]


def _unfit(column: list[Any]) -> list[int]:
    """Places of values that are objects, lists, or text with a NUL character in it."""
    kinds = set(map(type, column))
    if not kinds & {dict, list} and not (str in kinds and any("\0" in value for value in column if type(value) is str)):
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
        return (
            pa.array(column, pa.int64()).cast(pa.string())
            if _fits(column)
            else pa.array(map(_one, column), pa.string())
        )
    return pa.array([_one(value) for value in column], pa.string())


def _fits(column: list[Any]) -> bool:
    return all(value is None or -(2**63) <= value < 2**63 for value in column)


def _one(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _json(element: Any) -> str:
    return orjson.dumps(element, option=orjson.OPT_SORT_KEYS).decode()
