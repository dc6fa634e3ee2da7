"""Any SEN2 XML of a defined year as text rows, module by module: with keys, and the line each row came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from returns.definition.model import Definition, Item, Module
from returns.definition.text_rows import text_table
from returns.sen2.xml.stream import elements, line_of, refuse_unreadable, release

# Rows gathered before they are handed on: bounds the memory, whatever the size of the file.
ROWS_A_BATCH = 100_000
BLANK = " \t\r\n"


@dataclass
class Seen:
    """Counts what has been read, while it is read."""

    rows: dict[str, int] = field(default_factory=dict)
    unknown_elements: int = 0


def text_rows(path: Path, definition: Definition, seen: Seen) -> Iterator[tuple[Module, pa.Table]]:
    """Batches of a module's rows (columns: `row_columns`), keys numbered in file order, `_row` = line of the element.

    Elements may come in any order and may be missing or repeated: the first of a repeated value counts, and what the
    return does not know is only counted. Raises ReturnRefusedError for a file that is not a SEN2 file or breaks off.
    """
    refuse_unreadable(path, definition)
    gathered = _Gathered.of(definition, seen)
    top = {module.element: module for module in definition.modules.values() if module.parent is None}
    for _, element in elements(path, tag=tuple(top)):
        parent = element.getparent()
        if parent is None or parent.tag in top:
            continue  # inside another Person, which counts it as unknown when its turn comes
        gathered.take(top[element.tag], element, None)
        release(element)
        if gathered.is_full():
            yield from gathered.batches()
    yield from gathered.batches()


@dataclass
class _Gathered:
    """Rows of each module that have not been handed on."""

    definition: Definition
    seen: Seen
    columns: dict[str, list[str]]
    waiting: dict[str, list[tuple[Any, ...]]]
    by_tag: dict[str, dict[str, Item | Module]]

    @classmethod
    def of(cls, definition: Definition, seen: Seen) -> _Gathered:
        modules = definition.modules.values()
        seen.rows.update(dict.fromkeys(definition.modules, 0))
        return cls(
            definition=definition,
            seen=seen,
            columns={module.name: [item.column for item in module.items] for module in modules},
            waiting={module.name: [] for module in modules},
            by_tag={module.name: dict(_held(definition, module)) for module in modules},
        )

    def take(self, module: Module, element: Any, parent_key: str | None) -> None:
        """Take the element, and what is below it, as rows of its module and of the modules below."""
        self.seen.rows[module.name] += 1
        number = self.seen.rows[module.name]
        key = f"{number:08d}"
        known = self.by_tag[module.name]
        values: dict[str, str] = {}
        for child in _children(element, module):
            held = known.get(child.tag)
            if isinstance(held, Item):
                text = child.text
                if text and text.strip(BLANK) and held.column not in values:
                    values[held.column] = text
            elif held is not None:
                self.take(held, child, key)
            else:
                self.seen.unknown_elements += 1
        keys = [value for value in (key if module.key else None, parent_key) if value]
        extra = [number for _ in module.extra_columns]
        items = [values.get(column) for column in self.columns[module.name]]
        self.waiting[module.name].append((*keys, *extra, *items, element.tag, line_of(element)))

    def is_full(self) -> bool:
        return sum(map(len, self.waiting.values())) >= ROWS_A_BATCH

    def batches(self) -> Iterator[tuple[Module, pa.Table]]:
        for module in self.definition.modules.values():
            rows, self.waiting[module.name] = self.waiting[module.name], []
            if rows:
                yield module, text_table(self.definition, module, rows)


def _held(definition: Definition, module: Module) -> Iterator[tuple[str, Item | Module]]:
    for held in module.holds:
        if isinstance(held, Item):
            yield held.tag, held
        else:
            yield definition.module(held).element, definition.module(held)


def _children(element: Any, module: Module) -> Iterator[Any]:
    """The element's children; for the header, those of its groups."""
    groups = {item.within for item in module.items if item.within}
    for child in element.iterchildren():
        if child.tag in groups:
            yield from child.iterchildren()
        else:
            yield child
