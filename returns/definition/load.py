"""Reads the definition of a collection year: `<return>/definitions/<year>.yml`.

The first year is written out; every later one says whom it `follows` and its `changes` (see changes.py). A council can
change a year for itself, where the DfE's own papers settle what is uncertain here: a file of the same form in
`<settings folder>/definitions/<return>/<year>.yml` is applied last.
"""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Any, cast

import yaml

from area.call import CALL
from area.errors import ContractError, SettingsError
from area.settings import config_root
from returns.definition.changes import changed, said
from returns.definition.model import DEFAULT_ORDER, SQL_TYPES, Definition, Item, Module, held_name
from returns.kinds import ReturnKind

Raw = dict[str, Any]


def defined_years(kind: ReturnKind) -> list[int]:
    """The years a return is defined for, ascending."""
    return sorted(int(file.stem) for file in kind.definitions.glob("[0-9]*.yml"))


def year_for(kind: ReturnKind, *, collection: int, as_of: dt.date) -> int:
    """The year of a return that a night prepares: the settings' collection; for a return without a census day the
    newest year that is defined and not after the night's own."""
    years = defined_years(kind)
    if "census_date" in _yaml(kind.definitions / f"{years[0]}.yml"):
        return collection
    return max((year for year in years if year <= as_of.year), default=years[0])


def require_defined(kind: ReturnKind, year: int, *, option: str = "collection year") -> None:
    """Raise SettingsError, naming the option it was given with and the years there are, for one not defined."""
    if year not in defined_years(kind):
        defined = ", ".join(map(str, defined_years(kind)))
        raise SettingsError(option, expected=f"a year that is defined ({defined})", came=str(year), where=CALL)


def load_definition(kind: ReturnKind, year: int) -> Definition:
    """The definition of a collection year. Raises SettingsError when the year is not defined, ContractError when the
    definition contradicts itself."""
    require_defined(kind, year)
    return _load(kind, year, str(config_root()))


def local_changes(kind: ReturnKind, year: int) -> Path:
    """Where a council's own changes to a year's definition would be."""
    return config_root() / "definitions" / kind.name / f"{year}.yml"


@functools.cache
def _load(kind: ReturnKind, year: int, _settings_folder: str) -> Definition:
    raw, differences = _whole(kind, year)
    local = local_changes(kind, year)
    if local.exists():
        own = _yaml(local)
        raw = changed(raw, own, file=str(local))
        differences = (*differences, *(f"{said(change)} (the council's own)" for change in own.get("changes", ())))
    modules = {name: _module(kind, name, body) for name, body in raw["modules"].items()}
    union = _all_items(kind)
    modules = {
        name: Module(**{**module.__dict__, "table_items": _joined(union.get(name, ()), module.items)})
        for name, module in modules.items()
    }
    last_day = dt.date(raw["year"], 12, 31)
    period = raw.get("period", {})
    definition = Definition(
        kind=kind,
        year=raw["year"],
        title=raw["title"],
        root=raw.get("root", ""),
        census_date=raw.get("census_date", last_day),
        period_start=period.get("start", last_day),
        period_end=period.get("end", last_day),
        looks_back_months=None if "census_date" in raw else raw["looks_back_months"],
        return_by=raw.get("return_by"),
        standing=raw.get("standing", ""),
        differences=differences,
        modules=modules,
        codes={name: {str(code): str(text) for code, text in codes.items()} for name, codes in raw["codes"].items()},
    )
    check_definition(definition, f"{year}.yml")
    return definition if "census_date" in raw else definition.on(last_day)


def _whole(kind: ReturnKind, year: int) -> tuple[Raw, tuple[str, ...]]:
    """A year's definition with all the years before it applied, and what the year itself changes, in words."""
    file = kind.definitions / f"{year}.yml"
    own = _yaml(file)
    if "follows" not in own:
        return own, ()
    before, _ = _whole(kind, int(own["follows"]))
    return changed(before, own, file=file.name), tuple(said(change) for change in own.get("changes", ()))


def _yaml(file: Path) -> Raw:
    try:
        return cast(Raw, yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(
            file.name, field="(whole file)", expected="readable YAML", came=type(error).__name__
        ) from error


@functools.cache
def _all_items(kind: ReturnKind) -> dict[str, tuple[Item, ...]]:
    """The items of every module over all years: those of the first year, each later one behind its neighbour."""
    union: dict[str, tuple[Item, ...]] = {}
    for year in defined_years(kind):
        raw, _ = _whole(kind, year)
        for name, body in raw["modules"].items():
            union[name] = _joined(union.get(name, ()), _module(kind, name, body).items)
    return union


def _joined(all_years: tuple[Item, ...], this_year: tuple[Item, ...]) -> tuple[Item, ...]:
    joined = list(all_years)
    place = 0
    for item in this_year:
        columns = [each.column for each in joined]
        if item.column in columns:
            place = columns.index(item.column) + 1
        else:
            joined.insert(place, item)
            place += 1
    return tuple(joined)


def _module(kind: ReturnKind, name: str, body: Raw) -> Module:
    occurs = body["occurs"]
    holds = tuple(
        held["module"] if "module" in held else Item(**{**held, "number": str(held.get("number", ""))})
        for held in body["items"]
    )
    return Module(
        name=name,
        prefix=kind.name,
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


def check_definition(definition: Definition, file: str) -> None:
    """Raise ContractError, naming `file`, where a definition contradicts itself."""
    for module, item in definition.walk():
        where = f"{module.name}.{item.tag}"
        if item.type not in SQL_TYPES:
            raise ContractError(file, field=where, expected=f"a type of {sorted(SQL_TYPES)}", came=item.type)
        if (item.type == "code") != (item.codes in definition.codes):
            raise ContractError(file, field=where, expected="a code item with a code list", came=str(item.codes))
    for module in definition.modules.values():
        named = {held_name(held) for held in module.holds}
        if DEFAULT_ORDER in module.orders:
            raise ContractError(
                file, field=f"{module.name}.orders", expected="a name of its own", came=f"'{DEFAULT_ORDER}'"
            )
        for order, names in module.orders.items():
            if set(names) != named or len(names) != len(named):
                raise ContractError(
                    file, field=f"{module.name}.orders.{order}", expected="every element once", came=", ".join(names)
                )
        for child in (held for held in module.holds if isinstance(held, str)):
            if child not in definition.modules or definition.modules[child].parent != module.name:
                raise ContractError(file, field=f"{module.name}.items", expected="a module below it", came=child)
