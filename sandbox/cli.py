"""`send sandbox …`: make a pretend area, serve its source systems, reconcile a night with the published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    name="sandbox",
    help="A pretend local area: make it, serve its source systems, reconcile a night with the published figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def make(
    area: Annotated[str, typer.Option(help="DfE three-digit local authority code, any of the 153.")],
    out: Annotated[Path, typer.Option(help="Folder to write: empty, new, or an earlier sandbox (it is replaced).")],
    seed: Annotated[int, typer.Option(min=0, help="The same area and seed give the same bytes.")] = 1,
    collection: Annotated[int, typer.Option(help="SEN2 collection, 2023 to 2027: 2025 is as published.")] = 2025,
    clean: Annotated[bool, typer.Option("--clean", help="Plant no faults.")] = False,
    scale: Annotated[int, typer.Option(min=1, help="Make that many times the area.")] = 1,
) -> None:
    """Make a pretend area in a folder."""
    from sandbox.make import make_area

    console = Console(highlight=False)
    with console.status("making the area") as status:
        made = make_area(
            area,
            out,
            seed=seed,
            collection=collection,
            clean=clean,
            scale=scale,
            progress=lambda stage: status.update(f"{stage} made"),
        )
    rows = Table(
        "Table", "Rows", title=f"Area {made.area}, seed {made.seed}, night of {made.as_of}", title_justify="left"
    )
    rows.columns[1].justify = "right"
    for name, count in made.rows.items():
        rows.add_row(name, f"{count:,}")
    console.print(rows)
    total = sum(made.planted.values())
    console.print(f"{made.children:,} children; {total:,} truth rows of {len(made.planted)} kinds")
    if made.not_planted:
        console.print(f"no candidate here for: {', '.join(made.not_planted)}")
    for note in made.notes:
        console.print(f"note: {note}", markup=False)
    spent = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in made.seconds.items())
    console.print(f"seconds: {spent}; in all {sum(made.seconds.values()):.1f}")


@app.command()
def serve(
    folder: Annotated[Path, typer.Option("--dir", help="Folder made by `send sandbox make`.")],
) -> None:
    """Serve an area's source systems on this machine until standard input closes.

    The first line printed is a JSON object of environment variables: the connections, as Airflow reads them.
    """
    from sandbox.servers.serve import main

    raise typer.Exit(main(folder))


@app.command()
def reconcile(
    area: Annotated[str, typer.Option(help="DfE three-digit local authority code.")],
    warehouse: Annotated[Path, typer.Option(help="Warehouse file of a night, or a folder of preview_*.parquet.")],
    scale: Annotated[int, typer.Option(min=1, help="How many times the area the sandbox was made.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the list of differing breakdown cells (CSV).")] = None,
) -> None:
    """Compare a night's preview tables with the published figures of 2025, totals and breakdowns.

    Ends with 1 when a difference of a total is unexplained or a published breakdown cell is not in the preview.
    """
    from sandbox.reconcile import reconcile as compare

    console = Console(highlight=False, soft_wrap=True)
    result = compare(area, warehouse, scale=scale)
    console.print(str(result), markup=False)
    if out is not None and result.breakdowns is not None:
        console.print(f"Listed in {result.breakdowns.write(out)}", markup=False)
    raise typer.Exit(0 if result.agrees else 1)
