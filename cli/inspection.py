"""`send inspection`: the child-level lists of an area SEND inspection by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from area.paths import AreaPaths, RunPaths
from area.settings import load_settings
from returns.definition import pages
from returns.definition.load import defined_years, load_definition
from returns.definition.tables import SCHEMA
from returns.inspection.workbook import write_lists
from returns.kinds import AREA_INSPECTION
from returns.rules.book import rules_of
from warehouse.submission.folder import published

app = typer.Typer(
    help="The lists an area SEND inspection asks for: write them, list their items and rules, what the rules found.",
    no_args_is_help=True,
)
LATEST = defined_years(AREA_INSPECTION)[-1]
Area = Annotated[str, typer.Option("--area", help="DfE code of the area.")]
Year = Annotated[int, typer.Option("--year", help="Year the inspection is in.")]


@app.command()
def lists(
    area: Area,
    out: Annotated[Path | None, typer.Option("--out", dir_okay=False, help="Write the workbook here as well.")] = None,
) -> None:
    """Show where the night's workbook is, or write it again from the area's published night."""
    run, as_of = _published(area)
    if out is None:
        typer.echo(f"{run.inspection_lists(as_of)} (position {as_of:%d %B %Y})")
        return
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        result = write_lists(con, out, area=area, as_of=as_of)
    rows = ", ".join(f"{name} {count:,}" for name, count in result.rows.items())
    typer.echo(f"Written: {out} (position {as_of:%d %B %Y}): {rows}")
    for name, headings in result.blank.items():
        if headings:
            typer.echo(f"Blank in every row of {name}: {', '.join(headings)}")


@app.command()
def rules(year: Year = LATEST) -> None:
    """Print the catalogue of the rules."""
    load_definition(AREA_INSPECTION, year)
    typer.echo(pages.rules_page(rules_of(AREA_INSPECTION, year)))


@app.command()
def items(
    year: Year = LATEST,
    write: Annotated[bool, typer.Option("--write", help="Write the documentation pages of all years again.")] = False,
) -> None:
    """Print what the lists hold: columns, types, where they come from, and codes."""
    if write:
        for path in pages.write_pages(AREA_INSPECTION):
            typer.echo(f"Written: {path}")
        return
    typer.echo(pages.items_page(load_definition(AREA_INSPECTION, year)))


@app.command()
def check(area: Area) -> None:
    """Print what the rules found in the area's published night, by rule."""
    run, as_of = _published(area)
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        found = con.execute(
            f"""
            select rule_id, rule.severity, breach.module, count(*) as findings, rule.message, rule.owner
            from {SCHEMA}.inspection_rule_breach as breach
            inner join {SCHEMA}.inspection_rule as rule using (rule_id)
            group by all
            order by rule.severity, findings desc, rule_id, breach.module
            """
        ).fetchall()
        ran = con.execute(f"select count(*) filter (where state = 'run') from {SCHEMA}.inspection_rule").fetchone()
    headings = ("Rule", "Severity", "List", "Findings", "What is wrong", "Who can put it right")
    typer.echo(f"Lists of {area}, position {as_of:%d %B %Y}.\n")
    if found:
        typer.echo(pages.table(headings, ([*row[:3], f"{row[3]:,}", *row[4:]] for row in found)) + "\n")
    totals = {severity: sum(row[3] for row in found if row[1] == severity) for severity in ("error", "query")}
    typer.echo(f"{totals['error']:,} errors, {totals['query']:,} queries from {ran[0] if ran else 0} rules.")


def _published(area: str) -> tuple[RunPaths, dt.date]:
    """The area's published night and the day it is of. Raises SettingsError for what is no area's code,
    NothingPublishedError for an area without a night."""
    load_settings(area)
    run, manifest = published(AreaPaths.of(area))
    return run, dt.date.fromisoformat(manifest["as_of"])
