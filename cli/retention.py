"""`send retention` and `send holds`: what may be deleted, what may not, and whose records are held."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from area.call import day_said
from area.paths import AreaPaths
from ingest.commands.options import Area, By, Why, print_whole
from warehouse.retention.apply import carry_out
from warehouse.retention.held_now import files_with, held_now
from warehouse.retention.holds import Hold, add_hold, release_hold, standing_holds
from warehouse.retention.plan import Due

holds = typer.Typer(help="Persons under a legal hold: their records are not deleted.", no_args_is_help=True)


def retention(
    area: Area,
    apply: Annotated[
        bool, typer.Option("--apply", help="Delete what is due; without it, only say what would be.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who deletes; needed with --apply.")] = "",
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day (CCYY-MM-DD); today when left out.")] = None,
) -> None:
    """What has been kept for as long as its class of record is kept (setting `retention`); deleted with --apply."""
    console = Console(soft_wrap=True, highlight=False)
    today = day_said(as_of) if as_of is not None else dt.datetime.now(dt.UTC).date()
    plan = carry_out(area, today=today, apply=apply, by=by)
    table = Table("What", "Feed", "Class", "Kept until", "Files", "Rows", "What becomes of it")
    done = "deleted" if apply else "would be deleted"
    for (what, feed, kind, becomes), found in _grouped(plan.delete + plan.keep, done).items():
        until = max(each.keep_until for each in found).isoformat()
        rows = sum(each.rows or 0 for each in found)
        table.add_row(what, feed, kind, until, f"{len(found):,}", f"{rows:,}", becomes)
    if table.row_count:
        print_whole(table)
    console.print(plan.words(applied=apply))
    if plan.delete and not apply:
        console.print("Nothing was deleted: --apply --by NAME does it.")


def _grouped(due: tuple[Due, ...], done: str) -> dict[tuple[str, str, str, str], list[Due]]:
    groups: dict[tuple[str, str, str, str], list[Due]] = {}
    for each in due:
        becomes = f"kept: {each.kept_because}" if each.kept_because else done
        groups.setdefault((each.kind, each.feed or "", each.record_class, becomes), []).append(each)
    return groups


@holds.command("add")
def add(area: Area, reason: Why, by: By) -> None:
    """Hold a person's records. The identifier (UPN, NHS number, case reference) is read from standard input, so that it
    is in no history of commands. Says how many records it holds now, so that one nobody has is seen."""
    value = typer.prompt("Identifier", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    paths, console = AreaPaths.of(area), Console(soft_wrap=True, highlight=False)
    hold = add_hold(paths, value, reason=reason, by=by)
    console.print(f"Held as {hold.id}: files that hold this identifier are not deleted.")
    console.print(_whom(paths, hold), markup=False)


def _whom(paths: AreaPaths, hold: Hold) -> str:
    """Whether anybody has the identifier: counts, and never it."""
    now = held_now(paths, [hold])[hold.id]
    if now.records:
        return f"It stands in {now} in the deliveries that count now."
    before = files_with(paths, hold)
    if before:
        return f"No record of the deliveries that count now has it; {before:,} earlier file(s) do."
    return (
        "Nobody is held by it at present: no record that is kept has it. The hold stands, and counts once one comes."
        " What to do: compare the identifier with the source system's; it must be as the extract has it, letter by"
        " letter and without blanks. `send holds list` counts again. If it was mistyped, end it with"
        f" `send holds release --area {paths.area} --id {hold.id} --reason … --by …` and add the right one."
    )


@holds.command("release")
def release(area: Area, hold: Annotated[str, typer.Option("--id", help="As H001.")], reason: Why, by: By) -> None:
    """End a hold."""
    release_hold(AreaPaths.of(area), hold, reason=reason, by=by)
    Console(soft_wrap=True).print(f"{hold} is released.", highlight=False)


@holds.command("list")
def list_holds(area: Area) -> None:
    """The holds that stand, and how many records each holds in the deliveries that count now: never whom they are
    on."""
    paths = AreaPaths.of(area)
    standing = standing_holds(paths)
    now = held_now(paths, standing)
    table = Table("Hold", "Since", "By", "Why", "Holds now")
    for hold in standing:
        table.add_row(hold.id, hold.at[:10], escape(hold.by), escape(hold.reason), str(now[hold.id]))
    print_whole(table)
