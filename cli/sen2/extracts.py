"""`send sen2 read`: earlier returns into the warehouse, as extracts; and the contract they are held against."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from area.call import day_said
from area.errors import DeliveriesRefusedError, FileRefusedError, ReturnRefusedError, SendWarehouseError, SettingsError
from cli.sen2.commands import ERRORS_STAND, REFUSED, app, fail
from ingest.pull import HandedIn, take_in
from returns.definition.ingest_contract import contract_file, contract_text
from returns.definition.load import require_defined
from returns.kinds import SEN2
from returns.sen2.files.collect_csv import suffixes
from returns.sen2.files.collect_set import HEADER, open_set
from returns.sen2.files.detect import FileKind, kind_of_file, year_of
from returns.sen2.files.extract import FEED, delivered_name, sen2_return


@app.command()
def read(
    files: Annotated[
        list[Path],
        typer.Argument(help="SEN2 XML files; COLLECT exports as a folder, any one of their CSV files, or a .zip."),
    ],
    area: Annotated[str, typer.Option("--area", help="DfE code of the area whose returns they are.")],
    received_on: Annotated[
        str | None, typer.Option("--received-on", help="The day they came (CCYY-MM-DD); today when left out.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Collection year of an export that has no header file (…_sen2.csv).")
    ] = None,
) -> None:
    """Read earlier returns into the area's warehouse as extracts: history from the next night on.

    Files are kept as they came and once only; a later file of the same year replaces the earlier as the latest. Exit
    code 2: a file cannot be read as a return of this area.
    """
    now = dt.datetime.now(dt.UTC)
    try:
        day = day_said(received_on, "--received-on") if received_on is not None else now.date()
        if year is not None:
            require_defined(SEN2, year, option="--year")
        received_at = dt.datetime.combine(day, now.time(), dt.UTC)
        handed = [_handed_in(file, area, year) for file in files]
        result = take_in(area, FEED, handed, as_of=day, received_at=received_at)
    except (DeliveriesRefusedError, FileRefusedError, ReturnRefusedError, SettingsError) as refused:
        fail(refused, REFUSED)
    except SendWarehouseError as error:
        fail(error, ERRORS_STAND)
    for each in result.files:
        rows = sum(balance.loaded for balance in each.tables.values())
        held = sum(balance.quarantined for balance in each.tables.values())
        told = (
            "was here already" if each.outcome == "same" else f"{each.outcome}, {rows:,} rows, {held:,} in quarantine"
        )
        typer.echo(f"{each.file_name} ({each.source}): {told}")


@app.command(name="extract-contract")
def extract_contract(
    write: Annotated[bool, typer.Option("--write", help="Write the committed contract again.")] = False,
) -> None:
    """Print the contract under which earlier returns are read in, as made from the definitions of all years."""
    if write:
        path = contract_file(SEN2)
        path.write_text(contract_text(SEN2), encoding="utf-8")
        typer.echo(f"Written: {path}")
    else:
        typer.echo(contract_text(SEN2), nl=False)


def _handed_in(file: Path, area: str, year: int | None) -> HandedIn:
    """A file as it is delivered: unchanged, but for the loose files of an export, which become one .zip. A file of
    another area is refused before anything of it is kept."""
    kind = kind_of_file(file)
    content: Path | bytes = file
    if kind is FileKind.collect:
        export = open_set(file, suffixes())
        if not file.name.lower().endswith(".zip") or file.is_dir():
            content = export.packed()
        if HEADER in export.files or year is None:
            year = _same(file, year_of(file), year)
    else:
        year = _same(file, year_of(file), year)
    name = delivered_name(area, year, kind)
    try:
        sen2_return.period(file, name, area=area)
    except ReturnRefusedError as refused:  # say the name by which the file was called
        raise ReturnRefusedError(file.name, line=refused.line, expected=refused.expected, came=refused.came) from None
    return HandedIn(name, f"by hand/{file.name}", content)


def _same(file: Path, its_own: int, given: int | None) -> int:
    if given is not None and given != its_own:
        raise ReturnRefusedError(file.name, line=None, expected=f"a return of {given}", came=f"one of {its_own}")
    return its_own
