"""Reads a contract file and says exactly what is wrong with it. The keys a contract may have are listed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.contract.check import Checker, read_yaml
from ingest.contract.model import Contract, Field, Table
from ingest.contract.transport import check_transport
from ingest.contract.years import union_of, year_bodies
from ingest.reading.row_checks import DATE_PARTS

# Formats that another package brings (entry point group `send.formats`); such a format says itself which period a file
# is of, so its tables need no file pattern.
BROUGHT = ("sen2_return",)
ANY_AGE = "any"  # a feed of history: it brings what is over, and is never late
FEED_KEYS = {
    "feed", "title", "sector", "owner", "transport", "format", "arrives", "allowed_age_days", "required", "snapshot",
    "tables",
}  # fmt: skip
YEARS_KEYS = {"first_year", "years"}  # both, or neither: see contract_years
SOURCE_KEY = "source"  # the name of dbt's source, where it is not the feed's: several feeds may share one
TABLE_KEYS = {"about", "file", "key", "within", "expected_rows", "optional_table", "fields"}
FIELD_KEYS = {"about", "column", "also", "type", "required", "max_length", "format", "codes", "personal", "optional"}
ARRIVES = {"nightly", "weekly", "monthly", "termly", "yearly", "when sent"}
# full: each delivery holds everything; per_period: one period; incremental: what has changed since the one before.
SNAPSHOTS = {"full", "per_period", "incremental"}
DROP_KEYS = {"pattern", "finished", "marker", "checksum"}
TRANSPORT_KEYS = {
    "sftp": {"folder", *DROP_KEYS},
    "folder": {"folder", *DROP_KEYS},
    "object_store": {"bucket", "prefix", *DROP_KEYS},
    "http_file": {"path", "paths", "look_back_days", "checksum", "etag_is_md5"},
    "http_pages": {"page_size", "paging", "endpoints"},
    "ees_api": {"publication", "data_sets"},
    "mesh": {"workflow_ids", "pattern"},
    "sql": {"tables", "full_every_days", "overlap_minutes", "statement_seconds", "isolation"},
    "upload": set(),
}
FORMAT_KEYS = {
    "csv": {
        "encoding", "delimiter", "header_case", "extra_columns", "missing_columns", "null_words", "recognise",
        "other_layouts", "xml",  # xml: the reader of files that come as XML instead
    },
    "xml": {"root", "reader"},
    "excel": {"extra_columns", "header_case", "missing_columns", "null_words"},
    "parquet": {"extra_columns", "missing_columns", "header_case"},
    "json_pages": set(),
    "ees_results": set(),
    **{kind: set() for kind in BROUGHT},
}  # fmt: skip
FIELD_TYPES = {"text", "code", "date", "integer"}
PERSONAL = {"name", "birth_date", "identifier", "postcode"}


def read_contract(path: Path) -> Contract:
    """The contract in a file. Raises ContractError naming the key, what was expected and what came."""
    check = Checker(path.name)
    feed = check.mapping(read_yaml(path), "(whole file)", FEED_KEYS | YEARS_KEYS | {SOURCE_KEY}, needed=FEED_KEYS)
    bodies = check.mapping(feed["tables"], "tables", None)
    every_year, why = year_bodies(check, feed.get("first_year"), bodies, feed.get("years"))
    layouts = {year: _tables(check, of_year, year) for year, of_year in every_year.items()}
    contract = Contract(
        feed=check.name(feed["feed"], "feed"),
        title=check.text(feed["title"], "title"),
        sector=check.name(feed["sector"], "sector"),
        owner=check.text(feed["owner"], "owner"),
        arrives=check.one_of(feed["arrives"], "arrives", ARRIVES),
        allowed_age_days=allowed_age(check, feed["allowed_age_days"], "allowed_age_days"),
        required=check.yes_no(feed["required"], "required"),
        snapshot=check.one_of(feed["snapshot"], "snapshot", SNAPSHOTS),
        transport=check_transport(check, check.kind(feed["transport"], "transport", TRANSPORT_KEYS, {"connection"})),
        format=checked_format(check, feed["format"], "format"),
        tables=union_of(layouts) if layouts else _tables(check, bodies, None),
        layouts=layouts,
        years_why=why,
        source=check.name(feed[SOURCE_KEY], SOURCE_KEY) if SOURCE_KEY in feed else "",
    )
    if contract.snapshot == "per_period" and contract.format["kind"] not in BROUGHT:
        for table in contract.tables:
            if table.file is None or table.file.count("*") != 1:
                check.fail(f"tables.{table.name}.file", "a pattern with one * (the period)", repr(table.file))
    return contract


def checked_format(check: Checker, value: Any, where: str) -> dict[str, Any]:
    """How a feed's files are written."""
    said = check.kind(value, where, FORMAT_KEYS, set())
    if "encoding" in said:
        check.encoding(said["encoding"], f"{where}.encoding")
    if "delimiter" in said:
        check.letter(said["delimiter"], f"{where}.delimiter")
    if "null_words" in said:
        check.texts(said["null_words"], f"{where}.null_words")
    return said


