"""`send sen2 contracts`: the dbt contracts of the return tables, from the definition."""

from __future__ import annotations

from typing import Annotated

import typer

from returns.definition.dbt_contract import contract_files, write_contracts
from returns.kinds import SEN2

DIFFER = 1


def contracts(
    write: Annotated[bool, typer.Option("--write", help="Write those that differ; else only name them.")] = False,
) -> None:
    """Make the dbt contracts of the return tables from the definition. Exit code 1: some differ and stay so."""
    if write:
        for path in write_contracts(SEN2):
            typer.echo(f"Written: {path}")
        return
    differ = [
        path
        for path, text in contract_files(SEN2).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in differ:
        typer.echo(f"Differs: {path}")
    if differ:
        raise typer.Exit(DIFFER)
