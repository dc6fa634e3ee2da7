"""Which feed a file is of, by what is in it: the headings of a CSV file against every contract's layouts; of anything
else, which contract's own reader takes it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from area.errors import FileRefusedError, SendWarehouseError, UploadRefusedError
from area.paths import AreaPaths
from ingest.contract.file import BROUGHT
from ingest.contract.layouts import Fit, best_fit
from ingest.contract.model import Contract, Table
from ingest.formats import NotAskedForError, SourceFile
from ingest.formats.csv_header import bind_header
from ingest.formats.json_seq import EXTENSION
from ingest.formats.mapped import supplier_contract
from ingest.landing.delivered_name import date_in, mark_in, named_for, own_name
from ingest.landing.delivery import TableBalance
from ingest.reading.file import read_file
from ingest.reading.outputs import Origin
from ingest.upload.content_kind import Kind, beginning_as_text

HEADER_BYTES = 1 << 18
READ_BY: Mapping[str, frozenset[Kind]] = {
    "csv": frozenset({"csv"}),
    "xml": frozenset({"xml"}),
    "excel": frozenset({"excel"}),
    "parquet": frozenset({"parquet"}),
    "json_pages": frozenset({"json"}),
    "ees_results": frozenset({"json"}),
    **{kind: frozenset[Kind]({"xml", "zip"}) for kind in BROUGHT},
}
EXTENSIONS: Mapping[Kind, str] = {
    "csv": "csv",
    "xml": "xml",
    "excel": "xlsx",
    "parquet": "parquet",
    "zip": "zip",
    "json": EXTENSION,
}
# Formats whose readers tell a file's table by its name, so that each table is tried.
BY_NAME = ("parquet", "json_pages")


@dataclass(frozen=True)
class Offered:
    """A file that is offered, and what whoever offers it says of it. `shown` is what it is called to them."""

    path: Path
    kind: Kind
    shown: str
    name: str
    as_of: dt.date
    period: str | None = None


@dataclass(frozen=True)
class Recognised:
    """The feed a file is of, and the name it is delivered under. `by` says in words what told."""

    contract: Contract
    name: str
    by: str


def recognise(offered: Offered, contracts: Sequence[Contract], *, area: str, work: Path) -> Recognised:
    """The one feed of `contracts` that the file is of. `work` is an empty private folder to try readers in.

    Raises UploadRefusedError for a file that is of none (naming the nearest feed, and what differs) or of several.
    """
    able = [contract for contract in contracts if offered.kind in kinds_of(contract)]
    if not able:
        _refuse(offered, contracts, f"{_article(offered.kind)} file, which none of them is read from")
    return _by_headings(offered, able) if offered.kind == "csv" else _by_reading(offered, able, area=area, work=work)


def kinds_of(contract: Contract) -> frozenset[Kind]:
    """The kinds of file a feed may come as."""
    if contract.mapping is not None:
        return frozenset({"csv"})
    also: frozenset[Kind] = frozenset({"xml"}) if "xml" in contract.format else frozenset()
    return READ_BY.get(str(contract.format["kind"]), frozenset()) | also


def trial(contract: Contract, name: str, path: Path, *, area: str, work: Path) -> dict[str, TableBalance]:
    """The balance of a file as a pull would read it, leaving nothing. Raises as reading does."""
    origin = Origin(contract.feed, "trial", name, dt.datetime(2000, 1, 1), dt.date(2000, 1, 1))
    paths = AreaPaths(area=area, root=work)
    try:
        return read_file(SourceFile(path, name, contract, area), origin, paths)
    finally:
        for folder in (paths.read, paths.quarantine):
            for file in folder.rglob("*.*"):
                file.unlink()


@dataclass(frozen=True)
class _Candidate:
    contract: Contract
    name: str
    fit: Fit


def _by_headings(offered: Offered, contracts: Sequence[Contract]) -> Recognised:
    with offered.path.open("rb") as file:
        text = beginning_as_text(file.read(HEADER_BYTES))
    found = [each for contract in contracts for each in _fits(offered, contract, text)]
    good = [each for each in found if each.fit.good and 2 * each.fit.found >= len(each.fit.table.fields)]
    if not good:
        nearest = min(found, key=lambda each: (each.fit.distance / max(1, each.fit.found), each.contract.feed))
        _refuse_nearest(offered, contracts, nearest, text)
    closest = min(each.fit.distance for each in good)
    good = [each for each in good if each.fit.distance == closest]
    said = [each for each in good if each.fit.table.file and mark_in(each.fit.table, offered.name)]
    chosen = (said if len(said) == 1 else good)[0]
    if len(said) != 1 and len(good) > 1:
        _refuse_several(offered, [each.contract for each in good])
    year = f" as in {chosen.fit.table.year}" if chosen.fit.table.year else ""
    by = f"{chosen.fit.found} of {len(chosen.fit.table.fields)} columns of {chosen.fit.table.name}{year}"
    return Recognised(chosen.contract, _named(offered, chosen.contract, chosen.name), by)


def _fits(offered: Offered, contract: Contract, text: str) -> Iterator[_Candidate]:
    """How the first line fits each table of a contract, or each of its supplier's files."""
    if contract.mapping is not None:
        for theirs in contract.mapping.files:
            names = _first_line(text, theirs.delimiter)
            stand_in = supplier_contract(contract, theirs)
            table = Table(theirs.name, key=(), fields=stand_in.tables[0].fields, file=theirs.file)
            name = _name_of(offered, contract, table)
            yield _Candidate(contract, name, best_fit(stand_in, [table], names, file_name=name))
        return
    names = _first_line(text, str(contract.format.get("delimiter", ",")))
    for table in contract.tables:
        name = _name_of(offered, contract, table)
        yield _Candidate(contract, name, best_fit(contract, contract.layouts_of(table.name), names, file_name=name))


