"""`send sen2 correct` and `send sen2 corrections`: values of the return put right until their source is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from area.paths import AreaPaths
from cli.sen2.published import NEXT_NIGHT, Area, By, Collection, collection_of, published_warehouse
from returns.definition.pages import table
from returns.kinds import SEN2
from returns.overlay import corrections
from returns.overlay.corrections import Wanted
from returns.overlay.night import finding

app = typer.Typer(help="The corrections of the return: list them, take one back.", no_args_is_help=True)
Text = Annotated[str | None, typer.Option()]
COLUMNS = ("Id", "State", "Module", "Item", "Made", "By", "Reason")


def correct(
    area: Area,
    by: By,
    collection: Collection = None,
    module: Annotated[str | None, typer.Option("--module", help="Module of the record, as person.")] = None,
    record: Annotated[str | None, typer.Option("--record", help="Key of the record in its module.")] = None,
    finding_id: Annotated[
        str | None, typer.Option("--finding", help="Id of a finding in the report, instead of module, record and item.")
    ] = None,
    item: Annotated[str | None, typer.Option("--item", help="Tag of the item, as UPN.")] = None,
    value: Annotated[
        str | None, typer.Option("--value", help="What the return is to say; - reads it from standard input.")
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="The item is to be blank.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--csv", help="Many at once: a CSV file (module, record_key, item, value, reason, by). All or none."
        ),
    ] = None,
) -> None:
    """Correct a value of the return. The correction holds while the source says what it says now."""
    year = collection_of(area, collection)
    with published_warehouse(area) as con:
        if file is not None:
            wanted = corrections.read_wanted(file)
        else:
            if finding_id is not None:
                about = finding(con, SEN2, finding_id)
                module, record, item = about.module, about.record_key, item or about.item
            said = {"--module": module, "--record": record, "--item": item, "--reason": reason}
            missing = [name for name, text in said.items() if not text]
            if missing:
                raise typer.BadParameter("is missing", param_hint=", ".join(missing))
            if (value is None) != blank:
                raise typer.BadParameter("say one of the two", param_hint="--value or --blank")
            given = sys.stdin.read().strip() if value == "-" else value
            wanted = [Wanted(module or "", record or "", item or "", given, by, reason or "")]
        made = corrections.make_corrections(con, AreaPaths.of(area).overlay(SEN2.name), SEN2, year, wanted)
    for each in made:
        typer.echo(f"{each.id}: {each.module} {each.item} {NEXT_NIGHT}.")


@app.command(name="list")
def list_all(
    area: Area,
    collection: Collection = None,
    state: Annotated[str | None, typer.Option("--state", help="Only those in this state.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Show keys and values, which may be personal.")] = False,
) -> None:
    """What has been corrected, and what the published night made of it."""
    year = collection_of(area, collection)
    with published_warehouse(area) as con:
        listed = corrections.list_corrections(con, AreaPaths.of(area).overlay(SEN2.name), SEN2, year)
    rows = []
    for each in listed:
        if state is not None and each.state != state:
            continue
        entry = each.correction
        row = [entry.id, each.state, entry.module, entry.item, entry.made_at[:10], entry.made_by, entry.reason]
        rows.append([*row, entry.record_key, entry.was or "", entry.value or ""] if names else row)
    columns = (*COLUMNS, "Record", "Was", "Value") if names else COLUMNS
    typer.echo(table(columns, rows) if rows else "No corrections.")


@app.command()
def withdraw(
    area: Area,
    by: By,
    entry: Annotated[str, typer.Argument(help="Number of the correction, as C0001.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Take a correction back: what the source says is returned again."""
    taken_back = corrections.withdraw_correction(AreaPaths.of(area).overlay(SEN2.name), entry, by=by, reason=reason)
    typer.echo(f"{taken_back.withdraws} is withdrawn; this {NEXT_NIGHT}.")
