"""The definition of one collection year of SEN2: modules, items, order, types and codes (`definitions/<year>.yml`)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from area.errors import ContractError, SettingsError

FOLDER = Path(__file__).parent / "definitions"

# Type of an item -> type of its column in the return tables.
SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "la": "VARCHAR",
    "date": "DATE",
    "flag": "INTEGER",
    "rank": "INTEGER",
    "year": "INTEGER",
    "datetime": "TIMESTAMP",
}
# Where a row came from; every return table ends with these.
SOURCE_COLUMNS = {"_source_table": "VARCHAR", "_file_hash": "VARCHAR", "_row": "BIGINT"}
DEFAULT_ORDER = "export"


@dataclass(frozen=True)
class Item:
    """One item of the return: an XML element that holds a value, and a column of its module's table."""

    tag: str
    title: str
    type: str
    need: str
    confidence: str
    number: str = ""
    when: str = ""
    within: str | None = None
    length: int | None = None
    codes: str | None = None

    @property
    def column(self) -> str:
        return self.tag.lower()

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Module:
    """One module: an XML element that repeats, and a table. `holds` are its items and the names of modules below."""

    name: str
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

    @property
    def table(self) -> str:
        return f"sen2_{self.name}"

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(held for held in self.holds if isinstance(held, Item))

    def in_order(self, order: str = DEFAULT_ORDER) -> tuple[Item | str, ...]:
        """What the module holds, as it follows in the XML; `order` chooses where a year's order is a setting."""
        names = self.orders.get(order)
        if names is None:
            return self.holds
        by_name = {held if isinstance(held, str) else held.tag: held for held in self.holds}
        return tuple(by_name[name] for name in names)


@dataclass(frozen=True)
class Definition:
    """One collection year."""

    year: int
    title: str
    root: str
    census_date: dt.date
    period_start: dt.date
    period_end: dt.date
    return_by: dt.date
    modules: Mapping[str, Module]
    codes: Mapping[str, Mapping[str, str]]

    def module(self, name: str) -> Module:
        return self.modules[name]

    def parent_key(self, module: Module) -> str | None:
        return self.modules[module.parent].key if module.parent else None

    def columns(self, module: Module) -> dict[str, str]:
        """Columns and types of the module's return table: keys, items, source."""
        keys = [key for key in (module.key, self.parent_key(module)) if key]
        return {
            **dict.fromkeys(keys, "VARCHAR"),
            **module.extra_columns,
            **{item.column: item.sql_type for item in module.items},
            **SOURCE_COLUMNS,
        }

    def walk(self) -> Iterator[tuple[Module, Item]]:
        for module in self.modules.values():
            for item in module.items:
                yield module, item

    @property
    def order_names(self) -> tuple[str, ...]:
        """Orders of elements this year leaves open (setting `sen2.active_plans_order`), the default first."""
        names = {name for module in self.modules.values() for name in module.orders}
        return tuple(sorted(names, key=lambda name: (name != DEFAULT_ORDER, name)))


def defined_years() -> list[int]:
    return sorted(int(file.stem) for file in FOLDER.glob("[0-9]*.yml"))


@functools.cache
def load_definition(year: int) -> Definition:
    """The definition of a collection year. Raises SettingsError when the year is not defined, ContractError when the
    definition contradicts itself."""
    if year not in defined_years():
        defined = ", ".join(map(str, defined_years()))
        raise SettingsError("collection", expected=f"a year that is defined ({defined})", came=str(year), where="SEN2")
    file = FOLDER / f"{year}.yml"
    raw = cast(dict[str, Any], yaml.safe_load(file.read_text(encoding="utf-8")))
    modules = {name: _module(name, body) for name, body in raw["modules"].items()}
    definition = Definition(
        year=raw["year"],
        title=raw["title"],
        root=raw["root"],
        census_date=raw["census_date"],
        period_start=raw["period"]["start"],
        period_end=raw["period"]["end"],
        return_by=raw["return_by"],
        modules=modules,
        codes={name: {str(code): str(text) for code, text in codes.items()} for name, codes in raw["codes"].items()},
    )
    _check(definition, file.name)
    return definition


def _module(name: str, body: dict[str, Any]) -> Module:
    occurs = body["occurs"]
    holds = tuple(
        held["module"] if "module" in held else Item(**{**held, "number": str(held.get("number", ""))})
        for held in body["items"]
    )
    return Module(
        name=name,
        number=str(body["number"]),
        title=body["title"],
        element=body["element"],
        holds=holds,
        least=occurs["least"],
        most=occurs.get("most"),
        key=body.get("key"),
        parent=body.get("parent"),
        wrapper=body.get("wrapper"),
        order_by=tuple(body.get("order_by", ())),
        extra_columns=body.get("extra_columns", {}),
        orders={order: tuple(names) for order, names in body.get("orders", {}).items()},
    )


def _check(definition: Definition, file: str) -> None:
    for module, item in definition.walk():
        where = f"{module.name}.{item.tag}"
        if item.type not in SQL_TYPES:
            raise ContractError(file, field=where, expected=f"a type of {sorted(SQL_TYPES)}", came=item.type)
        if (item.type == "code") != (item.codes in definition.codes):
            raise ContractError(file, field=where, expected="a code item with a code list", came=str(item.codes))
    for module in definition.modules.values():
        named = {held if isinstance(held, str) else held.tag for held in module.holds}
        for order, names in module.orders.items():
            if set(names) != named or len(names) != len(named):
                raise ContractError(
                    file, field=f"{module.name}.orders.{order}", expected="every element once", came=", ".join(names)
                )
        for child in (held for held in module.holds if isinstance(held, str)):
            if child not in definition.modules or definition.modules[child].parent != module.name:
                raise ContractError(file, field=f"{module.name}.items", expected="a module below it", came=child)
