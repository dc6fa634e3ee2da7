"""`send upload`: hand files in. Says what each was recognised as and what became of it: counts, never a value."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from area.call import CALL
from area.errors import SendWarehouseError, SettingsError
from ingest.commands.options import Area, Day, contract_named, night_of
from ingest.contract.model import load_contracts
from ingest.landing.delivery import DELETED, HELD, LOADED, SAME, Delivery, TableBalance
from ingest.upload.files import Upload, Uploaded

Files = Annotated[list[Path], typer.Argument(help="CSV, XML, JSON, Excel or Parquet files, or zip archives of them.")]
Feed = Annotated[str | None, typer.Option("--feed", help="Take them for files of this feed only.")]
Period = Annotated[
    str | None, typer.Option("--period", help="The period they are of, where their names do not say it.")
]
By = Annotated[str | None, typer.Option("--by", help="Who hands them in; the login name when left out.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what they are and what would become of them.")]


def upload(
    files: Files,
    area: Area,
    feed: Feed = None,
    as_of: Day = None,
    period: Period = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Take files in by hand. They are recognised by their content, whatever they are called."""
    console, failed = Console(soft_wrap=True, highlight=False), False
    contracts = [contract_named(feed, area=area)] if feed is not None else load_contracts(area=area)
    who = _plain(by if by is not None else getpass.getuser(), "--by")
    if period is not None:
        _plain(period, "--period", r"[A-Za-z0-9-]{1,20}", "a period such as SPR2025 or 2024")
    taking = Upload(area, contracts, night_of(as_of, area=area), who, period=period, dry_run=dry_run)
    for outcome in taking.take(files):
        if isinstance(outcome, SendWarehouseError):
            failed = True
            Console(stderr=True, soft_wrap=True, highlight=False).print(str(outcome), style="red", markup=False)
        else:
            console.print(_said(outcome), markup=False)
            failed |= outcome.tried and outcome.result.files[-1].outcome == HELD  # as the upload itself would
    if failed:
        raise typer.Exit(1)


def _said(done: Uploaded) -> str:
    found = done.recognised
    said = f"{done.shown}: {found.contract.title} (feed {found.contract.feed}; {found.by}), as {found.name}"
    *others, record = done.result.files
    day = f"the delivery of {record.extract_date}" + (f", period {record.period}" if record.period else "")
    if done.tried:
        return f"{said}. Nothing was taken in. {_would(record, day)}"
    again = f" {len(others)} file(s) that had come before were read again with what was said of them." if others else ""
    if record.outcome == SAME:
        return f"{said}: these bytes had come before, and nothing was read. They are {day} too.{again}"
    if record.outcome != LOADED:
        return f"{said}: {record.outcome}. {record.problem or ''}{again}"
    return f"{said}: loaded as {day}. {_balances(record.tables, 'in quarantine')}.{again}"


def _would(record: Delivery, day: str) -> str:
    """What the upload would do with a file that was only tried."""
    if record.outcome == SAME:
        return f"These bytes have come before, and nothing would be read. They would be {day} too."
    if record.outcome == DELETED:
        return "Retention has deleted this file; it would not come back."
    becomes = {LOADED: "loaded", HELD: "held"}.get(record.outcome, record.outcome)
    why = f": {record.problem}" if record.problem else ""
    return f"{_balances(record.tables, 'for quarantine')}. It would be {becomes} as {day}{why}."


def _balances(tables: Mapping[str, TableBalance], held: str) -> str:
    return "; ".join(
        f"{name}: {balance.loaded:,} of {balance.read:,} rows hold, {balance.quarantined:,} {held},"
        f" {balance.duplicate:,} duplicate" + (f", {balance.fixed:,} put right" if balance.fixed else "")
        for name, balance in tables.items()
    )


def _plain(
    text: str, option: str, pattern: str = r"[\w .@'-]{1,60}", expected: str = "a name of up to 60 letters"
) -> str:
    if not re.fullmatch(pattern, text):
        raise SettingsError(option, expected=expected, came="something else", where=CALL)
    return text
