"""The dbt contracts of the return tables, made from the definition: `send <return> contracts --write`.

A model's YAML says by hand what the model is (its description, with the grain) and its unit tests; the columns between
them are the definition's, those of all years. They are the same for what the facts say (`<return>_prepared_<module>`)
and for the return itself (`<return>_<module>`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from area.paths import PROJECT_ROOT
from returns.definition.load import defined_years, load_definition
from returns.definition.model import SOURCE_COLUMNS, Definition, Item, Module
from returns.kinds import ReturnKind

MODELS = PROJECT_ROOT / "dbt_project" / "models" / "returns"
SOURCE_WORDS = {
    "_source_table": "Table of the extract the record came from.",
    "_file_hash": "SHA-256 of the file the row came from.",
    "_row": "Line of that file.",
}
UNIT_TESTS = re.compile(r"^unit_tests:", re.MULTILINE)


def contract_files(kind: ReturnKind) -> dict[Path, str]:
    """Every contract of a return: its file -> its whole text."""
    definition = load_definition(kind, defined_years(kind)[-1])
    files = {}
    for module in definition.modules.values():
        for name, folder in (
            (module.table, MODELS / kind.name),
            (f"{kind.name}_prepared_{module.name}", MODELS / kind.name / "prepared"),
        ):
            path = folder / f"{name}.yml"
            files[path] = _text(definition, module, name, path)
    return files


def write_contracts(kind: ReturnKind) -> list[Path]:
    """Write those that differ from what is there; returns them."""
    written = []
    for path, text in contract_files(kind).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def _text(definition: Definition, module: Module, name: str, path: Path) -> str:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    tests = UNIT_TESTS.search(before)
    model = {
        "name": name,
        "description": _description(before, module),
        "config": {"contract": {"enforced": True}},
        "columns": list(_columns(definition, module)),
    }
    head = yaml.safe_dump({"models": [model]}, sort_keys=False, allow_unicode=True, width=110)
    return head + ("\n" + before[tests.start() :] if tests else "")


def _description(before: str, module: Module) -> str:
    said = (yaml.safe_load(before) or {}).get("models") or []
    return str(said[0]["description"]) if said else f"One row per {module.title.lower()}: module {module.number}."


def _columns(definition: Definition, module: Module) -> Iterator[dict[str, Any]]:
    items = {item.column: item for item in module.table_items}
    asked = _years(definition.kind, module)
    for place, (name, sql_type) in enumerate(definition.columns(module).items()):
        column: dict[str, Any] = {"name": name, "data_type": sql_type.lower()}
        if name in items:
            column |= _item(items[name], asked[name], defined_years(definition.kind))
        else:
            column["description"] = _key_words(definition, module, name)
        if name == module.key:
            column["constraints"] = [{"type": "not_null"}, {"type": "primary_key"}]
        elif name == definition.parent_key(module):
            column["constraints"] = [{"type": "not_null"}]
        if name == module.key or (module.key is None and place == 0):
            column["data_tests"] = ["unique", "not_null"]
        yield column


def _item(item: Item, asked: list[int], years: list[int]) -> dict[str, Any]:
    words = f"{item.number} {item.title}.".strip()
    if item.when:
        words += f" {item.when}"
    if asked != years:
        words += f" Asked for in {asked[0]}." if len(asked) == 1 else f" Asked for {asked[0]} to {asked[-1]}."
    meta = {"item": item.tag} | ({"personal": item.personal} if item.personal else {})
    return {"description": words, "config": {"meta": meta}}


def _key_words(definition: Definition, module: Module, name: str) -> str:
    if name in SOURCE_COLUMNS:
        return SOURCE_WORDS[name]
    if name == module.key:
        return f"Key of the record in this module ({module.title.lower()})."
    if module.parent and name == definition.parent_key(module):
        return f"Key of the {definition.module(module.parent).title.lower()} it belongs to."
    return "Place in the return, in the order of the key."


def _years(kind: ReturnKind, module: Module) -> dict[str, list[int]]:
    """Column -> the years that ask for it."""
    asked: dict[str, list[int]] = {}
    for year in defined_years(kind):
        for item in load_definition(kind, year).module(module.name).items:
            asked.setdefault(item.column, []).append(year)
    return asked
