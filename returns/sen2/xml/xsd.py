"""The XML schema of a collection year, generated from its definition.

The schema says what shape of file can be loaded: elements, their order, how often they may occur, and that dates are
dates and numbers numbers. Whether an item must be there, and whether its code is in the list, is for the rules: a file
with an open error must still be one that can be written, read back and shown. So every item may be absent here, and
codes are listed as documentation only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from returns.definition.load import defined_years, load_definition
from returns.definition.model import DEFAULT_ORDER, Definition, Item, Module
from returns.kinds import SEN2

FOLDER = SEN2.folder / "schemas"

# Only the calendar form is allowed: xs:date alone would also take a time zone.
TYPES = """\
  <xs:simpleType name="dateType">
    <xs:restriction base="xs:date"><xs:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="datetimeType">
    <xs:restriction base="xs:dateTime">
      <xs:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="yearType">
    <xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="numberType">
    <xs:restriction base="xs:string"><xs:pattern value="[0-9]{1,9}"/></xs:restriction>
  </xs:simpleType>"""
SIMPLE_TYPES = {
    "date": "dateType",
    "datetime": "datetimeType",
    "year": "yearType",
    "flag": "numberType",
    "rank": "numberType",
    "code": "xs:string",
    "la": "xs:string",
}


def schema_file(year: int) -> Path:
    """The committed schema of a year."""
    return FOLDER / f"SEN2_{year}.xsd"


def schema_text(definition: Definition, order: str = DEFAULT_ORDER) -> str:
    """The schema as text. `order` chooses among the orders of elements that the year leaves open."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f"<!-- SEN2 person-level return, collection {definition.year}: a schema of our own, made by `send sen2 xsd`",
        f"     from returns/sen2/definitions/{definition.year}.yml. It is NOT the DfE's schema, which is not public.",
        "     It says what shape of file can be loaded; the rules say what must hold inside it. -->",
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">',
        TYPES,
        *_root(definition),
    ]
    for module in definition.modules.values():
        lines += _module(definition, module, order)
    return "\n".join([*lines, "</xs:schema>", ""])


def write_schemas() -> list[Path]:
    """Write the committed schema of every defined year again; used after a definition has changed."""
    files = []
    for year in defined_years(SEN2):
        files.append(schema_file(year))
        files[-1].write_text(schema_text(load_definition(SEN2, year)), encoding="utf-8")
    return files


def _root(definition: Definition) -> Iterator[str]:
    top = [module for module in definition.modules.values() if module.parent is None]
    yield f'  <xs:element name="{definition.root}">'
    yield "    <xs:complexType><xs:sequence>"
    for module in top:
        element = f'<xs:element ref="{module.element}"{_occurs(module.least, module.most)}/>'
        if module.wrapper:
            element = (
                f'<xs:element name="{module.wrapper}"><xs:complexType><xs:sequence>{element}'
                "</xs:sequence></xs:complexType></xs:element>"
            )
        yield f"      {element}"
    yield "    </xs:sequence></xs:complexType>"
    yield "  </xs:element>"
    for module in top:
        yield f'  <xs:element name="{module.element}" type="{module.element}Type"/>'


def _module(definition: Definition, module: Module, order: str) -> Iterator[str]:
    yield f'  <xs:complexType name="{module.element}Type">'
    yield "    <xs:sequence>"
    within: str | None = None
    for held in module.in_order(order):
        group = held.within if isinstance(held, Item) else None
        if group != within:
            if within:
                yield "      </xs:sequence></xs:complexType></xs:element>"
            if group:
                yield f'      <xs:element name="{group}"><xs:complexType><xs:sequence>'
            within = group
        if isinstance(held, Item):
            # The header is ours to fill, so its mandatory items are demanded here.
            least = 1 if module.key is None and held.need == "mandatory" else 0
            yield from _item(definition, held, least)
        else:
            child = definition.module(held)
            yield f'      <xs:element name="{child.element}" type="{child.element}Type"{_occurs(0, child.most)}/>'
    if within:
        yield "      </xs:sequence></xs:complexType></xs:element>"
    yield "    </xs:sequence>"
    yield "  </xs:complexType>"


def _item(definition: Definition, item: Item, least: int) -> Iterator[str]:
    typed = "" if item.type == "text" else f' type="{SIMPLE_TYPES[item.type]}"'
    yield f'      <xs:element name="{item.tag}"{typed}{_occurs(least, 1)}>'
    said = " ".join(filter(None, [item.number, f"{item.title} ({item.need}).", item.when]))
    if item.codes:
        said += " Codes: " + ", ".join(definition.codes[item.codes]) + "."
    yield f"        <xs:annotation><xs:documentation>{escape(said)}</xs:documentation></xs:annotation>"
    if item.type == "text":
        yield (
            f'        <xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="{item.length}"/>'
            "</xs:restriction></xs:simpleType>"
        )
    yield "      </xs:element>"


def _occurs(least: int, most: int | None) -> str:
    low = "" if least == 1 else f' minOccurs="{least}"'
    high = ' maxOccurs="unbounded"' if most is None else "" if most == 1 else f' maxOccurs="{most}"'
    return low + high
