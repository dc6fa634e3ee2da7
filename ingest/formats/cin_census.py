"""The children in need census: one XML file, read child by child in bounded memory (layout: facts, extracts 1.2).

Nothing is fetched and nothing is expanded: no network, no DTD, no entities, libxml2's own limits left on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from ingest.contract import Table
from ingest.formats import BadRow, SourceFile, TableRows

BAD_ELEMENT = "BAD_ELEMENT"
PROLOG = 1 << 16
Element = Any
Row = dict[str, str | None]


def read(file: SourceFile) -> list[TableRows]:
    """The tables of the census. `_row` is the line of the row's element (its number, in a file not broken into lines).

    Refuses a file with another root, with a document type, of another collection, or not well formed (broken off,
    say). A child in which an element is repeated, nested or missing so that it cannot be read goes to quarantine
    with all its rows.
    """
    _refuse_document_type(file)
    tables = {table.name: _Gatherer(table, file.path) for table in file.contract.tables}
    try:
        for child in _children(file):
            try:
                _take_child(child, tables)
            except _BrokenElementError as broken:
                _set_aside(child, broken, tables)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        file.refuse(expected="well-formed XML", came=f"XML that breaks off or is not well formed at line {line}")
    return [gatherer.rows() for gatherer in tables.values()]


class _BrokenElementError(Exception):
    def __init__(self, element: Element, name: str) -> None:
        self.line, self.name = int(element.sourceline or 0), name
        super().__init__(name)


def _refuse_document_type(file: SourceFile) -> None:
    """No census has one; what does is out to make us fetch or expand something. Looked for before a parser sees the
    file."""
    with file.path.open("rb") as opened:
        head = opened.read(PROLOG)
    if not head.strip():
        file.refuse(expected="an XML file", came="an empty file")
    if re.search(rb"<!(DOCTYPE|ENTITY)", head.replace(b"\0", b""), re.IGNORECASE):
        file.refuse(expected="XML without a document type", came="one with a document type or entities")


def _parser(path: Path, *tags: str) -> Any:
    return etree.iterparse(
        str(path),
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )


def _children(file: SourceFile) -> Iterator[Element]:
    """The Child elements one by one; each is forgotten when the next is asked for."""
    events = _parser(file.path, "Child", "Header")
    known = False
    for _, element in events:
        if not known:
            _check_root(file, element.getroottree().getroot())
            known = True
        if _local(element) == "Header":
            collection = element.findtext("{*}CollectionDetails/{*}Collection")
            if collection is not None and collection.strip() != "CIN":
                file.refuse(
                    expected="a children in need census (Collection CIN)", came="a return of another collection"
                )
            continue
        yield element
        _forget(element)
    if not known:
        _check_root(file, events.root)


def _check_root(file: SourceFile, root: Element) -> None:
    expected = str(file.contract.format.get("root", "Message"))
    if _local(root) != expected:
        file.refuse(expected=f"root element {expected}", came=f"root element {_local(root)[:40]}")
    if root.getroottree().docinfo.internalDTD is not None:
        file.refuse(expected="XML without a document type", came="one with a document type")


def _forget(element: Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _take_child(child: Element, tables: dict[str, _Gatherer]) -> None:
    """All rows of one child, or none of them."""
    found: list[tuple[str, Element, Row]] = []
    person, disabilities, episodes = _person(child)
    ident = person.get("LAchildID")
    found.append(("cin_child", child, person))
    for disability in disabilities:
        found.append(("cin_disability", disability, {"lachildid": ident, "Disability": _text(disability)}))
    for number, details in enumerate(episodes, start=1):
        leaves, plans, protections = _episode(details)
        known: Row = {"lachildid": ident, "episode_number": str(number)}
        found.append(("cin_episode", details, leaves | known))
        found += [("cin_plan", plan, _leaves(plan) | known) for plan in plans]
        found += [("cin_protection_plan", plan, _leaves(plan, allow=("Reviews",)) | known) for plan in protections]
    for table, element, row in found:
        tables[table].add(element, row)


def _person(child: Element) -> tuple[Row, list[Element], list[Element]]:
    """What a Child element says of the child itself, its Disability elements and its CINdetails elements."""
    row: Row = {}
    blocks: set[str] = set()
    disabilities: list[Element] = []
    episodes: list[Element] = []
    for block in child:
        name = _local(block)
        if name == "CINdetails":
            episodes.append(block)
        elif name in ("ChildIdentifiers", "ChildCharacteristics"):
            if name in blocks:
                raise _BrokenElementError(block, name)
            blocks.add(name)
            for leaf in block:
                if _local(leaf) == "Disabilities":
                    disabilities += list(leaf)
                else:
                    _put(row, leaf)
        elif name == "Child":
            raise _BrokenElementError(block, name)
    if "ChildIdentifiers" not in blocks:
        raise _BrokenElementError(child, "ChildIdentifiers")
    return row, disabilities, episodes


def _episode(details: Element) -> tuple[Row, list[Element], list[Element]]:
    """The plain values of a CINdetails element, its plans and its protection plans; blocks nobody asked for are
    passed over."""
    row: Row = {}
    plans: list[Element] = []
    protections: list[Element] = []
    for element in details:
        name = _local(element)
        if name == "CINPlanDates":
            plans.append(element)
        elif name == "ChildProtectionPlans":
            protections.append(element)
        elif len(element) == 0:
            _put(row, element)
        elif name in _EPISODE_LEAVES:
            raise _BrokenElementError(element, name)
    return row, plans, protections


_EPISODE_LEAVES = {
    "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure", "ReferralNFA",
}  # fmt: skip


def _leaves(block: Element, *, allow: Sequence[str] = ()) -> Row:
    row: Row = {}
    for leaf in block:
        if _local(leaf) not in allow:
            _put(row, leaf)
    return row


def _put(row: Row, leaf: Element) -> None:
    name = _local(leaf)
    if name in row:
        raise _BrokenElementError(leaf, name)
    row[name] = _text(leaf)


def _text(leaf: Element) -> str | None:
    if len(leaf):
        raise _BrokenElementError(leaf, _local(leaf))
    text = leaf.text
    return (text.strip() or None) if text else None


def _local(element: Element) -> str:
    tag: str = element.tag
    return tag[tag.rfind("}") + 1 :]


ROW_ELEMENTS = {
    "Child": "cin_child",
    "Disability": "cin_disability",
    "CINdetails": "cin_episode",
    "CINPlanDates": "cin_plan",
    "ChildProtectionPlans": "cin_protection_plan",
}


def _set_aside(child: Element, broken: _BrokenElementError, tables: dict[str, _Gatherer]) -> None:
    """A child that cannot be read: every row it would have given, under the broken element's name (the child's own
    row under its line too)."""
    for element in child.iter("{*}Child", *(f"{{*}}{tag}" for tag in ROW_ELEMENTS if tag != "Child")):
        line = broken.line if element is child else int(element.sourceline or 0)
        tables[ROW_ELEMENTS[_local(element)]].add_bad(line, broken.name, element)


class _Gatherer:
    """Gathers the rows of one table."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table, self._path = table, path
        self._columns: list[list[str | None]] = [[] for _ in table.fields]
        self._fill: list[tuple[Callable[[str | None], None], str, tuple[str, ...]]] = [
            (column.append, field.source, field.also) for field, column in zip(table.fields, self._columns, strict=True)
        ]
        self._lines: list[int] = []
        self._numbers: list[int] = []
        self._bad: list[BadRow] = []
        self._bad_numbers: list[int] = []
        self._seen = 0

    def add(self, element: Element, row: Row) -> None:
        self._seen += 1
        self._lines.append(element.sourceline or 0)
        self._numbers.append(self._seen)
        get = row.get
        for append, source, also in self._fill:
            value = get(source)
            if value is None and also:
                value = next((row[name] for name in also if row.get(name)), None)
            append(value)

    def add_bad(self, line: int, name: str, element: Element) -> None:
        self._seen += 1
        self._bad_numbers.append(self._seen)
        self._bad.append(BadRow(line, BAD_ELEMENT, name, _source(element)))

    def rows(self) -> TableRows:
        columns = [pa.array(column, pa.string()) for column in self._columns]
        cells = pa.table(columns, names=list(self._table.columns))
        by_line = all(before < after for before, after in zip(self._lines, self._lines[1:], strict=False))
        rows = pa.array(self._lines if by_line else self._numbers, pa.int64())
        bad = self._bad
        if not by_line:
            bad = [
                BadRow(number, row.reason, row.field, row.original_text)
                for number, row in zip(self._bad_numbers, bad, strict=True)
            ]
        return TableRows(self._table, cells, rows, self._originals, bad)

    def _originals(self, positions: Sequence[int]) -> list[str]:
        """Reads the file once more for the few elements whose text is wanted."""
        wanted = {self._numbers[place]: place for place in positions}
        tag = next(tag for tag, table in ROW_ELEMENTS.items() if table == self._table.name)
        texts: dict[int, str] = {}
        number = 0
        for _, child in _parser(self._path, "Child"):
            for element in child.iter(f"{{*}}{tag}"):
                number += 1
                if number in wanted:
                    texts[wanted[number]] = _source(element)
            _forget(child)
        return [texts[place] for place in positions]


def _source(element: Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text.strip()
