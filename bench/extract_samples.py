"""Small whole files of every feed, made from its contract: a few records each, all of them valid, all of invented
values that must never come out in a message."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree

from bench.damage import SECRET
from ingest.contract.model import Contract, Field, Table, load_contracts
from ingest.formats import cin_census, ssda903_xml
from ingest.formats.json_seq import SEPARATOR
from ingest.formats.xml_layout import Block, Layout

RECORDS = 12
SHORTEST_SECRET = 6  # letters; shorter values are found by chance
LAYOUTS: dict[str, tuple[Layout, Mapping[str, str], Mapping[str, str]]] = {
    "cin_census": (
        cin_census.LAYOUT,
        {
            "Header/CollectionDetails/Collection": "CIN",
            "Header/CollectionDetails/Year": "{year}",
            "Header/CollectionDetails/ReferenceDate": "{year}-03-31",
            "Header/Source/LEA": "931",
        },
        {},
    ),
    "ssda903": (ssda903_xml.LAYOUT, {}, ssda903_xml.OTHER_NAMES),
}
"""What a feed's XML file is laid out like, what its head says, and what fields are called there."""


@dataclass(frozen=True)
class Sample:
    """One whole file: its feed, the name it comes under, its bytes, and values of records that are in it."""

    feed: str
    name: str
    data: bytes
    secrets: tuple[str, ...] = (SECRET,)


def samples() -> dict[str, list[Sample]]:
    """By kind of format, a file of every feed (of CSV, of every table)."""
    found: dict[str, list[Sample]] = {}
    for contract in load_contracts():
        kind = str(contract.format["kind"])
        for form, sample in _of_feed(kind, contract):
            found.setdefault(form, []).append(sample)
    return found


def _of_feed(kind: str, contract: Contract) -> Iterator[tuple[str, Sample]]:
    tables = contract.tables_of_year(None)
    if kind == "csv":
        yield from (("csv", _csv(contract, table)) for table in tables)
    elif kind == "json_pages":
        yield from (("json pages", _pages(contract, table)) for table in tables if table.within is None)
    elif kind == "ees_results":
        yield "statistics", _statistics(contract)
    elif kind == "excel":
        yield "excel", _excel(contract, tables)
    elif kind == "parquet":
        yield from (("parquet", _parquet(contract, table)) for table in tables)
    layout = contract.format.get("reader") or contract.format.get("xml")
    if layout in LAYOUTS:
        yield f"xml {layout}", _xml(contract, tables, *LAYOUTS[str(layout)])


def value(field: Field, number: int) -> str:
    """A valid value of a field for a record; names and identifiers are secrets."""
    if field.kind == "date":
        day = dt.datetime(2011, 2, 3) + dt.timedelta(days=number)
        return day.strftime(field.date_format or "%Y-%m-%d")
    if field.kind == "integer":
        return str(number + 1)
    if field.codes:
        return field.codes[number % len(field.codes)]
    if field.personal == "name":
        return f"{SECRET}{number}"[: field.max_length]
    return f"{number}Q{field.name.upper()}"[: field.max_length or 20]


def _records(table: Table) -> list[dict[str, str]]:
    return [{field.name: value(field, number) for field in table.fields} for number in range(RECORDS)]


def _secrets(tables: Sequence[Table]) -> tuple[str, ...]:
    values = {value(field, number) for table in tables for field in table.fields if field.personal for number in (0, 7)}
    return (SECRET, *sorted(each for each in values if len(each) >= SHORTEST_SECRET))


def _file_name(contract: Contract, table: Table, ending: str) -> str:
    pattern = table.file or f"{contract.feed}_*.{ending}"
    return pattern.replace("*", "SPR2025" if contract.snapshot == "per_period" else "20250131")


def _csv(contract: Contract, table: Table) -> Sample:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=str(contract.format.get("delimiter", ",")), lineterminator="\r\n")
    writer.writerow([field.source for field in table.fields])
    writer.writerows(list(record.values()) for record in _records(table))
    data = text.getvalue().encode(str(contract.format.get("encoding", "utf-8")))
    return Sample(contract.feed, _file_name(contract, table, "csv"), data, _secrets([table]))


