"""The tool with which London's councils pool their returns, asked about our files and for the layouts it knows.

It reads the Annex A lists. Of the SSDA903 and of the CIN census it holds the layout of each year, which is read where
the peer is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.peers import ask_peer

# Four headings of its map of values are not spelled as in its list of headings: as they are, nothing is looked up.
_ASK_LISTS = """
import difflib, json, logging, sys, warnings
logging.disable(logging.CRITICAL); warnings.filterwarnings("ignore")
from sfdata_stream_parser import events
from sfdata_stream_parser.filters.column_headers import promote_first_row
from sfdata_stream_parser.parser import openpyxl
from liiatools.datasets.annex_a.lds_annexa_clean import cleaner, configuration, logger
name, sex = sys.argv[1:]
config = configuration.Config()
for title, known in config["datasources"].items():
    values = config["data_config"].get(title, {})
    for heading in set(values) - set(known):
        values[difflib.get_close_matches(heading, known, n=1)[0]] = values.pop(heading)
    for part in (known, values):
        if "Gender" in part:
            part[sex] = part.pop("Gender")
cells = [each.from_event(each, filename="lists", told=each.get("value")) for each in openpyxl.parse_sheets(name)]
stream = configuration.configure_stream(promote_first_row(cells), config)
sheets = []
for event in logger.blank_error_check(cleaner.clean(stream)):
    if isinstance(event, events.StartTable):
        sheet = {"name": event.get("sheet_name"), "rows": 0, "further": event.get("extra_columns", [])}
        sheets.append([event.name, {**sheet, "senseless": {}, "empty": {}}])
    elif isinstance(event, events.EndRow):
        sheets[-1][1]["rows"] += 1
    elif isinstance(event, events.Cell):
        heading, of = event.get("column_header"), sheets[-1][1]
        if event.get("formatting_error") == "1":
            of["senseless"].setdefault(heading, []).append(str(event.told))
        if event.get("blank_error") == "1":
            of["empty"][heading] = of["empty"].get(heading, 0) + 1
print(json.dumps({"sheets": dict(sheets), "known": list(config["datasources"])}))
"""
_ASK_903 = """
import json, sys
from pathlib import Path
import liiatools.spec.s903 as spec, yaml
layout = yaml.safe_load(Path(spec.__file__).with_name(f"SSDA903_schema_{sys.argv[1]}.yml").read_text(encoding="utf-8"))
codes = lambda told: [str(each["code"]).strip() for each in told.get("category", [])]
print(json.dumps({t: {c: codes(told) for c, told in cs.items()} for t, cs in layout["column_map"].items()}))
"""
_SCHEMA = """
import json, sys
from pathlib import Path
from lxml import etree
import liiatools.spec.cin_census as spec
schema = etree.parse(str(Path(spec.__file__).with_name(f"CIN_schema_{sys.argv[1]}.xsd")))
"""
_ASK_CIN_ITEMS = (
    _SCHEMA
    + """
xs = "{http://www.w3.org/2001/XMLSchema}"
whole = {each.get("name") for each in schema.getroot().findall(xs + "complexType")}
codes = lambda of: [each.get("value") for each in of.iter(xs + "enumeration")]
listed = {each.get("name"): codes(each) for each in schema.getroot().findall(xs + "simpleType")}
print(json.dumps({
    each.get("name"): listed.get(each.get("type"), []) or codes(each) for each in schema.iter(xs + "element")
    if each.get("type") not in whole and each.find(xs + "complexType") is None
}))
"""
)
_ASK_CIN_FAULTS = (
    _SCHEMA
    + """
import re
kept = etree.XMLSchema(schema)
kept.validate(etree.parse(sys.argv[2]))
named = [re.match("Element '(.*?)'", fault.message) for fault in kept.error_log]
found = {}
for name, fault in zip(named, kept.error_log):
    found.setdefault(name[1] if name else "", set()).add(fault.message)
print(json.dumps({name: sorted(messages) for name, messages in found.items()}))
"""
)


@dataclass(frozen=True)
class Sheet:
    """What the peer made of a sheet: `name` of the list (None if it is none), the values it made no sense of and how
    many cells are empty that may not be, by heading, and headings the list does not have."""

    name: str | None
    rows: int
    further: list[str]
    senseless: dict[str, list[str]]
    empty: dict[str, int]


@dataclass(frozen=True)
class Lists:
    """The sheets of a workbook, by title, and the lists the peer knows."""

    sheets: dict[str, Sheet]
    known: list[str]

    def senseless(self) -> dict[tuple[str | None, str], set[str]]:
        """The values the peer made no sense of, by list and heading."""
        return {(of.name, heading): set(told) for of in self.sheets.values() for heading, told in of.senseless.items()}

    def empty(self) -> set[tuple[str | None, str]]:
        """Lists and headings with cells that may not be empty."""
        return {(of.name, heading) for of in self.sheets.values() for heading in of.empty}


def read_lists(workbook: Path, *, sex: str = "Gender") -> Lists:
    """The Annex A lists of a workbook; `sex` is what the peer takes for the heading of that column."""
    answer = ask_peer("liia", _ASK_LISTS, workbook, sex)
    return Lists({title: Sheet(**told) for title, told in answer["sheets"].items()}, answer["known"])


def layout_903(year: int) -> dict[str, dict[str, list[str]]]:
    """The files of the return that ends in March of `year`: the codes of each column, none where it takes any text."""
    answer: dict[str, dict[str, list[str]]] = ask_peer("liia", _ASK_903, str(year))
    return answer


def items_cin(year: int) -> dict[str, list[str]]:
    """The elements with a value in the schema of the census that ends in March of `year`, and their codes."""
    answer: dict[str, list[str]] = ask_peer("liia", _ASK_CIN_ITEMS, str(year))
    return answer


def faults_cin(census: Path, *, year: int) -> dict[str, list[str]]:
    """Where `census` departs from the schema of `year`: the messages, by element."""
    answer: dict[str, list[str]] = ask_peer("liia", _ASK_CIN_FAULTS, str(year), census)
    return answer
