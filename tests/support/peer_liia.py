"""`liiatools`, with which councils clean what they send one another: asked how it reads our inspection lists, and for
the layouts it holds of each year's 903 and CIN census."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from lxml import etree

from bench.peers import ask_peer

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_ASK_LISTS = """
import json, logging, sys, warnings
logging.disable(logging.CRITICAL); warnings.filterwarnings("ignore")
from sfdata_stream_parser import events
from sfdata_stream_parser.filters.column_headers import promote_first_row
from sfdata_stream_parser.parser import openpyxl
from liiatools.datasets.annex_a.lds_annexa_clean import cleaner, configuration
read = [event.from_event(event, filename="lists") for event in openpyxl.parse_sheets(sys.argv[1])]
lists, found = {}, None
for event in cleaner.clean(configuration.configure_stream(promote_first_row(read), configuration.Config())):
    if isinstance(event, events.StartTable):
        name = event.get("sheet_name") or "unknown: " + str(len(lists))
        found = lists.setdefault(name, {"rows": 0, "unread": {}, "extra": event.get("extra_columns") or []})
    elif isinstance(event, events.StartRow):
        found["rows"] += event.get("blank_row") != "1"
    elif isinstance(event, events.Cell) and event.get("formatting_error") == "1":
        found["unread"][event.column_header] = found["unread"].get(event.column_header, 0) + 1
print(json.dumps(lists))
"""
_ASK_SPEC = "import json, sys, liiatools.spec as spec; print(json.dumps(spec.__path__[0]))"


@dataclass(frozen=True)
class ReadList:
    """One list as the peer read it: rows, columns it does not know, cells of a column it made nothing of."""

    rows: int
    unread: dict[str, int]
    extra: list[str]


def read_lists(workbook: Path) -> dict[str, ReadList]:
    """The inspection lists ("Annex A") of a workbook, by `List 1` to `List 11`; `unknown: …` for any other sheet."""
    return {name: ReadList(**said) for name, said in ask_peer("liia", _ASK_LISTS, workbook).items()}


def s903_columns(year: int) -> dict[str, list[str]]:
    """The columns of each file of the 903 that ends in March of `year` (2017 to 2024), by the peer's name of it."""
    said = yaml.safe_load((_spec() / "s903" / f"SSDA903_schema_{year}.yml").read_text(encoding="utf-8"))
    return {table: list(columns) for table, columns in said.get("column_map", said).items()}


def cin_schema(year: int) -> etree._ElementTree:
    """The XML schema of the CIN census that ends in March of `year` (2017 to 2024)."""
    return etree.parse(str(_spec() / "cin_census" / f"CIN_schema_{year}.xsd"))


def elements_with_text(schema: etree._ElementTree) -> set[str]:
    """The elements of a schema that hold a value and no other elements."""
    of_elements = {each.get("name") for each in schema.iter(f"{_XSD}complexType") if each.get("name")}
    return {
        str(each.get("name"))
        for each in schema.iter(f"{_XSD}element")
        if each.find(f"{_XSD}complexType") is None and each.get("type") not in of_elements
    }


@cache
def _spec() -> Path:
    return Path(ask_peer("liia", _ASK_SPEC))