def _first_line(text: str, delimiter: str) -> list[str]:
    line = next((line for line in text.splitlines() if line.strip()), "")
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _by_reading(offered: Offered, contracts: Sequence[Contract], *, area: str, work: Path) -> Recognised:
    found: list[tuple[int, Recognised]] = []
    refusals: list[str] = []
    for contract in contracts:
        every = contract.tables if contract.format["kind"] in BY_NAME else (None,)
        for table in every:
            if table is not None and table.within is not None:
                continue
            name = _name_of(offered, contract, table)
            try:
                balances = trial(contract, name, offered.path, area=area, work=work)
            except NotAskedForError:
                continue
            except FileRefusedError as refused:
                refusals.append(f"{contract.feed}: expected {refused.expected}, came {refused.came}")
                continue
            except SendWarehouseError as error:
                refusals.append(f"{contract.feed}: {error.problem}")
                continue
            rows = sum(balance.loaded for balance in balances.values())
            tables = ", ".join(each for each, balance in balances.items() if balance.read) or "no rows"
            found.append((rows, Recognised(contract, name, f"read as {tables}")))
    found = [each for each in found if each[0] == max(rows for rows, _ in found)]
    if not found:
        nearest = "; ".join(dict.fromkeys(refusals))
        _refuse(offered, contracts, f"{_article(offered.kind)} file that none of their readers takes ({nearest})")
    if len(found) > 1:
        _refuse_several(offered, [each.contract for _, each in found])
    recognised = found[0][1]
    return Recognised(recognised.contract, _named(offered, recognised.contract, recognised.name), recognised.by)


def _name_of(offered: Offered, contract: Contract, table: Table | None) -> str:
    """The name the file is delivered under if it is of this table; without a period where none is known."""
    if table is not None and (mark := mark_in(table, offered.name)) is not None:
        return named_for(contract, table, mark, extension="")
    if (table is None or table.file is None) and (own := own_name(contract, offered.name)) is not None:
        return own
    day = (date_in(offered.name) or offered.as_of).strftime("%Y%m%d")
    if contract.format["kind"] == "json_pages" and table is not None:
        return f"{table.name}.{day}.{EXTENSION}"
    mark = day if contract.snapshot != "per_period" else offered.period or ""
    return named_for(contract, table, mark, extension=EXTENSIONS[offered.kind])


def _named(offered: Offered, contract: Contract, name: str) -> str:
    """The name, where it says what the feed needs said. Raises UploadRefusedError where only --period can say it."""
    needs = contract.snapshot == "per_period" and contract.format["kind"] not in BROUGHT
    if needs and not contract.period_of_file(name):
        raise UploadRefusedError(
            offered.shown,
            expected=f"a period of {contract.feed}, in the file's name or said",
            came="none",
            do=f"say it with --period, as it stands in the names {contract.tables[0].file} has.",
        )
    return name


def _refuse_nearest(offered: Offered, contracts: Sequence[Contract], nearest: _Candidate, text: str) -> NoReturn:
    """Say what differs from the nearest layout, in the words of the header's own check."""
    stand_in, names = nearest.contract, _first_line(text, str(nearest.contract.format.get("delimiter", ",")))
    if nearest.contract.mapping is not None and (theirs := nearest.contract.mapping.file_of(nearest.name)) is not None:
        stand_in, names = supplier_contract(nearest.contract, theirs), _first_line(text, theirs.delimiter)
    came = "a first line with none of their columns"
    if nearest.fit.found:
        try:
            bind_header(SourceFile(offered.path, nearest.name, stand_in), names)
            came = f"fewer than half of its columns ({nearest.fit.found} of {len(nearest.fit.table.fields)})"
        except FileRefusedError as refused:
            came = refused.came
        except NotAskedForError:
            came = "a layout of its source that nobody reads"
        came = f"(nearest: {nearest.fit.table.name} of {nearest.contract.feed}) {came}"
    _refuse(offered, contracts, came)


def _refuse(offered: Offered, contracts: Sequence[Contract], came: str) -> NoReturn:
    feeds = ", ".join(contract.feed for contract in contracts)
    expected = f"a file of {feeds}" if len(contracts) == 1 else f"a file of one of the feeds {feeds}"
    raise UploadRefusedError(offered.shown, expected=expected, came=came)


def _refuse_several(offered: Offered, contracts: Sequence[Contract]) -> NoReturn:
    feeds = ", ".join(dict.fromkeys(contract.feed for contract in contracts))
    raise UploadRefusedError(
        offered.shown,
        expected="the layout of one table only",
        came=f"one that fits {len(contracts)} alike (of {feeds})",
        do="say which it is: --feed names the feed, and a file name as its contract has it names the table.",
    )


def _article(kind: Kind) -> str:
    return f"an {kind}" if kind[0] in "aeiou" or kind == "xml" else f"a {kind}"
