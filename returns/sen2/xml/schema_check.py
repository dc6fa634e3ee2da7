"""Checks a return against its year's schema, streamed, and says the faults in plain words without quoting values."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from returns.definition.load import load_definition
from returns.definition.model import DEFAULT_ORDER, Definition, Item
from returns.kinds import SEN2
from returns.sen2.xml.stream import SAFE, elements, line_of, name_of, refusal, release
from returns.sen2.xml.xsd import schema_text

MOST_FAULTS = 1_000
PERSON = "Person"
PARTS = ("Header", PERSON)  # elements that the schema also knows on their own
GROUPS = ("Message", "Persons", "CollectionDetails", "Source")
NAMED = re.compile(r"^Element '([^']*)'")
BY_TYPE = {
    "date": "does not hold a date written CCYY-MM-DD",
    "datetime": "does not hold a date and time written CCYY-MM-DDThh:mm:ss",
    "year": "does not hold a year",
    "flag": "does not hold a number (1 yes, 0 no)",
    "rank": "does not hold a number (1 primary, 2 secondary)",
    "text": "is longer than it may be",
}
BY_FAULT = {
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "has an attribute, and the return has none",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "holds text between its elements",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "holds something and must be empty",
    "SCHEMAV_CVC_TYPE_3_1_1": "has an attribute, and the return has none",
    "SCHEMAV_CVC_TYPE_3_1_2": "holds other elements where a value is expected",
}


@dataclass(frozen=True)
class Fault:
    """One place where a file does not fit the schema."""

    line: int | None
    element: str
    """Name of the element; of one the return does not know, as it came (see `stream.name_of`)."""
    problem: str
    text: str | None = None
    """What stands in the element, as it is: personal data until it is masked."""
    record_line: int | None = None
    """Line of the record the element belongs to."""
    person: int | None = None
    """Number of the person in the file, from 1."""
    within: str = ""
    """Name of the element around it; '' where it is not known."""


@functools.cache
def compiled_schema(year: int, order: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_text(load_definition(SEN2, year), order).encode()))


def first_faults(path: Path, definition: Definition, *, order: str = DEFAULT_ORDER) -> list[Fault]:
    """Where the file does not fit the schema: at most MOST_FAULTS, and none when it is valid.

    Validity is decided in one streaming pass, which knows no line numbers; only a file with faults is gone through
    again, person by person, to say where they are. Raises ReturnRefusedError when the XML itself breaks.
    """
    schema = compiled_schema(definition.year, order)
    seen = _streamed(path, definition, schema)
    if not seen:
        return []
    faults: dict[Fault, None] = {}
    persons = 0
    for _, element in elements(path, tag=PARTS):
        is_person = element.tag == PERSON and element.getparent().tag not in PARTS
        persons += is_person
        if len(faults) < MOST_FAULTS and not schema.validate(element):
            log: Any = schema.error_log
            number = persons if is_person else None
            faults.update(dict.fromkeys(_located(_fault(definition, entry), entry, element, number) for entry in log))
        if element.getparent() is not None and element.getparent().tag not in PARTS:
            release(element)
    located = {(fault.element, fault.problem) for fault in faults}
    elsewhere = [fault for fault in seen if (fault.element, fault.problem) not in located]
    if any(fault.element not in _names(definition) for fault in elsewhere):
        elsewhere = _outside(path, elsewhere)
    return [*elsewhere, *faults][:MOST_FAULTS]


def _outside(path: Path, faults: list[Fault]) -> list[Fault]:
    """The faults, with line and surrounding element of each unknown element that lies around the header and the persons
    and not in them. Of a known element the first may be the right one and the second too many, so it is not looked for.
    """
    placed: dict[str, tuple[int | None, str]] = {}
    for event, element in elements(path, events=("start", "end")):
        around = element.getparent()
        if around is None or (around.getparent() is not None and around.tag != "Persons"):
            continue
        if event == "end":
            release(element)
        else:
            placed.setdefault(_unknown(element.tag), (line_of(element), name_of(around.tag)))
    known = {*PARTS, "Persons"}
    return [
        replace(fault, line=placed[fault.element][0], within=placed[fault.element][1])
        if fault.element in placed.keys() - known
        else fault
        for fault in faults
    ]


def _streamed(path: Path, definition: Definition, schema: etree.XMLSchema) -> list[Fault]:
    with path.open("rb") as file:
        events = etree.iterparse(file, tag=PARTS, schema=schema, **SAFE)
        try:
            for _, element in events:
                release(element)
        except etree.XMLSyntaxError as error:
            log: Any = events.error_log
            entries = list(log)
            if any(entry.domain != etree.ErrorDomains.SCHEMASV for entry in entries) or not entries:
                raise refusal(path, error) from None
            return list(dict.fromkeys(_fault(definition, entry) for entry in entries))
        return []


def _names(definition: Definition) -> set[str]:
    """The elements a return of the year may hold, those apart that are around all others."""
    modules = {module.element for module in definition.modules.values()}
    return modules | {item.tag for _, item in definition.walk()} | {"Persons", "CollectionDetails", "Source"}


def _fault(definition: Definition, entry: Any) -> Fault:
    name = NAMED.match(entry.message)
    came = name.group(1) if name else ""
    items = {item.tag: item for _, item in definition.walk()}
    known = _names(definition)
    tag = came if came in known else _unknown(came)
    return Fault(line=entry.line or None, element=tag, problem=f"{tag} {_problem(entry, items.get(tag), tag in known)}")


def _unknown(came: str) -> str:
    """A name that is never one of the return's: `UPN` of another namespace is not our UPN."""
    name = name_of(came) or "(element without a name)"
    return f"{name} (of another namespace)" if "}" in came else name


def _located(fault: Fault, entry: Any, part: Any, person: int | None) -> Fault:
    """The fault with what stands in its element, and whose it is. `part` is the element that was validated, and by it
    begins the path of the entry."""
    below = str(entry.path or "").split("/", 2)[2:]
    try:
        found = part.xpath(below[0]) if below else [part]
    except etree.XPathError:  # a name with a prefix that the file does not declare
        found = []
    if not found:
        path = str(entry.path or "").split("/")
        return replace(fault, person=person, within=name_of(path[-2].partition("[")[0]) if len(path) > 2 else "")
    element = found[0]
    is_value = len(element) == 0
    around = element.getparent()
    record = around if is_value and around is not None else element
    record = record.getparent() if record.tag in GROUPS and record.getparent() is not None else record
    text = element.text.strip() if is_value and element.text else None
    within = "" if around is None else name_of(around.tag)
    return replace(fault, text=text, record_line=line_of(record), person=person, within=within)


def _problem(entry: Any, item: Item | None, is_known: bool) -> str:
    kind = str(entry.type_name)
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        if "Missing child" in entry.message:
            return "lacks an element that must be in it"
        if not is_known:
            return "is not an element of the return"
        return "is not expected here (it comes twice or is out of order)"
    if kind in BY_FAULT:
        return BY_FAULT[kind]
    if item is not None:
        return BY_TYPE.get(item.type, "does not fit the schema")
    return "does not fit the schema"


def faults_by_order(path: Path, definition: Definition) -> tuple[str, list[Fault]]:
    """The order of elements the file follows, where the year leaves it open, and its faults under that order."""
    found: dict[str, list[Fault]] = {}
    for order in definition.order_names or (DEFAULT_ORDER,):
        found[order] = first_faults(path, definition, order=order)
        if not found[order]:
            return order, []
    best = min(found, key=lambda order: len(found[order]))
    return best, found[best]
