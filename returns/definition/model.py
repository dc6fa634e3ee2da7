"""What a return holds in one collection year: modules, items, order, types and codes."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from returns.kinds import ReturnKind

# Type of an item -> type of its column in the return tables.
SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "la": "VARCHAR",
    "date": "DATE",
    "flag": "INTEGER",
    "rank": "INTEGER",
    "count": "INTEGER",
    "number": "DOUBLE",
    "year": "INTEGER",
    "datetime": "TIMESTAMP",
}
# Where a row came from; every return table ends with these.
SOURCE_COLUMNS = {"_source_table": "VARCHAR", "_file_hash": "VARCHAR", "_row": "BIGINT"}
# The order in which a definition lists what a module holds. Other orders have names (a setting chooses).
DEFAULT_ORDER = "export"


@dataclass(frozen=True)
class Item:
    """One item of the return: an XML element (or a column of a sheet) that holds a value, and a column of its module's
    table."""

    tag: str
    """Name of the element, or heading of the column."""
    title: str
    type: str
    need: str
    confidence: str
    number: str = ""
    when: str = ""
    within: str | None = None
    length: int | None = None
    codes: str | None = None
    personal: str | None = None
    """name, birth_date, identifier or postcode: hidden in a report unless names are asked for."""
    template: str | None = None
    """Title of the column in the DfE's Excel template, where it differs from `title`."""
    name: str | None = None
    """Column of the return table, where it is not the tag in lower case."""

    @property
    def column(self) -> str:
        return self.name or self.tag.lower()

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Module:
    """One module: an XML element that repeats (or a sheet of a workbook), and a table. `holds` are its items and the
    names of modules below."""

    name: str
    prefix: str
    """Name of the return; begins the name of the table."""
    number: str
    title: str
    element: str
    holds: tuple[Item | str, ...]
    least: int
    most: int | None
    key: str | None
    parent: str | None
    wrapper: str | None
    order_by: tuple[str, ...]
    extra_columns: Mapping[str, str]
    orders: Mapping[str, tuple[str, ...]]
    table_items: tuple[Item, ...] = ()
    """The items of all years, in one order: the columns of the table are the same in every year."""

    @property
    def table(self) -> str:
        return f"{self.prefix}_{self.name}"

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(held for held in self.holds if isinstance(held, Item))

    def in_order(self, order: str = DEFAULT_ORDER) -> tuple[Item | str, ...]:
        """What the module holds, as it follows in the XML; `order` chooses where a year's order is a setting."""
        names = self.orders.get(order)
        if names is None:
            return self.holds
        by_name = {held_name(held): held for held in self.holds}
        return tuple(by_name[name] for name in names)


@dataclass(frozen=True)
class Definition:
    """One collection year of one return."""

    kind: ReturnKind
    year: int
    title: str
    root: str
    """The outermost element; empty for a return that is no XML."""
    census_date: dt.date
    period_start: dt.date
    period_end: dt.date
    return_by: dt.date | None
    standing: str
    """How sure this year's definition is as a whole, in a sentence; empty where nothing needs saying."""
    differences: tuple[str, ...]
    """What differs from the year before, in words, the council's own changes last."""
    modules: Mapping[str, Module]
    codes: Mapping[str, Mapping[str, str]]
    looks_back_months: int | None = None
    """Of a return without a census day: its position is the night's, and its period so many months up to it. Until
    `on` says which night, the position is the last day of the year. None where there is a census day."""

    def on(self, night: dt.date | None) -> Definition:
        """The definition with its position on `night`. A return with a census day stays as it is, and so does any
        without a night. The period begins the day after the same day of the month, `looks_back_months` before; where
        that month is shorter, after its last day."""
        if self.looks_back_months is None or night is None:
            return self
        years, month = divmod(night.year * 12 + night.month - 1 - self.looks_back_months, 12)
        day = min(night.day, calendar.monthrange(years, month + 1)[1])
        start = dt.date(years, month + 1, day) + dt.timedelta(days=1)
        return replace(self, census_date=night, period_start=start, period_end=night)

    def module(self, name: str) -> Module:
        return self.modules[name]

    def parent_key(self, module: Module) -> str | None:
        return self.modules[module.parent].key if module.parent else None

    @property
    def persons(self) -> Module:
        """The module of the persons: the first that has a key and no parent."""
        return next(module for module in self.modules.values() if module.key and not module.parent)

    def upwards(self, module: Module) -> list[Module]:
        """The module and those it hangs from, up to the top one."""
        chain = [module]
        while chain[-1].parent:
            chain.append(self.module(chain[-1].parent))
        return chain

    def columns(self, module: Module) -> dict[str, str]:
        """Columns and types of the module's return table: keys, the items of all years, source. An item that this year
        does not ask for is a column of nulls, so that the tables are the same in every year."""
        keys = [key for key in (module.key, self.parent_key(module)) if key]
        return {
            **dict.fromkeys(keys, "VARCHAR"),
            **module.extra_columns,
            **{item.column: item.sql_type for item in module.table_items or module.items},
            **SOURCE_COLUMNS,
        }

    def walk(self) -> Iterator[tuple[Module, Item]]:
        for module in self.modules.values():
            for item in module.items:
                yield module, item

    @property
    def order_names(self) -> tuple[str, ...]:
        """Orders of elements this year leaves open, the default first; a setting of the return chooses."""
        names = sorted({name for module in self.modules.values() for name in module.orders})
        return (DEFAULT_ORDER, *(name for name in names if name != DEFAULT_ORDER))


def held_name(held: Item | str) -> str:
    """The name by which a definition's changes and orders call what a module holds: an item's tag, a module's name."""
    return held if isinstance(held, str) else held.tag
