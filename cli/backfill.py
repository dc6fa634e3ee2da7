"""`send backfill`: nights of the past, each built as it was known then and kept beside the published one."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from area.call import CALL, day_said
from area.errors import SendWarehouseError, SettingsError
from area.files import private_folder
from area.paths import AreaPaths
from area.settings import load_settings
from ingest.commands.options import Area
from ingest.contract.model import load_contracts
from ingest.landing.files import feed_lock
from ingest.pull import pull_feed
from ingest.transports.endpoint import Endpoint
from returns.definition.load import require_defined
from returns.kinds import SEN2
from warehouse import night as steps
from warehouse.dbt_layers import require_pseudonym_key
from warehouse.publish import BACKFILL, switch

ASIDE = "backfill"
GATES = ("reading", "facts", "returns")


class Step(StrEnum):
    """How far apart the nights are."""

    day = "day"
    week = "week"


class Known(StrEnum):
    """What a night of the past knows."""

    extracts = "extracts"
    received = "received"


@dataclass(frozen=True)
class Outcome:
    """What became of one night."""

    day: dt.date
    state: str
    seconds: float = 0.0
    rows: int = 0
    problem: str = ""


def backfill(
    area: Area,
    first: Annotated[str, typer.Option("--from", help="The first night (CCYY-MM-DD).")],
    last: Annotated[str, typer.Option("--to", help="The last night (CCYY-MM-DD).")],
    step: Annotated[
        Step, typer.Option("--step", help="A night every day or every week, from the first on.")
    ] = Step.day,
    pull: Annotated[
        bool, typer.Option("--pull/--no-pull", help="Ask the sources for each night's extracts first.")
    ] = False,
    known: Annotated[
        Known,
        typer.Option(
            "--known",
            help="extracts: all that is of that day or earlier, whenever it came; received: what had come by then.",
        ),
    ] = Known.extracts,
    collection: Annotated[int | None, typer.Option("--collection", help="SEN2 collection year.")] = None,
) -> None:
    """Build the nights of a past range, oldest first, and keep each in `runs/`.

    A night that is there is passed over, so a backfill that was stopped goes on when it is run again. The published
    night stays, unless one of these is newer.
    """
    console = Console(soft_wrap=True, highlight=False)
    days = list(nights(day_said(first, "--from"), day_said(last, "--to"), 7 if step is Step.week else 1))
    if collection is not None:
        require_defined(SEN2, collection, option="--collection")
    load_settings(area, collection=collection)
    paths = AreaPaths.of(area)
    if set(days) - set(finished_nights(paths)):
        require_pseudonym_key()
    outcomes: list[Outcome] = []
    with feed_lock(private_folder(paths.root / ASIDE, below=paths.root)):  # one backfill of an area at a time
        for day in days:
            started = time.monotonic()
            if day in finished_nights(paths):
                outcomes.append(Outcome(day, "there already"))
                continue
            console.print(f"night of {day} …")
            try:
                if pull:
                    _pull(area, day, console)
                made = _build(area, day, collection, known)
                rows = sum(json.loads((made / "run.json").read_text(encoding="utf-8"))["rows"].values())
                outcomes.append(Outcome(day, "kept", time.monotonic() - started, rows))
            except SendWarehouseError as error:
                outcomes.append(Outcome(day, "stopped", time.monotonic() - started, problem=str(error)))
        newest = _publish_newest(paths)
    _print(outcomes, console)
    console.print(f"The published night is of {newest}." if newest else "There is no published night.")
    if any(outcome.state == "stopped" for outcome in outcomes):
        raise typer.Exit(1)


def nights(first: dt.date, last: dt.date, days: int) -> Iterator[dt.date]:
    """The nights from the first to the last, so many days apart. Raises SettingsError for a range that is none."""
    if last < first or last > dt.datetime.now(dt.UTC).date():
        raise SettingsError("--to", expected=f"a day from {first} to today", came=last.isoformat(), where=CALL)
    for number in range(0, (last - first).days + 1, days):
        yield first + dt.timedelta(days=number)


def finished_nights(paths: AreaPaths) -> dict[dt.date, Path]:
    """The finished nights of an area by their date; of several of one date the newest."""
    found: dict[dt.date, Path] = {}
    for manifest in sorted(paths.runs.glob("*/run.json"), key=lambda path: path.stat().st_mtime):
        found[_date_of(manifest.parent)] = manifest.parent
    return found


def _pull(area: str, day: dt.date, console: Console) -> None:
    """Ask each source that has a connection, and that the area has not switched off, for what it has of the day. One
    that fails does not stop the others."""
    for contract in load_contracts(area=area):
        connection = contract.connection(area)
        if not contract.pulled or not Endpoint.is_in_environment(connection):
            continue
        endpoint, now = Endpoint.from_environment(connection), dt.datetime.now(dt.UTC)
        try:
            pull_feed(area, contract.feed, endpoint, as_of=day, received_at=now)
        except SendWarehouseError as error:
            console.print(f"  {error}", markup=False)


def _build(area: str, day: dt.date, collection: int | None, known: Known) -> Path:
    """One night's own steps, aside; returns its folder in `runs/`."""
    received_by = dt.datetime.combine(day, dt.time.max) if known is Known.received else None
    name = f"{day:%Y%m%d}{BACKFILL}"
    night = steps.Night(area, name, day, collection, received_by=received_by, aside=ASIDE)
    _before(night)
    night.paths.step_log.unlink(missing_ok=True)
    steps.open_night(night)
    steps.gate(night, GATES[0])
    steps.build_facts(night)
    steps.gate(night, GATES[1])
    steps.build_outputs(night)
    steps.gate(night, GATES[2])
    steps.write_outputs(night)
    return steps.keep_night(night)


def _publish_newest(paths: AreaPaths) -> dt.date | None:
    """Publish the newest of the finished nights, unless it is published; its date, None where there is none."""
    finished = finished_nights(paths)
    if not finished:
        return None
    newest = max(finished)
    if not paths.current.exists() or _date_of(paths.current) < newest:
        switch(paths.current, finished[newest])
    return newest


def _date_of(run: Path) -> dt.date:
    return dt.date.fromisoformat(json.loads((run / "run.json").read_text(encoding="utf-8"))["as_of"])


def _before(night: steps.Night) -> None:
    """Make the night before it what this night is compared with."""
    earlier = {day: run for day, run in finished_nights(night.paths).items() if day < night.as_of}
    if earlier:
        switch(night.paths.current, earlier[max(earlier)])
    else:
        night.paths.current.unlink(missing_ok=True)


def _print(outcomes: list[Outcome], console: Console) -> None:
    table = Table("Night", "", "Seconds", "Rows")
    for each in outcomes:
        built = each.state in ("kept", "published")
        table.add_row(
            each.day.isoformat(),
            each.state,
            f"{each.seconds:.0f}" if each.seconds else "",
            f"{each.rows:,}" if built else "",
        )
    console.print(table)
    for each in outcomes:
        if each.problem:
            console.print(f"{each.day}: {each.problem}", markup=False)
