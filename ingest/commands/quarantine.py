"""`send quarantine`: rows held back because they break their feed's contract. Reasons and counts; values only for
`--names` and in the sheet that `export` writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from area.call import CALL, require_file_or_nothing
from area.errors import OverlayRefusedError, SettingsError
from area.paths import AreaPaths
from ingest.commands.options import Area, By, Feed, OneFeed, Why, contract_named, print_whole
from ingest.contract.model import load_contract
from ingest.landing.delivery import DISMISSED
from ingest.pull import replay as read_again_with_fixes
from ingest.quarantine.entering import LIST, Wanted, enter
from ingest.quarantine.fixes import DISMISS, FIX, Entry, FeedFixes, feed_fixes
from ingest.quarantine.rows import HeldRow, expected_of, held_rows
from ingest.quarantine.said import NOT_READ_IN, Said, everything_said
from ingest.quarantine.sheet import ENDINGS, changed_rows, write_sheet

app = typer.Typer(help="Rows held back because they break their feed's contract.", no_args_is_help=True)

Every = Annotated[bool, typer.Option("--all", help="Of every delivery; else of the newest of each table.")]
REPLAY = "`send quarantine replay` reads the files again with what was said; so does the next pull or night."


@app.command("list")
def list_quarantine(
    area: Area,
    feed: Feed = None,
    every: Every = False,
    rows: Annotated[bool, typer.Option("--rows", help="A line a row, with its id.")] = False,
) -> None:
    """Rows in quarantine by feed, table, file, reason and field, and how many have a fix that was not read in yet."""
    paths = AreaPaths.of(area)
    fixes = {contract: feed_fixes(paths, contract) for contract in _feeds(paths, feed)}
    found = held_rows(paths, feed=feed, every=every)
    if rows:
        table = Table("Id", "Feed", "Table", "File", "Row", "Reason", "Field", "Said")
        for row in found:
            table.add_row(*_where(row), row.reason, row.field or "", escape(_said(row, fixes[row.feed])))
        print_whole(table)
        return
    counts: Counter[tuple[str, ...]] = Counter()
    for row in found:
        said = escape(_said(row, fixes[row.feed]))
        counts[row.feed, row.table, row.file_name, row.reason, row.field or "", said] += 1
    table = Table("Feed", "Table", "File", "Reason", "Field", "Said", "Rows")
    for what, number in sorted(counts.items()):
        table.add_row(*what, f"{number:,}")
    print_whole(table)


@app.command("show")
def show(
    area: Area,
    row: Annotated[str, typer.Argument(metavar="ID", help="The row's id, from `send quarantine list --rows`.")],
    names: Annotated[bool, typer.Option("--names", help="With the original text, which is a child's.")] = False,
) -> None:
    """One row: where it came from, why it is held back, what was expected, what has been said of it."""
    paths = AreaPaths.of(area)
    found = next((each for each in held_rows(paths, every=True) if each.id == row), None)
    if found is None:
        raise OverlayRefusedError(
            f"quarantined row {row}", field="id", expected="the id of a row that is held back", came="another", do=LIST
        )
    console = Console(soft_wrap=True, highlight=False)
    table = load_contract(found.feed, area=area).table(found.table)
    for what, said in (
        ("Feed", f"{found.feed}, table {found.table}"),
        ("File", f"{found.file_name} (SHA-256 {found.file_hash})"),
        ("Line or element", str(found.row)),
        ("Reason", f"{found.reason}{f' in {found.field}' if found.field else ''}"),
        ("Expected", expected_of(table, found.reason, found.field)),
        ("Said", _said_in_full(found, feed_fixes(paths, found.feed))),
        ("Owner", load_contract(found.feed, area=area).owner),
        ("Original text", found.original_text if names else "(hidden; --names shows it)"),
    ):
        console.print(f"{what}: {said}", markup=False)


@app.command("said")
def list_said(
    area: Area,
    feed: Feed = None,
    every: Annotated[
        bool, typer.Option("--all", help="Once for each delivery it was carried to; else where it still counts.")
    ] = False,
    names: Annotated[bool, typer.Option("--names", help="With the values that were set, which are a child's.")] = False,
) -> None:
    """Every fix and dismissal that stands: of which row, by whom, when, why, and whether it is in force."""
    if feed is not None:
        contract_named(feed)
    found = [*everything_said(AreaPaths.of(area), feed=feed, every=every)]
    if not found:
        Console(soft_wrap=True).print("Nothing has been said of any row.")
        return
    heading = ("Id", "Feed", "Table", "File", "Row", "Said", "Fields", "By", "When", "Reason", "Carried from", "State")
    table = Table(*heading)
    for said in found:
        table.add_row(*map(escape, _said_row(said, names=names)))
    print_whole(table)
    counts = Counter(said.state for said in found)
    words = ", ".join(f"{number:,} {state}" for state, number in sorted(counts.items()))
    Console(soft_wrap=True).print(f"{words}.{f' {REPLAY}' if NOT_READ_IN in counts else ''}", markup=False)


@app.command("export")
def export(
    area: Area,
    feed: OneFeed,
    table: Annotated[str, typer.Option("--table", help="The table.")],
    out: Annotated[Path, typer.Option("--out", help="The sheet to write (.xlsx or .csv); it holds children's data.")],
    every: Every = False,
) -> None:
    """A sheet of the rows of one table with their cells, to put right and hand to `send quarantine fix --file`."""
    contract = contract_named(feed, area=area)
    names = [each.name for each in contract.tables]
    if table not in names:
        raise SettingsError("--table", expected=f"one of {', '.join(names)}", came=repr(table), where=CALL)
    if out.suffix.lower() not in ENDINGS:
        raise SettingsError("--out", expected=" or ".join(ENDINGS), came=repr(out.suffix), where=CALL)
    require_file_or_nothing(out)
    rows = [row for row in held_rows(AreaPaths.of(area), feed=feed, every=every) if row.table == table]
    write_sheet(out, contract.table(table), rows)
    Console(soft_wrap=True).print(f"{len(rows)} row(s) written to {out}; their owner alone can read it.", markup=False)


@app.command("fix")
def fix(
    area: Area,
    by: By,
    reason: Why,
    row: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The row's id, from `send quarantine list --rows`.")
    ] = None,
    cells: Annotated[list[str] | None, typer.Option("--set", help="field=value; empty for no value.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A sheet of `export` with cells put right.")] = None,
) -> None:
    """Put rows right: one by its id, or those of a sheet. Refused where a row would still break its contract."""
    paths = AreaPaths.of(area)
    if (row is None) == (file is None) or (file is not None and cells):
        raise SettingsError("ID or --file", expected="an ID with --set, or --file", came="both or neither", where=CALL)
    if file is not None:
        held = {each.id: each for each in held_rows(paths, every=True)}
        tables = {each.name: each for name in _feeds(paths, None) for each in load_contract(name, area=area).tables}
        wanted = changed_rows(file, held, tables, by=by, reason=reason)
    else:
        wanted = [Wanted(row or "", FIX, by, reason, dict(_pair(each) for each in cells or ()))]
    done = enter(paths, wanted)
    Console(soft_wrap=True).print(f"{_counted(done)} fixed. {REPLAY}", markup=False)


@app.command("dismiss")
def dismiss(
    area: Area,
    rows: Annotated[
        list[str], typer.Argument(metavar="ID…", help="The rows' ids, from `send quarantine list --rows`.")
    ],
    by: By,
    reason: Why,
) -> None:
    """Say that rows stay out: they are not asked about again, and no longer contradict others of the same key."""
    done = enter(AreaPaths.of(area), [Wanted(each, DISMISS, by, reason) for each in rows])
    Console(soft_wrap=True).print(f"{_counted(done)} dismissed. {REPLAY}", markup=False)


@app.command("replay")
def replay(area: Area, feed: Feed = None) -> None:
    """Read the files again of whose rows something was said since: fixed rows are loaded under their own number."""
    if feed is not None:
        contract_named(feed)
    table = Table("Feed", "File", "Outcome", "Read", "Loaded", "Quarantined", "Duplicate", "Fixed")
    for record in read_again_with_fixes(area, feed):
        sums = [
            sum(getattr(balance, name) for balance in record.tables.values())
            for name in ("read", "loaded", "quarantined", "duplicate", "fixed")
        ]
        table.add_row(record.feed, record.file_name, record.outcome, *(f"{number:,}" for number in sums))
    print_whole(table)


def _feeds(paths: AreaPaths, feed: str | None) -> list[str]:
    if feed is not None:
        return [contract_named(feed).feed]
    return sorted(path.name for path in paths.quarantine.glob("*") if path.is_dir())


def _where(row: HeldRow) -> tuple[str, str, str, str, str]:
    return row.id, row.feed, row.table, row.file_name, str(row.row)


def _counted(done: Sequence[Entry]) -> str:
    more = sum(bool(entry.carried_from) for entry in done)
    return f"{len(done) - more} row(s)" + (f", and {more} alike in the newest delivery," if more else "")


def _said(row: HeldRow, fixes: FeedFixes) -> str:
    """What people have said of the row: nothing, that it stays out (who and when), or what is not read in."""
    entry = fixes.standing.get(row.id)
    if entry is None:
        return "dismissed" if row.reason == DISMISSED else ""
    if entry.action == FIX:
        return "fixed, not read in"
    first = fixes.first_said(entry)
    when = f"on {first.made_at[:10]}" if first is not None else "for an earlier delivery"
    return f"dismissed by {entry.made_by} {when}{'' if row.reason == DISMISSED else ', not read in'}"


def _said_in_full(row: HeldRow, fixes: FeedFixes) -> str:
    """The same with the reason that was given."""
    entry = fixes.standing.get(row.id)
    return _said(row, fixes) + (f": {entry.reason}" if entry is not None else "") or "nothing"


def _said_row(said: Said, *, names: bool) -> tuple[str, ...]:
    """`names` shows the values that were set."""
    entry = said.entry
    cells = (f"{name}={value or ''}" if names else name for name, value in sorted(entry.cells.items()))
    when = said.first_made_at[:10] if said.first_made_at is not None else f"before {entry.made_at[:10]}"
    where = (entry.row_id, said.feed, entry.table, said.file_name, str(entry.row))
    return (*where, entry.action, ", ".join(cells), entry.made_by, when, entry.reason, entry.carried_from, said.state)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        # The text is not repeated: it may be a child's.
        raise SettingsError("--set", expected="field=value", came="something else", where=CALL)
    return name.strip(), value
