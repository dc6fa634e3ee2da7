"""`send sen2 note` and `send sen2 notes`: queries explained, and the explanations for COLLECT's notepad."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from area.paths import AreaPaths
from cli.sen2.published import NEXT_NIGHT, Area, By, Collection, collection_of, published_warehouse
from returns.definition.pages import table
from returns.kinds import SEN2
from returns.overlay import notes
from returns.report.pseudonyms import WarehouseNames
from returns.rules.dfe_map import dfe_numbers

app = typer.Typer(help="The notes that explain queries: list, export, take one back.", no_args_is_help=True)
COLUMNS = ("Id", "State", "Rule", "Finding", "Module", "Item", "Made", "By")


def note(
    area: Area,
    by: By,
    finding_id: Annotated[str, typer.Option("--finding", help="Id of the finding, as the report prints it.")],
    text: Annotated[str, typer.Option("--text", help="Why the data is right; - reads it from standard input.")],
    collection: Collection = None,
) -> None:
    """Explain a query once. The note holds until a value that the rule looks at changes."""
    year = collection_of(area, collection)
    words = sys.stdin.read() if text == "-" else text
    with published_warehouse(area) as con:
        folder = AreaPaths.of(area).overlay(SEN2.name)
        made = notes.make_note(con, folder, SEN2, year, finding_id=finding_id, text=words, by=by)
    typer.echo(f"{made.id}: {made.rule_id} {NEXT_NIGHT}.")


@app.command(name="list")
def list_all(area: Area, collection: Collection = None) -> None:
    """What has been explained, and whether it still is by what the published night found."""
    rows = []
    with published_warehouse(area) as con:
        for each in _states(con, area, collection):
            made = each.note
            rows.append(
                (
                    made.id,
                    each.state.replace("_", " "),
                    made.rule_id,
                    made.finding_id,
                    made.module,
                    made.item,
                    made.made_at[:10],
                    made.made_by,
                )
            )
    typer.echo(table(COLUMNS, rows) if rows else "No notes.")


@app.command()
def withdraw(area: Area, by: By, entry: Annotated[str, typer.Argument(help="Number of the note, as N0001.")]) -> None:
    """Take a note back: its query is open again."""
    taken_back = notes.withdraw_note(AreaPaths.of(area).overlay(SEN2.name), entry, by=by)
    typer.echo(f"{taken_back.withdraws} is withdrawn; this {NEXT_NIGHT}.")


@app.command()
def export(
    area: Area,
    out: Annotated[Path, typer.Option("--out", help="File to write: a table if it ends in .csv, else text.")],
    collection: Collection = None,
    names: Annotated[bool, typer.Option("--names", help="Name children by name and UPN, not by pseudonym.")] = False,
) -> None:
    """Write what explains the queries, by rule, for pasting into COLLECT's notepad."""
    with published_warehouse(area) as con:
        called = _names(con) if names else WarehouseNames(con).person
        count = notes.export_notes(
            _states(con, area, collection),
            out,
            called=called,
            dfe=dfe_numbers(SEN2, collection_of(area, collection)),
        )
    typer.echo(f"Written: {out} ({count} notes)")


def _states(con: duckdb.DuckDBPyConnection, area: str, collection: int | None) -> list[notes.NoteState]:
    return notes.list_notes(con, AreaPaths.of(area).overlay(SEN2.name), SEN2, collection_of(area, collection))


def _names(con: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    rows = con.execute(
        "select persontableid, concat_ws(' ', forename, surname), coalesce(upn, uniquelearnernumber, upnunknown) "
        "from returns.sen2_person"
    ).fetchall()
    called = {key: f"{name} ({number})" if number else name for key, name, number in rows}
    return lambda key: called.get(key, key)
