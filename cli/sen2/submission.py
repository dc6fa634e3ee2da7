"""`send sen2 freeze | sign | diff | rebuild | submissions | deadlines`: the return as it is submitted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from area.call import day_said
from area.paths import AreaPaths
from area.settings import load_settings
from cli.sen2.published import HIDDEN, Area, Collection, collection_of
from returns.definition import pages
from returns.kinds import SEN2
from warehouse.submission import calendar, diff
from warehouse.submission.folder import approval, manifest_hash, read_manifest, serials, submission
from warehouse.submission.freeze import freeze as freeze_return
from warehouse.submission.rebuild import rebuild as rebuild_return
from warehouse.submission.sign import reasons_against
from warehouse.submission.sign import sign as sign_return

DIFFERENT = 1

app = typer.Typer()
Serial = Annotated[str, typer.Option("--serial", help="Serial number of the submission: 001, 002 …")]


@app.command()
def freeze(
    area: Area,
    collection: Collection = None,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Try it out, before census day too; can never be signed.")
    ] = False,
) -> None:
    """Fix the census position: the published night's return, whole, under the next serial number."""
    year = collection_of(area, collection)
    frozen = freeze_return(area, year, kind=SEN2, rehearsal=rehearsal)
    typer.echo(f"Frozen: {frozen.paths.root}")
    typer.echo(f"Manifest SHA-256 {frozen.manifest_sha256}")
    typer.echo(f"Records: {', '.join(f'{name} {count:,}' for name, count in frozen.manifest['rows'].items())}")
    reasons = reasons_against(AreaPaths.of(area), frozen.paths, frozen.manifest)
    for what, do in reasons:
        typer.echo(f"In the way of signing: {what}. What to do: {do}.")
    if not reasons:
        typer.echo(f"Next: send sen2 sign --area {area} --collection {year} --serial {frozen.paths.serial} …")


@app.command()
def sign(
    area: Area,
    serial: Serial,
    by: Annotated[str, typer.Option("--by", help="Name of the person who approves.")],
    role: Annotated[str, typer.Option("--role", help="Their role, as 'Director of Children's Services'.")],
    statement: Annotated[str, typer.Option("--statement", help="What they declare, in their words.")],
    collection: Collection = None,
) -> None:
    """Bind a named person's approval to a frozen return. Refused while anything stands in the way, all of it named."""
    year = collection_of(area, collection)
    signed = sign_return(area, year, serial, kind=SEN2, by=by, role=role, statement=statement)
    typer.echo(f"Signed: {year}/{serial} by {signed['by']}, {signed['role']}, at {signed['at']}")
    typer.echo(f"Manifest SHA-256 {signed['manifest_sha256']}")


@app.command(name="submissions")
def list_submissions(area: Area, collection: Collection = None) -> None:
    """The frozen returns of a collection: when, from which night, what stands, who signed."""
    year = collection_of(area, collection)
    paths = AreaPaths.of(area)
    rows = []
    for serial in serials(paths, SEN2, year):
        found = submission(paths, SEN2, year, serial)
        manifest = read_manifest(found.manifest)
        said = approval(found)
        state = f"signed by {said['by']}" if said else "rehearsal" if manifest["rehearsal"] else "not signed"
        findings = manifest["findings"]
        rows.append(
            (
                serial,
                manifest["frozen_at"],
                manifest["night"],
                f"{sum(findings['error'].values()):,}",
                f"{sum(n for name, n in findings['query'].items() if name != 'explained'):,}",
                state,
                manifest_hash(manifest)[:12],
            )
        )
    if not rows:
        typer.echo(f"Area {area}, collection {year}: nothing frozen yet.")
        return
    typer.echo(pages.table(("Serial", "Frozen", "Night", "Errors", "Unexplained queries", "State", "Manifest"), rows))


@app.command(name="diff")
def differ(
    area: Area,
    before: Annotated[str, typer.Option("--from", help="Serial number of a submission, or 'current'.")],
    after: Annotated[str, typer.Option("--to", help="Serial number, or 'current': the published night.")] = "current",
    collection: Collection = None,
    names: Annotated[bool, typer.Option("--names", help="Show the values of personal items.")] = False,
    limit: Annotated[int, typer.Option("--limit", help="How many single changes to list.", min=0)] = 50,
) -> None:
    """What differs between two submissions, or a submission and the published night."""
    year = collection_of(area, collection)
    found = diff.compare(area, year, before, after, kind=SEN2, limit=limit)
    sides = ((name, f"{a:,}", f"{b:,}", f"{b - a:+,}" if a != b else "") for name, (a, b) in found.rows.items())
    typer.echo(pages.table(("Records", before, after, "Difference"), sides))
    if not found.counts:
        typer.echo("\nNo record and no item differs.")
        return
    counts = ((c.module, c.change, c.item or "(whole record)", f"{c.records:,}") for c in found.counts)
    typer.echo("\n" + pages.table(("Module", "Change", "Item", "Records"), counts))
    if found.changes:
        cells = (
            (c.module, c.record_key, c.change, c.item or "", _shown(c.was, c, names), _shown(c.now, c, names))
            for c in found.changes
        )
        typer.echo("\n" + pages.table(("Module", "Record", "Change", "Item", "Was", "Is"), cells))
    more = sum(count.records for count in found.counts) - len(found.changes)
    if more:
        typer.echo(f"\n{more:,} more; --limit lists them.")


@app.command()
def rebuild(
    manifest: Annotated[Path, typer.Option("--manifest", help="manifest.json of a submission.")],
    out: Annotated[Path | None, typer.Option("--out", help="New folder to keep what was built in.")] = None,
    with_this_code: Annotated[
        bool, typer.Option("--with-this-code", help="Build although the code is not the one it was made with.")
    ] = False,
) -> None:
    """Make a frozen return again from its landing files and compare every byte. Exit code 1: they differ."""
    made = rebuild_return(manifest, out=out, with_this_code=with_this_code)
    if made.other_code:
        typer.echo("Built with other code than the submission was, as asked.")
    if made.other_versions:
        typer.echo(f"Other versions than then: {', '.join(made.other_versions)}.")
    if not made.differing:
        typer.echo(f"The same bytes: all {made.files} files.")
        return
    typer.echo(f"Not the same bytes: {', '.join(made.differing)} (of {made.files} files).")
    raise typer.Exit(DIFFERENT)


@app.command()
def deadlines(
    area: Area,
    collection: Collection = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day to look from (CCYY-MM-DD); today if none.")] = None,
) -> None:
    """Census day and return date: what is done towards each, and what must be called out today."""
    today = day_said(as_of) if as_of is not None else dt.datetime.now(dt.UTC).date()
    settings = load_settings(area, collection=collection_of(area, collection))
    found = calendar.deadlines(area, kind=SEN2, collection=settings.collection)
    rows = ((d.title, d.on.isoformat() if d.on else "not known", d.done or "not done", d.todo) for d in found)
    typer.echo(pages.table(("Deadline", "Day", "State", "To do"), rows))
    for alert in calendar.alerts_due(found, today=today, lead_days=settings.lead_days):
        typer.echo(f"Alert: {alert.words}")


def _shown(value: str | None, change: diff.Change, names: bool) -> str:
    if change.item is None:
        return ""
    if value is None:
        return "(blank)"
    return HIDDEN if change.personal and not names else value
