"""The SSDA903 as one XML file, made out of its CSV tables: the shape case systems export (facts 1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

Rows = Sequence[Mapping[str, str | None]]
_BLOCKS = {
    "reviews": "AREVIEW",
    "missing": "AMISSING",
    "oc2": "OC2",
    "prev_perm": "PERMANENCE",
    "placed_adoption": "AD_PLACED",
}
_IN_HEADER = ("uasc", "oc3", "ad1")  # values of the header itself
_NAMES = {"CHILD": "CHILDID", "PLACE": "PL"}
_OF_CHILD = ("CHILD", "DOB", "SEX")


def s903_xml(tables: Mapping[str, Rows]) -> bytes:
    """`tables` are rows of the CSV files by table, without the `s903_` of their names; header and episodes at least."""
    root = etree.Element("EXPSSDA903")
    for child in tables["header"]:
        record = etree.SubElement(root, "CHILD")
        header = etree.SubElement(record, "HEADER")
        _leaves(header, child)
        for name in _IN_HEADER:
            for row in _own(tables, name, child):
                if name == "uasc":
                    etree.SubElement(header, "UASC").text = "1"
                _leaves(header, row, leave_out=_OF_CHILD)
        for name, block in _BLOCKS.items():
            for row in _own(tables, name, child):
                _leaves(etree.SubElement(header, block), row, leave_out=_OF_CHILD)
        for row in _own(tables, "episodes", child):
            _leaves(etree.SubElement(record, "EPISODE"), row, leave_out=("CHILD",))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _own(tables: Mapping[str, Rows], name: str, child: Mapping[str, str | None]) -> list[Mapping[str, str | None]]:
    return [row for row in tables.get(name, ()) if row["CHILD"] == child["CHILD"]]


def _leaves(parent: Any, row: Mapping[str, str | None], leave_out: Sequence[str] = ()) -> None:
    for column, value in row.items():
        if value and column not in leave_out:
            etree.SubElement(parent, _NAMES.get(column, column)).text = value