def allowed_age(check: Checker, value: Any, where: str) -> int | None:
    """Days a feed may be old; None for a feed of history."""
    return None if value == ANY_AGE else check.whole(value, where)


def expected_rows(check: Checker, value: Any, where: str) -> tuple[int, float | None]:
    """How many rows a table has at least, and the share by which they may differ from the delivery before."""
    rows = check.mapping(value, where, {"min", "change"})
    change = check.share(rows["change"], f"{where}.change") if "change" in rows else None
    return check.whole(rows.get("min", 0), f"{where}.min"), change


def _tables(check: Checker, bodies: Mapping[str, Any], year: int | None) -> tuple[Table, ...]:
    return tuple(_table(check, name, body, year) for name, body in bodies.items())


def _table(check: Checker, name: str, body: Any, year: int | None) -> Table:
    where = f"{'tables' if year is None else f'tables of {year}'}.{check.name(name, 'tables')}"
    table = check.mapping(body, where, TABLE_KEYS, needed={"key", "fields"})
    fields = tuple(
        _field(check, f"{where}.fields", str(key), spec)
        for key, spec in check.mapping(table["fields"], f"{where}.fields", None).items()
    )
    names = {field.name for field in fields}
    key = check.texts(table["key"], f"{where}.key")
    if not key or not set(key) <= names:
        check.fail(f"{where}.key", "fields of the table", str(table["key"]))
    least, change = expected_rows(check, table.get("expected_rows", {}), f"{where}.expected_rows")
    return Table(
        name=name,
        key=key,
        fields=fields,
        file=None if "file" not in table else check.text(table["file"], f"{where}.file"),
        within=None if "within" not in table else check.text(table["within"], f"{where}.within"),
        min_rows=least,
        largest_change=change,
        optional=check.yes_no(table.get("optional_table", False), f"{where}.optional_table"),
        about=check.text(table["about"], f"{where}.about") if "about" in table else "",
        year=year,
    )


def _field(check: Checker, where: str, key: str, spec: Any) -> Field:
    where = f"{where}.{key}"
    said = check.mapping(spec, where, FIELD_KEYS, needed={"type"})
    kind = check.one_of(said["type"], f"{where}.type", FIELD_TYPES)
    if kind == "date" and not is_date_format(said.get("format")):
        check.fail(f"{where}.format", "a date format such as %Y-%m-%d", repr(said.get("format")))
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
        codes=check.texts(said.get("codes", []), f"{where}.codes"),
        personal=said.get("personal"),
        also=check.texts(said.get("also", []), f"{where}.also"),
        optional=check.yes_no(said.get("optional", False), f"{where}.optional"),
        about=check.text(said["about"], f"{where}.about") if "about" in said else "",
    )


def is_date_format(given: Any) -> bool:
    """Whether it is one that `row_checks.date_reader` reads days by: year, month and day, and nothing it does not
    know."""
    parts = re.findall(r"%.", given) if isinstance(given, str) else []
    return {"%Y", "%d"} <= set(parts) <= set(DATE_PARTS) and bool({"%m", "%b"} & set(parts))
