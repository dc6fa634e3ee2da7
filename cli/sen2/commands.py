"""The commands of `send sen2`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer

from area.errors import NothingPublishedError, ReturnRefusedError, SendWarehouseError
from area.paths import AreaPaths, RunPaths
from area.settings import load_settings
from returns.definition import pages
from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.report.report import write_report
from returns.rules import coverage
from returns.rules.book import rules_of
from returns.sen2.check import CheckResult, check_sen2
from returns.sen2.xml import xsd
from returns.sen2.xml.writer import write_sen2

ERRORS_STAND, REFUSED = 1, 2

app = typer.Typer(help="The SEN2 return: check a file, list its items and rules, write it.", no_args_is_help=True)
Year = Annotated[int, typer.Option("--year", help="Collection year.")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Any SEN2 XML file.")],
    year: Year,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report (CSV and HTML).")] = None,
) -> None:
    """Check a SEN2 file without a warehouse. Exit code 1: errors stand; 2: the file cannot be read as a return."""
    try:
        result = check_sen2(file, year=year)
    except ReturnRefusedError as refused:
        _fail(refused, REFUSED)
    except SendWarehouseError as error:
        _fail(error, REFUSED)
    _print(result)
    if out is not None:
        for path in write_report(result, out):
            typer.echo(f"Written: {path}")
    if result.errors:
        raise typer.Exit(ERRORS_STAND)


@app.command()
def rules(
    year: Year = 2025,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Print every rule of the year too.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the documentation page of all rules again.")] = False,
) -> None:
    """Print what the rules of a year cover, by family and module."""
    if write:
        typer.echo(f"Written: {coverage.write_book_page(SEN2)}")
        return
    try:
        typer.echo(coverage.coverage_page(SEN2, year))
    except SendWarehouseError as error:
        _fail(error, REFUSED)
    if catalogue:
        typer.echo("\n" + pages.rules_page(rules_of(SEN2, year)))


@app.command()
def items(
    year: Year = 2025,
    write: Annotated[bool, typer.Option("--write", help="Write the documentation pages of all years again.")] = False,
) -> None:
    """Print what a year's return holds: modules, items, types, conditions and codes."""
    if write:
        for path in pages.write_pages(SEN2):
            typer.echo(f"Written: {path}")
        return
    try:
        typer.echo(pages.items_page(load_definition(SEN2, year)))
    except SendWarehouseError as error:
        _fail(error, REFUSED)


@app.command(name="xsd")
def write_xsd() -> None:
    """Make the schemas of all years again from their definitions."""
    for path in xsd.write_schemas():
        typer.echo(f"Written: {path}")


@app.command()
def write(
    area: Annotated[str, typer.Option("--area", help="DfE code of the area.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    year: Year = 2025,
) -> None:
    """Write the return from the area's published night."""
    try:
        settings = load_settings(area, collection=year)
        warehouse = RunPaths(area=area, root=AreaPaths.of(area).current).warehouse
        if not warehouse.exists():
            raise NothingPublishedError(area)
        with duckdb.connect(str(warehouse), read_only=True) as con:
            result = write_sen2(con, out, year=year, settings=settings)
    except SendWarehouseError as error:
        _fail(error, ERRORS_STAND)
    rows = ", ".join(f"{name} {count:,}" for name, count in result.rows.items())
    typer.echo(f"Written: {out} ({result.bytes:,} bytes, SHA-256 {result.sha256}): {rows}")


def _print(result: CheckResult) -> None:
    rows = ", ".join(f"{name} {count:,}" for name, count in result.rows.items())
    typer.echo(f"{result.file}: SEN2 {result.year}, SHA-256 {result.file_hash}")
    typer.echo(f"Read: {rows}")
    if len(load_definition(SEN2, result.year).order_names) > 1:
        typer.echo(f"Order of ActivePlans: {result.order}")
    if result.faults:
        typer.echo(f"\nDoes not fit the schema in {len(result.faults):,} places; the first:")
        for fault in result.faults[:10]:
            typer.echo(f"  line {fault.line or '?'}: {fault.problem}")
    broken = result.by_rule()
    if broken:
        found = ((rule.id, rule.severity, f"{len(records):,}", rule.message) for rule, records in broken)
        typer.echo("\n" + pages.table(("Rule", "Severity", "Findings", "What is wrong"), found))
    for why in sorted(set(result.skipped.values())):
        skipped = [rule for rule, reason in result.skipped.items() if reason == why]
        typer.echo(f"\nNot run: {', '.join(skipped)} ({why}).")
    typer.echo(f"\n{result.errors:,} errors, {result.queries:,} queries from {len(result.ran)} rules.")


def _fail(error: SendWarehouseError, code: int) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(code)
