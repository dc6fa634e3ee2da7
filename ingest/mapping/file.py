"""Reads a mapping file and says exactly what is wrong with it. The keys it may have are listed here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.contract.check import Checker, read_yaml
from ingest.contract.file import is_date_format
from ingest.contract.model import Contract, Table
from ingest.mapping.model import FeedMapping, Joined, Part, SupplierFile, TableMapping

MAPPING_KEYS = {"feed", "supplier", "files"}
FILE_KEYS = {"file", "encoding", "delimiter", "null_words", "tables"}
TABLE_KEYS = {"columns", "constants", "split", "join", "dates", "codes", "only_with", "distinct"}


def read_mapping(path: Path, contract: Contract) -> FeedMapping:
    """The mapping in a file, held against the contract of its feed. Raises ContractError naming the key, what was
    expected and what came: another feed, a table or field it does not have, a field mapped twice, a key or required
    field that nothing is mapped to, a code that is none of the contract's."""
    check = Checker(path.name)
    said = check.mapping(read_yaml(path), "(whole file)", MAPPING_KEYS, needed=MAPPING_KEYS)
    if said["feed"] != contract.feed:
        check.fail("feed", contract.feed, repr(said["feed"]))
    files = check.mapping(said["files"], "files", None)
    if not files:
        check.fail("files", "at least one of the supplier's files", "none")
    return FeedMapping(
        feed=contract.feed,
        supplier=check.text(said["supplier"], "supplier"),
        files=tuple(_file(check, contract, str(name), body) for name, body in files.items()),
    )


def feed_of_mapping(path: Path) -> str:
    """The feed a mapping file is for. Raises ContractError."""
    check = Checker(path.name)
    return check.name(check.mapping(read_yaml(path), "(whole file)", MAPPING_KEYS, needed={"feed"})["feed"], "feed")


def _file(check: Checker, contract: Contract, name: str, body: Any) -> SupplierFile:
    where = f"files.{name}"
    said = check.mapping(body, where, FILE_KEYS, needed={"file", "tables"})
    pattern = check.text(said["file"], f"{where}.file")
    if contract.snapshot == "per_period" and pattern.count("*") != 1:
        check.fail(f"{where}.file", "a pattern with one * (the period)", repr(pattern))
    tables = check.mapping(said["tables"], f"{where}.tables", None)
    if not tables:
        check.fail(f"{where}.tables", "at least one table that is read from it", "none")
    known = {table.name: table for table in contract.tables}
    for table in tables:
        check.one_of(table, f"{where}.tables", set(known))
    return SupplierFile(
        name=name,
        file=pattern,
        tables=tuple(_table(check, f"{where}.tables.{each}", known[each], body) for each, body in tables.items()),
        encoding=check.encoding(said.get("encoding", "utf-8"), f"{where}.encoding"),
        delimiter=check.letter(said.get("delimiter", ","), f"{where}.delimiter"),
        null_words=check.texts(said.get("null_words", []), f"{where}.null_words"),
    )


def _table(check: Checker, where: str, table: Table, body: Any) -> TableMapping:
    said = check.mapping(body, where, TABLE_KEYS)
    columns, constants, split, join = (
        _of_fields(check, f"{where}.{each}", table, said.get(each, {}))
        for each in ("columns", "constants", "split", "join")
    )
    given = [*columns, *constants, *split, *join]
    for name in given:
        if given.count(name) > 1:
            check.fail(f"{where}.{name}", "a field that is mapped once", "one that is mapped twice")
    for field in table.fields:
        if field.name not in given and (field.required or field.name in table.key):
            check.fail(where, f"something mapped to '{field.name}', which no row may be without", "nothing")
    return TableMapping(
        table=table.name,
        columns={name: check.text(heading, f"{where}.columns.{name}") for name, heading in columns.items()},
        constants={name: check.text(value, f"{where}.constants.{name}") for name, value in constants.items()},
        split={name: _part(check, f"{where}.split.{name}", spec) for name, spec in split.items()},
        join={name: _joined(check, f"{where}.join.{name}", spec) for name, spec in join.items()},
        dates=_dates(check, f"{where}.dates", table, said.get("dates", {}), given),
        codes=_codes(check, f"{where}.codes", table, said.get("codes", {})),
        only_with=check.texts(said.get("only_with", []), f"{where}.only_with"),
        distinct=check.yes_no(said.get("distinct", False), f"{where}.distinct"),
    )


def _of_fields(check: Checker, where: str, table: Table, value: Any) -> dict[str, Any]:
    return check.mapping(value, where, set(table.columns))


def _part(check: Checker, where: str, spec: Any) -> Part:
    said = check.mapping(spec, where, {"from", "at", "part"}, needed={"from", "at", "part"})
    if not isinstance(said["at"], str) or not said["at"]:
        check.fail(f"{where}.at", "the text it is split at", repr(said["at"]))
    number = check.whole(said["part"], f"{where}.part")
    if number == 0:
        check.fail(f"{where}.part", "1 or more", "0")
    return Part(check.text(said["from"], f"{where}.from"), said["at"], number)


def _joined(check: Checker, where: str, spec: Any) -> Joined:
    said = check.mapping(spec, where, {"of", "with"}, needed={"of", "with"})
    if not isinstance(said["with"], str):
        check.fail(f"{where}.with", "the text between them", repr(said["with"]))
    return Joined(check.texts(said["of"], f"{where}.of"), said["with"])


def _dates(check: Checker, where: str, table: Table, said: Any, given: list[str]) -> dict[str, str]:
    """One format for all date fields that are mapped, or one for each."""
    dates = [field.name for field in table.fields if field.kind == "date"]
    formats = {name: said for name in dates if name in given} if isinstance(said, str) else said
    formats = check.mapping(formats, where, set(dates))
    for name, layout in formats.items():
        if not is_date_format(layout):
            check.fail(f"{where}.{name}", "a date format such as %d/%m/%Y", repr(layout))
    return formats


def _codes(check: Checker, where: str, table: Table, said: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, words in _of_fields(check, where, table, said).items():
        at, codes = f"{where}.{name}", table.field(name).codes
        found[name] = {}
        for word, code in check.mapping(words, at, None).items():
            if not isinstance(word, str):
                check.fail(at, "the supplier's words as texts (in quotes)", repr(word))
            if not isinstance(code, str) or (codes and code not in codes):
                check.fail(f"{at}.{word}", f"one of {', '.join(codes)}" if codes else "a text (in quotes)", repr(code))
            if found[name].setdefault(plain_word(word), code) != code:
                check.fail(f"{at}.{word}", "a word once, in whichever letter case", "one that is there twice")
    return found


def plain_word(word: str) -> str:
    """A supplier's word as words are compared."""
    return word.strip().casefold()


def mapping_of(path: Path, contracts: Mapping[str, Contract]) -> FeedMapping:
    """The mapping in a file, of whichever feed it names. Raises ContractError."""
    feed = feed_of_mapping(path)
    if feed not in contracts:
        Checker(path.name).fail("feed", f"one of {', '.join(contracts)}", repr(feed))
    return read_mapping(path, contracts[feed])