def _pages(contract: Contract, table: Table) -> Sample:
    """Two pages, nested lists included."""
    inner = [each for each in contract.tables if each.within and each.within.split(".")[0] == table.name]
    elements = [_element(table, number) for number in range(RECORDS)]
    for number, element in enumerate(elements):
        for each in inner:
            element[str(each.within).split(".", 1)[1]] = [_element(each, number)]
    bodies = [orjson.dumps({"data": elements[::2]}), orjson.dumps({"data": elements[1::2]})]
    return Sample(contract.feed, f"{table.name}.json-seq.gz", packed(bodies), _secrets([table, *inner]))


def _element(table: Table, number: int) -> dict[str, Any]:
    element: dict[str, Any] = {}
    for field in table.fields:
        outer, _, inner = field.source.rpartition(".")
        (element.setdefault(outer, {}) if outer else element)[inner] = value(field, number)
    return element


def packed(bodies: Sequence[bytes]) -> bytes:
    """Answers as they lie in landing."""
    return gzip.compress(b"".join(SEPARATOR + body + b"\n" for body in bodies), 1, mtime=0)


def _statistics(contract: Contract) -> Sample:
    """What the statistics API says of one data set, its meta data, and a few figures."""
    title = str(contract.transport["data_sets"][0]["title"])
    places = [{"id": "p1", "code": "E10000025", "oldCode": "931", "label": "Oxfordshire"}]
    meta = {
        "indicators": [{"id": "i1", "column": "num_plans"}],
        "filters": [{"id": "f1", "column": "breakdown", "options": [{"id": "o1", "label": "Total"}]}],
        "locations": [{"level": {"code": "LA"}, "options": places}],
    }
    results = [
        {
            "timePeriod": {"period": str(2000 + number), "code": "CY"},
            "geographicLevel": "LA",
            "locations": {"LA": "p1"},
            "filters": {"f1": "o1"},
            "values": {"i1": str(number)},
        }
        for number in range(RECORDS)
    ]
    bodies = [{"title": title, "latestVersion": {"version": "1.0"}}, meta, {"results": results}]
    return Sample(contract.feed, f"{contract.feed}.json-seq.gz", packed([orjson.dumps(body) for body in bodies]))


def _excel(contract: Contract, tables: Sequence[Table]) -> Sample:
    book = openpyxl.Workbook(write_only=True)
    for place, table in enumerate(tables, start=1):
        sheet = book.create_sheet(f"List {place}")
        sheet.append([field.source for field in table.fields])
        for record in _records(table):
            sheet.append(list(record.values()))
    out = io.BytesIO()
    book.save(out)
    return Sample(contract.feed, f"{contract.feed}_20250131.xlsx", out.getvalue(), _secrets(tables))


def _parquet(contract: Contract, table: Table) -> Sample:
    out = io.BytesIO()
    records = _records(table)
    columns = {field.source: [record[field.name] for record in records] for field in table.fields}
    pq.write_table(pa.table(columns), out)
    return Sample(contract.feed, _file_name(contract, table, "parquet"), out.getvalue(), _secrets([table]))


def _xml(
    contract: Contract, tables: Sequence[Table], layout: Layout, head: Mapping[str, str], names: Mapping[str, str]
) -> Sample:
    root = etree.Element(layout.root)
    year = max(contract.layouts, default=2025)
    for path, text in head.items():
        _at(root, path).text = text.format(year=year)
    around = root
    for step in layout.record.split("/")[:-1]:
        around = etree.SubElement(around, step)
    blocks = {block.table: block for block in layout.blocks}
    for number in range(RECORDS):
        record = etree.SubElement(around, layout.record.rpartition("/")[2])
        for table in tables:
            if table.name in blocks:
                _fill(record, blocks[table.name], table, number, names)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    lines = b"\n".join(line.strip() for line in data.splitlines())
    return Sample(contract.feed, f"{contract.feed}_{year}0131.xml", lines, _secrets(tables))


def _fill(record: Any, block: Block, table: Table, number: int, names: Mapping[str, str]) -> None:
    element = _at(record, block.path)
    for field in table.fields:
        if field.name == block.own_text:
            element.text = value(field, number)
        elif field.name in block.above:
            _at(record, block.above[field.name]).text = value(field, number)
        elif field.name not in block.numbers:
            _at(element, "/".join((*block.inside[:1], names.get(field.source, field.source)))).text = value(
                field, number
            )


def _at(element: Any, path: str) -> Any:
    """The element at a path, made where it is missing."""
    for step in path.split("/") if path else ():
        found = element.find(step)
        element = etree.SubElement(element, step) if found is None else found
    return element
