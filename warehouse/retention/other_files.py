"""What is not delivered but made here, and for how long it is kept: nights, logs, reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from area.paths import AreaPaths
from warehouse.retention.rules import RetentionRules, later

LOG_MONTH = "ingest-????-??.jsonl"


def other_files(paths: AreaPaths, rules: RetentionRules) -> Iterator[tuple[str, Path, str, dt.date]]:
    """Kind, file or folder, rule, and the last day it is kept. The night that is published is not among them."""
    current = paths.current.resolve()
    for run in sorted(paths.runs.glob("*")):
        if run.is_dir() and run.resolve() != current:
            until = _changed(run) + dt.timedelta(days=rules.runs_days)
            yield "run", run, f"nights: {rules.runs_days} days", until
    for log in sorted(paths.event_log.parent.glob(LOG_MONTH)):
        until = _changed(log) + dt.timedelta(days=rules.logs_days)
        yield "log", log, f"logs: {rules.logs_days} days", until
    for log in sorted(paths.airflow_logs):  # they tell of nights, so they stay as long
        until = _changed(log) + dt.timedelta(days=rules.runs_days)
        yield "log", log, f"nights: {rules.runs_days} days", until
    for report in sorted((paths.root / "reports").rglob("*")):
        if report.is_file():
            yield (
                "report",
                report,
                f"reports: {rules.reports_years} years",
                later(_changed(report), rules.reports_years),
            )


def close_log(paths: AreaPaths, *, today: dt.date) -> None:
    """Put the event log of an earlier month aside under that month's name, so that it can be kept and deleted by the
    month. Whoever writes meanwhile opens the log by its name, and so begins the new one."""
    if paths.event_log.exists():
        changed = _changed(paths.event_log)
        if (changed.year, changed.month) < (today.year, today.month):
            paths.event_log.rename(paths.event_log.with_name(f"ingest-{changed:%Y-%m}.jsonl"))


def _changed(path: Path) -> dt.date:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
