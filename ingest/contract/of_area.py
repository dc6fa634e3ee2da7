"""What an area settles otherwise than the contract of a feed: `feeds.overrides` of its settings.

feeds:
  overrides:
    ehc_casework:
      owner: SEND casework, second floor
      contact: "01865 000000"
      transport: {folder: exports}                # laid over the contract's; another kind replaces it
      mapping: mappings/931/ehc.yml               # a file of the settings folder: docs/mapping.md
      expected_rows: {ehc_plan: {min: 5000, change: 20%}}
    mhsds: {pulled: false}                        # its source is not asked; what came before stays
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from area.settings import area_file, config_root, feed_overrides
from ingest.contract.check import Checker, SettingsChecker
from ingest.contract.file import ARRIVES, TRANSPORT_KEYS, allowed_age, checked_format, expected_rows
from ingest.contract.model import Contract, Table
from ingest.mapping.file import read_mapping

OVERRIDES = {
    "owner", "contact", "transport", "format", "arrives", "allowed_age_days", "required", "expected_rows", "mapping",
    "pulled",
}  # fmt: skip


def area_contracts(contracts: tuple[Contract, ...], area: str) -> tuple[Contract, ...]:
    """The contracts as the area has them. Raises SettingsError naming the area's file and the key that is wrong, or
    when the settings cannot be read, and ContractError for a mapping file that is wrong."""
    overrides = feed_overrides(area)
    check = SettingsChecker(str(area_file(area)))
    check.mapping(overrides, "feeds.overrides", {contract.feed for contract in contracts})
    return tuple(
        overridden(check, contract, overrides[contract.feed]) if contract.feed in overrides else contract
        for contract in contracts
    )


def own_files(area: str) -> dict[str, Path]:
    """The files of the settings folder that decide how the area's feeds are read, by their names within it: none
    where the area has the contracts as they are. Raises as `area_contracts` does."""
    overrides = feed_overrides(area)
    if not overrides:
        return {}
    check, root, own = SettingsChecker(str(area_file(area))), config_root().resolve(), area_file(area).resolve()
    named = [
        _file(check, f"feeds.overrides.{feed}.mapping", said["mapping"])
        for feed, said in overrides.items()
        if "mapping" in check.mapping(said, f"feeds.overrides.{feed}", OVERRIDES)
    ]
    return {str(path.relative_to(root)): path for path in (own, *named)}


def overridden(check: Checker, contract: Contract, said: Any) -> Contract:
    """One contract with what an area's settings say of its feed."""
    where = f"feeds.overrides.{contract.feed}"
    said = check.mapping(said, where, OVERRIDES)
    found = contract
    if "owner" in said:
        found = replace(found, owner=check.text(said["owner"], f"{where}.owner"))
    if "contact" in said:
        found = replace(found, contact=check.text(said["contact"], f"{where}.contact"))
    if "arrives" in said:
        found = replace(found, arrives=check.one_of(said["arrives"], f"{where}.arrives", ARRIVES))
    if "allowed_age_days" in said:
        age = allowed_age(check, said["allowed_age_days"], f"{where}.allowed_age_days")
        found = replace(found, allowed_age_days=age)
    if "required" in said:
        found = replace(found, required=check.yes_no(said["required"], f"{where}.required"))
    if "pulled" in said:
        found = replace(found, pulled=check.yes_no(said["pulled"], f"{where}.pulled"))
        if found.required and not found.pulled:
            check.fail(f"{where}.pulled", "true, as no night is built without the feed (`required`)", "false")
    if "transport" in said:
        over = _laid_over(check, f"{where}.transport", said["transport"], contract.transport, {"connection"})
        found = replace(found, transport=check.kind(over, f"{where}.transport", TRANSPORT_KEYS, {"connection"}))
    if "format" in said:
        over = _laid_over(check, f"{where}.format", said["format"], contract.format, set())
        found = replace(found, format=checked_format(check, over, f"{where}.format"))
    if "expected_rows" in said:
        found = _with_rows(check, f"{where}.expected_rows", found, said["expected_rows"])
    if "mapping" in said:
        found = replace(found, mapping=read_mapping(_file(check, f"{where}.mapping", said["mapping"]), found))
    return found


def _laid_over(check: Checker, where: str, said: Any, contract: Mapping[str, Any], common: set[str]) -> dict[str, Any]:
    """The contract's section with the area's over it. Another kind has nothing of the contract's but what all kinds
    have in common."""
    own = check.mapping(said, where, None)
    kept = contract if own.get("kind", contract["kind"]) == contract["kind"] else {k: contract[k] for k in common}
    return {**kept, **own}


def _with_rows(check: Checker, where: str, contract: Contract, said: Any) -> Contract:
    """The contract with other expectations of its tables' rows, in all years alike."""
    rows = {
        name: expected_rows(check, spec, f"{where}.{name}")
        for name, spec in check.mapping(said, where, {table.name for table in contract.tables}).items()
    }

    def with_rows(table: Table) -> Table:
        if table.name not in rows:
            return table
        least, change = rows[table.name]
        return replace(table, min_rows=least, largest_change=change)

    layouts = {year: tuple(map(with_rows, tables)) for year, tables in contract.layouts.items()}
    return replace(contract, tables=tuple(map(with_rows, contract.tables)), layouts=layouts)


def _file(check: Checker, where: str, name: Any) -> Path:
    """A file of the settings folder; it may not be named from outside."""
    root = config_root().resolve()
    path = (root / check.text(name, where)).resolve()
    if not path.is_relative_to(root):
        check.fail(where, "a file of the settings folder", "a path that leaves it")
    if not path.is_file():
        check.fail(where, "a file of the settings folder", f"none at {name}")
    return path
