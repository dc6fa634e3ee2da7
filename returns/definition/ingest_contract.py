"""The contract under which earlier returns are read in as extracts, made from the definitions of all years.

A return that has been submitted is history: its tables come in as any feed's do, a delivery a collection year.
"""

from __future__ import annotations

from pathlib import Path

from area.paths import PROJECT_ROOT
from returns.definition.load import defined_years, load_definition
from returns.definition.model import SOURCE_COLUMNS, Definition, Item, Module
from returns.kinds import ReturnKind

# The collection year, in every table. An item of that name (the header's, always the return's name) gives way.
COLLECTION, GIVES_WAY = "collection", "collection_name"
INTRODUCTION = """\
# Returns that were submitted, read as extracts: any year's XML (our own, a supplier's, one downloaded from COLLECT) or
# COLLECT CSV export. Made by `send {name} extract-contract --write` from returns/{name}/definitions/: change those.
#
# One file is one delivery, and its period is the collection year its header gives: each year's return is history, and
# a later delivery of the same year replaces the earlier as the latest. A COLLECT export is several files that belong
# together, so it is delivered as one .zip (`send {name} read` packs loose files, unchanged, always into the same
# bytes). Keys are those of the file: in XML the number of the element (eight digits, in file order), in an export
# COLLECT's own. Every value is text as it came; dates are CCYY-MM-DD in XML, `2022-Sep-28 00:00:00` in an export.
# A file whose header names another LA is refused. The drop folder holds {upper}_<area>_<year>.xml or .zip; without a
# connection, or with an empty folder, there is nothing to pull and nothing is late.
"""


def contract_file(kind: ReturnKind) -> Path:
    """The committed contract."""
    return PROJECT_ROOT / "ingest" / "contracts" / "education" / f"{kind.name}_return.yml"


def table_name(kind: ReturnKind, module: Module) -> str:
    """The raw table of a module: the return's name, `r_`, the module's."""
    return f"{kind.name}r_{module.name}"


def extract_columns(definition: Definition, module: Module) -> dict[str, str]:
    """The raw table's columns and where each comes from: the collection year, then the columns of the return table of
    all years, without those that say where a row came from."""
    names = [name for name in definition.columns(module) if name not in SOURCE_COLUMNS]
    return {COLLECTION: COLLECTION} | {GIVES_WAY if name == COLLECTION else name: name for name in names}


def contract_text(kind: ReturnKind) -> str:
    """The contract as YAML."""
    definition = load_definition(kind, defined_years(kind)[-1])
    lines = [
        INTRODUCTION.format(name=kind.name, upper=kind.name.upper()).rstrip("\n"),
        f"feed: {kind.name}_return",
        f"title: {kind.title}s of earlier collections",
        "sector: education",
        "owner: SEND information team",
        "transport:",
        "  kind: folder",
        '  connection: "send_{area}_returns_drop"',
        "  folder: .",
        f'  pattern: ["{kind.name.upper()}*.xml", "{kind.name.upper()}*.zip"]',
        f"format: {{kind: {kind.name}_return}}",
        "arrives: yearly",
        "allowed_age_days: any",
        "required: false",
        "snapshot: per_period     # each delivery holds one collection year",
        "tables:",
    ]
    for module in definition.modules.values():
        items = {item.column: item for item in module.table_items}
        keys = [key for key in (module.key, definition.parent_key(module)) if key]
        lines += [f"  {table_name(kind, module)}:", f"    about: One row per {module.element} element."]
        lines.append(f"    key: [{module.key or COLLECTION}]")
        if module.parent is None and module.key:
            lines.append("    expected_rows: {min: 1}")
        lines.append("    fields:")
        lines += [f"      {name}: {_field(name, keys, items)}" for name in extract_columns(definition, module)]
    return "\n".join(lines) + "\n"


def _field(name: str, keys: list[str], items: dict[str, Item]) -> str:
    said = ["type: text"]
    if name in keys or name == COLLECTION:
        said.append("required: true")
    if name in items and items[name].personal:
        said.append(f"personal: {items[name].personal}")
    return "{" + ", ".join(said) + "}"
