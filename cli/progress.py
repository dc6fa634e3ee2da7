"""Shows a night while it runs: one line a finished step and a bar for the whole, read from the step log."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text


def follow(process: subprocess.Popen[bytes], log: Path, *, expected: int, console: Console) -> list[dict[str, Any]]:
    """Show steps as they end, until `process` does; returns all finished records. `expected` sets the bar's length."""
    finished: list[dict[str, Any]] = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting Airflow", total=expected)
        seen = 0
        while True:
            over = process.poll() is not None
            lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
            for record in map(json.loads, lines[seen:]):
                if record["state"] == "started":
                    progress.update(bar, description=record["step"])
                else:
                    finished.append(record)
                    console.print(step_line(record))
                    progress.advance(bar)
            seen = len(lines)
            if over:
                return finished
            time.sleep(0.1)


def step_line(record: dict[str, Any]) -> Text:
    """One finished step as a line: mark, name, seconds, what it counted; under a failure, its message."""
    good = record["state"] == "finished"
    line = Text.assemble(
        ("ok   " if good else "FAIL ", "green" if good else "bold red"),
        f"{record['step']:<24}",
        (f"{record['seconds']:>6.1f} s  ", "cyan"),
        _told(record["counts"]),
    )
    if not good:
        line.append("\n     " + (record.get("message") or f"{record['error']}: see the Airflow log"), style="red")
    return line


# What a person following the night wants to know of a step; the manifest keeps the rest.
TOLD = {
    "rows_loaded": "rows",
    "rows_quarantined": "quarantined",
    "rows_duplicate": "repeated",
    "files_same": "unchanged",
    "rows": "rows",
    "models": "models",
    "late_feeds": "late",
    "met": "met",
    "warnings": "warnings",
    "errors": "errors",
    "queries": "queries",
    "persons": "persons",
    "files": "files",
}


def _told(counts: dict[str, Any]) -> str:
    found = ((label, counts.get(name)) for name, label in TOLD.items())
    return ", ".join(f"{_number(value)} {label}" for label, value in found if value)


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
