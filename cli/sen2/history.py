"""`send sen2 bridge` and `send sen2 changes`: the return beside last January, yesterday and what was submitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import duckdb
import typer

from area.call import require_folder_or_nothing
from area.errors import SendWarehouseError, SettingsError
from cli.sen2.commands import REFUSED, fail
from cli.sen2.published import Area, published_collection, published_warehouse
from returns.definition import pages
from returns.definition.tables import SCHEMA
from returns.kinds import SEN2
from returns.report.year import Measure, Step, read_bridge, read_changes, read_measures
from returns.report.year_page import write_year
from warehouse.submission.calendar import deadlines

WORDS = {"yesterday": "the night before", "submission": "the last submission"}
Names = Annotated[bool, typer.Option("--names", help="Show keys and names of persons instead of pseudonyms.")]


def bridge(
    area: Area,
    every: Annotated[bool, typer.Option("--all", help="Every measure, not only those to look at first.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the page of the year and its CSV into this folder.")
    ] = None,
    names: Names = False,
) -> None:
    """From last January's count of plans to this one's, and the measures beside last year, England and neighbours."""
    try:
        if out is not None:
            require_folder_or_nothing(out)
        with _night(area) as (con, year):
            steps, has_earlier = read_bridge(con, SEN2)
            _print_bridge(steps, has_earlier, year)
            _print_measures([each for each in read_measures(con, SEN2) if each.headline or every])
            if out is not None:
                out.mkdir(parents=True, exist_ok=True, mode=0o700)
                due = [(d.title, d.on, d.done, d.todo) for d in deadlines(area, kind=SEN2, collection=year)]
                target = out / f"SEN2_{area}_{year}.year.html"
                for file in write_year(con, SEN2, year, target, deadlines=due, names=names):
                    typer.echo(f"Written: {file}")
    except SendWarehouseError as error:
        fail(error, REFUSED)


def changes(
    area: Area,
    since: Annotated[
        Literal["yesterday", "submission"], typer.Option("--since", help="The state to compare with.")
    ] = "yesterday",
    names: Names = False,
    limit: Annotated[int, typer.Option("--limit", help="How many single changes to list.", min=0)] = 50,
) -> None:
    """What is different in the published night's return since the night before, or since the last submission."""
    try:
        with _night(area) as (con, year):
            found = next(each for each in read_changes(con, SEN2, year, names=names, most=limit) if each.since == since)
    except SendWarehouseError as error:
        fail(error, REFUSED)
    if not found.compared_with:
        typer.echo(f"Nothing to compare with: there is no such state of the return ({WORDS[since]}).")
        return
    noun = "change" if found.total == 1 else "changes"
    typer.echo(f"Since {WORDS[since]} ({found.compared_with}): {found.total:,} {noun}.")
    if not found.total:
        return
    counts = ((module, change, item, f"{records:,}") for module, change, item, records in found.counts)
    typer.echo("\n" + pages.table(("Module", "Change", "Item", "Records"), counts))
    if found.records:
        heading = ("Person", *(("Name",) if names else ()), "Module", "Record", "Change", "Item", "Was", "Is")
        rows = (
            (r.person, *((r.name,) if names else ()), r.module, r.record, r.change, r.item, r.was, r.now)
            for r in found.records
        )
        typer.echo("\n" + pages.table(heading, rows))
    if found.total > len(found.records):
        typer.echo(f"\n{found.total - len(found.records):,} more; --limit lists them.")


@contextmanager
def _night(area: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, int]]:
    """The published night's file, read only, and its collection. Raises NothingPublishedError without one, and
    SettingsError where it was made by a release that did not have these tables."""
    with published_warehouse(area) as con:
        known = con.execute(
            "select count(*) from information_schema.tables where table_schema = ? and table_name in (?, ?)",
            [SCHEMA, f"{SEN2.name}_bridge", f"{SEN2.name}_change_since"],
        ).fetchone()
        if known != (2,):
            raise SettingsError(
                "the published night", expected="one built by this release", came="an older one", where=f"area {area}"
            )
        yield con, published_collection(con, None)


def _print_bridge(steps: list[Step], has_earlier: bool, year: int) -> None:
    if not has_earlier:
        typer.echo(f"No earlier return: that of {year - 1} has not been read in (send sen2 read).")
    rows = (
        (step.title, "" if step.plans is None else f"{step.plans:+,}" if _moves(step) else f"{step.counted:,}")
        for step in steps
    )
    typer.echo(pages.table(("Step", "Plans"), rows))


def _moves(step: Step) -> bool:
    return step.step not in {"opening", "closing", "still_open", "came_and_went", "difference"}


def _print_measures(measures: list[Measure]) -> None:
    rows = (
        (
            each.title if each.headline else f"{each.data_set}: {each.measure}",
            str(each.year),
            each.text,
            _figure(each.last) + (" (own)" if each.last_from == "last return" else ""),
            _figure(each.change),
            "unlikely" if each.unlikely else "",
            _figure(each.england),
            _figure(each.neighbours),
            each.others_period,
        )
        for each in measures
    )
    heading = ("Measure", "Year", "This", "Before", "Change", "", "England", "Neighbours", "Of")
    typer.echo("\n" + pages.table(heading, rows))


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:,.1f}".removesuffix(".0")
