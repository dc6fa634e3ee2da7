"""`send sen2 dfe-rules`: the DfE's own rule numbers, from a council's copy of its workbook, beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from area.errors import SendWarehouseError
from cli.sen2.commands import REFUSED, Year, fail
from returns.definition.load import load_definition, require_defined
from returns.definition.pages import table
from returns.kinds import SEN2
from returns.rules.book import rules_of
from returns.rules.dfe_map import CONFIRMED, NOT_COVERED, Mapped, map_file, merged, read_map, write_map
from returns.rules.dfe_propose import propose
from returns.rules.dfe_workbook import read_workbook

app = typer.Typer(help="The DfE's rule numbers: import a council's copy of the workbook, list what is covered.")
HEADINGS = ("DfE number", "Severity", "What it says", "Our rules", "Score")


@app.command(name="import")
def import_workbook(
    workbook: Annotated[Path, typer.Argument(help="The DfE's workbook of validation rules (.xlsx).")], year: Year
) -> None:
    """Propose which of our rules each of the DfE's is. Lines that a person has settled stay as they are."""
    try:
        require_defined(SEN2, year, option="--year")
        definition = load_definition(SEN2, year)
        proposed = propose(read_workbook(workbook, year=year), rules_of(SEN2, year), definition)
        lines = merged(read_map(SEN2, year), proposed)
        file = write_map(SEN2, year, lines)
    except SendWarehouseError as error:
        fail(error, REFUSED)
    settled = sum(line.state in (CONFIRMED, NOT_COVERED) for line in lines)
    matched = sum(bool(line.our_rules) for line in proposed)
    typer.echo(
        f"{len(proposed):,} rules in the workbook; a rule of ours is proposed for {matched:,}; {settled:,} settled."
    )
    typer.echo(f"Written: {file}")
    typer.echo("Set `state` of each line to confirmed or not_covered there; `our_rules` may be changed too.")


@app.command(name="list")
def list_rules(year: Year = 2025) -> None:
    """Which of the DfE's rules are covered by ours, which are not, and which of ours have no DfE number."""
    try:
        require_defined(SEN2, year, option="--year")
        rules = rules_of(SEN2, year)
        lines = read_map(SEN2, year)
    except SendWarehouseError as error:
        fail(error, REFUSED)
    if not lines:
        typer.echo(f"Nothing has been imported for {year} ({map_file(SEN2, year)} is not there).")
        return
    covered = [line for line in lines if line.state == CONFIRMED and line.rules]
    open_ = [line for line in lines if line.state not in (CONFIRMED, NOT_COVERED) and line.rules]
    lacking = [line for line in lines if line not in covered and line not in open_]
    _section("Covered", covered)
    _section("Proposed, to be confirmed", open_)
    _section("Not covered", lacking)
    known = {rule for line in (*covered, *open_) for rule in line.rules}
    ours = [rule for rule in rules if rule.id not in known]
    typer.echo(f"\nOurs without a DfE number: {len(ours)}")
    typer.echo(table(("Rule", "Severity", "What is wrong"), ((rule.id, rule.severity, rule.message) for rule in ours)))
    strange = sorted(known - {rule.id for rule in rules})
    if strange:
        typer.echo(f"\nNot rules of {year}: {', '.join(strange)}")


def _section(title: str, lines: Sequence[Mapped]) -> None:
    typer.echo(f"\n{title}: {len(lines)}")
    if lines:
        rows = (
            (line.dfe_number, line.dfe_severity, line.dfe_message[:100], line.our_rules, line.score) for line in lines
        )
        typer.echo(table(HEADINGS, rows))
