"""Reads a contract file and says exactly what is wrong with it. The keys a contract may have are listed here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from area.errors import ContractError
from ingest.contract import Contract, Field, Table

# Formats that another package brings (entry point group `send.formats`); such a format says itself which period a file
# is of, so its tables need no file pattern.
BROUGHT = ("sen2_return",)
ANY_AGE = "any"  # a feed of history: it brings what is over, and is never late
FEED_KEYS = {
    "feed", "title", "sector", "owner", "transport", "format", "arrives", "allowed_age_days", "required", "snapshot",
    "tables",
}  # fmt: skip
TABLE_KEYS = {"file", "key", "within", "expected_rows", "fields"}
FIELD_KEYS = {"column", "also", "type", "required", "max_length", "format", "codes", "personal", "optional"}
DROP_KEYS = {"folder", "pattern", "finished", "marker", "checksum"}
TRANSPORT_KEYS = {
    "sftp": DROP_KEYS,
    "folder": DROP_KEYS,
    "object_store": {"bucket", "prefix", *DROP_KEYS} - {"folder"},
    "http_file": {"path", "paths", "look_back_days", "checksum", "etag_is_md5"},
    "http_pages": {"page_size", "paging", "endpoints"},
    "ees_api": {"publication", "data_sets"},
}
FORMAT_KEYS = {
    "csv": {
        "encoding", "delimiter", "header_case", "extra_columns", "missing_columns", "null_words", "recognise",
        "other_layouts",
    },
    "xml": {"root", "reader"},
    "json_pages": set(),
    "ees_results": set(),
    **{kind: set() for kind in BROUGHT},
}  # fmt: skip
FIELD_TYPES = {"text", "code", "date", "integer"}
PERSONAL = {"name", "birth_date", "identifier", "postcode"}
NAME = re.compile(r"[a-z][a-z0-9_]*")


class _NoRepeats(yaml.SafeLoader):
    """YAML lets a key be given twice and keeps the last; in a contract that is a mistake."""


def _mapping(loader: _NoRepeats, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"'{key}' is given twice")
    return dict(loader.construct_pairs(node, deep=True))


_NoRepeats.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_contract(path: Path) -> Contract:
    """The contract in a file. Raises ContractError naming the key, what was expected and what came."""
    file = path.name
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoRepeats)  # noqa: S506  (a SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(file, field="(whole file)", expected="readable YAML", came=str(error)) from error
    check = _Checker(file)
    feed = check.mapping(loaded, "(whole file)", FEED_KEYS, needed=FEED_KEYS)
    snapshot = check.one_of(feed["snapshot"], "snapshot", {"full", "per_period"})
    tables = check.mapping(feed["tables"], "tables", None)
    contract = Contract(
        feed=check.name(feed["feed"], "feed"),
        title=check.text(feed["title"], "title"),
        sector=check.name(feed["sector"], "sector"),
        owner=check.text(feed["owner"], "owner"),
        arrives=check.text(feed["arrives"], "arrives"),
        allowed_age_days=(
            None if feed["allowed_age_days"] == ANY_AGE else check.whole(feed["allowed_age_days"], "allowed_age_days")
        ),
        required=check.yes_no(feed["required"], "required"),
        snapshot=snapshot,
        transport=check.kind(feed["transport"], "transport", TRANSPORT_KEYS, {"connection"}),
        format=check.kind(feed["format"], "format", FORMAT_KEYS, set()),
        tables=tuple(_table(check, name, body) for name, body in tables.items()),
    )
    if snapshot == "per_period" and contract.format["kind"] not in BROUGHT:
        for table in contract.tables:
            if table.file is None or table.file.count("*") != 1:
                check.fail(f"tables.{table.name}.file", "a pattern with one * (the period)", repr(table.file))
    return contract


def _table(check: _Checker, name: str, body: Any) -> Table:
    where = f"tables.{check.name(name, 'tables')}"
    table = check.mapping(body, where, TABLE_KEYS, needed={"key", "fields"})
    fields = tuple(
        _field(check, f"{where}.fields", str(key), spec)
        for key, spec in check.mapping(table["fields"], f"{where}.fields", None).items()
    )
    names = {field.name for field in fields}
    key = tuple(str(part) for part in table["key"])
    if not key or not set(key) <= names:
        check.fail(f"{where}.key", "fields of the table", str(table["key"]))
    rows = check.mapping(table.get("expected_rows", {}), f"{where}.expected_rows", {"min"})
    return Table(
        name=name,
        key=key,
        fields=fields,
        file=table.get("file"),
        within=table.get("within"),
        min_rows=check.whole(rows.get("min", 0), f"{where}.expected_rows.min"),
    )


def _field(check: _Checker, where: str, key: str, spec: Any) -> Field:
    where = f"{where}.{key}"
    said = check.mapping(spec, where, FIELD_KEYS, needed={"type"})
    kind = check.one_of(said["type"], f"{where}.type", FIELD_TYPES)
    if kind == "date":
        _check_date_format(check, said.get("format"), where)
    if "personal" in said:
        check.one_of(said["personal"], f"{where}.personal", PERSONAL)
    length = said.get("max_length")
    return Field(
        name=check.name(key.replace(".", "_"), where),
        source=str(said.get("column", key)),
        kind=kind,
        required=check.yes_no(said.get("required", False), f"{where}.required"),
        max_length=None if length is None else check.whole(length, f"{where}.max_length"),
        date_format=said.get("format"),
        codes=tuple(str(code) for code in said.get("codes", ())),
        personal=said.get("personal"),
        also=tuple(str(other) for other in said.get("also", ())),
        optional=check.yes_no(said.get("optional", False), f"{where}.optional"),
    )


def _check_date_format(check: _Checker, given: Any, where: str) -> None:
    try:
        dt.datetime.strptime(dt.datetime(2025, 1, 31).strftime(given), given)
    except (TypeError, ValueError):
        check.fail(f"{where}.format", "a date format such as %Y-%m-%d", repr(given))


class _Checker:
    """Raises ContractError for one file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, field: str, expected: str, came: str) -> None:
        raise ContractError(self.file, field=field, expected=expected, came=came)

    def mapping(
        self, value: Any, where: str, known: set[str] | None, *, needed: set[str] | None = None
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(where, "a mapping", type(value).__name__)
        for key in needed or ():
            if key not in value:
                self.fail(where, f"a key '{key}'", "none")
        for key in value:
            if known is not None and key not in known:
                self.fail(where, f"one of {sorted(known)}", repr(key))
        return dict(value)

    def kind(self, value: Any, where: str, kinds: Mapping[str, set[str]], common: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict) or value.get("kind") not in kinds:
            self.fail(where, f"a mapping whose kind is one of {sorted(kinds)}", repr(value))
        return self.mapping(value, where, kinds[value["kind"]] | common | {"kind"}, needed=common)

    def text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(where, "words", repr(value))
        return str(value)

    def name(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not NAME.fullmatch(value):
            self.fail(where, "a name of small letters, digits and underscores", repr(value))
        return str(value)

    def one_of(self, value: Any, where: str, allowed: set[str]) -> str:
        if value not in allowed:
            self.fail(where, f"one of {sorted(allowed)}", repr(value))
        return str(value)

    def whole(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(where, "a whole number", repr(value))
        return int(value)

    def yes_no(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            self.fail(where, "true or false", repr(value))
        return bool(value)
