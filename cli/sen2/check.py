"""`send sen2 check` and `send sen2 report`: what is wrong with a file, and with the published night's return."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from area.call import require_folder_or_nothing
from area.errors import SendWarehouseError
from area.files import file_hash
from area.paths import AreaPaths, RunPaths
from area.settings import load_settings
from cli.sen2.commands import ERRORS_STAND, REFUSED, fail
from cli.sen2.published import Area, published_collection, published_warehouse
from returns.definition import pages
from returns.definition.load import load_definition, require_defined
from returns.kinds import SEN2
from returns.report.findings import SCHEMA_RULE, Report
from returns.report.night import night_report
from returns.report.report import write_report
from returns.sen2.check import check_sen2

MOST_PRINTED = 10
Names = Annotated[
    bool,
    typer.Option("--names", help="Show names, dates of birth and identifiers. The report is then as secret as these."),
]


def check(
    file: Annotated[Path, typer.Argument(help="Any SEN2 XML file or COLLECT CSV export.")],
    year: Annotated[int | None, typer.Option("--year", help="Collection year; else the year the file says.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report (HTML and CSV).")] = None,
    names: Names = False,
    worklists: Annotated[
        bool, typer.Option("--worklists", help="With --out: also an Excel worklist for each source system.")
    ] = False,
) -> None:
    """Check a SEN2 file without a warehouse. Exit code 1: errors stand; 2: the file cannot be read as a return."""
    try:
        if year is not None:
            require_defined(SEN2, year, option="--year")
        if out is not None:
            require_folder_or_nothing(out)
        found = check_sen2(file, year=year, names=names)
        _print(found)
        if out is not None:
            _written(write_report(found, out, worklists=worklists))
    except SendWarehouseError as error:
        fail(error, REFUSED)
    if found.errors:
        raise typer.Exit(ERRORS_STAND)


def report(
    area: Area,
    collection: Annotated[
        int | None, typer.Option("--collection", help="Collection year; it must be the published night's.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the report; else the area's `reports/`.")
    ] = None,
    names: Names = False,
) -> None:
    """Report on the return of the area's published night: HTML, CSV and a worklist for each source system.

    Exit code 1: errors stand; 2: there is nothing to report on.
    """
    try:
        if out is not None:
            require_folder_or_nothing(out)
        with published_warehouse(area) as con:
            found = _published(con, area, published_collection(con, collection), names=names)
        folder = out or AreaPaths.of(area).reports(SEN2.name, found.year)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _print(found)
        _written(write_report(found, folder, worklists=True))
    except SendWarehouseError as error:
        fail(error, REFUSED)
    if found.errors:
        raise typer.Exit(ERRORS_STAND)


def _published(con: duckdb.DuckDBPyConnection, area: str, year: int, *, names: bool) -> Report:
    settings = load_settings(area, collection=year)
    file = RunPaths(area=area, root=AreaPaths.of(area).current).sen2_xml(year)
    sha256 = file_hash(file) if file.exists() else ""
    order = settings.sen2["active_plans_order"]
    return night_report(con, SEN2, year, subject=file.name, file_hash=sha256, order=order, names=names)


def _print(found: Report) -> None:
    rows = ", ".join(f"{name} {count:,}" for name, count in found.rows.items())
    typer.echo(f"{found.subject}: SEN2 {found.year}, SHA-256 {found.file_hash}")
    typer.echo(f"Read: {rows}")
    if len(load_definition(SEN2, found.year).order_names) > 1:
        typer.echo(f"Order of ActivePlans: {found.order}")
    by_rule = dict(found.by_rule())
    faults = by_rule.pop(SCHEMA_RULE, [])
    if faults:
        typer.echo(f"\nDoes not fit the schema in {len(faults):,} place{'' if len(faults) == 1 else 's'}; the first:")
        for fault in faults[:MOST_PRINTED]:
            typer.echo(f"  line {fault.row or '?'}: {fault.message.removesuffix('.')}")
    if by_rule:
        headings = ("Rule", *(("DfE",) if found.dfe else ()), "Severity", "Findings", "What is wrong")
        broken = (
            (rule, *((listed[0].dfe,) if found.dfe else ()), listed[0].severity, f"{len(listed):,}", listed[0].message)
            for rule, listed in by_rule.items()
        )
        typer.echo("\n" + pages.table(headings, broken))
    for why in sorted(set(found.skipped.values())):
        skipped = [rule for rule, reason in found.skipped.items() if reason == why]
        typer.echo(f"\nNot run: {', '.join(skipped)} ({why}).")
    explained = f" ({found.explained:,} explained)" if found.explained else ""
    typer.echo(f"\n{found.errors:,} errors, {found.queries:,} queries{explained} from {len(found.ran)} rules.")


def _written(files: list[Path]) -> None:
    for path in files:
        typer.echo(f"Written: {path}")
