"""Deletes what a plan says, and writes down what it was without what it held. Killed anywhere, the next run ends it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from area.call import CALL
from area.errors import SettingsError
from area.files import private_folder, write_atomically
from area.log_lines import append_line
from area.paths import AreaPaths
from area.steps import step
from ingest.landing.delivery import DELETED, read_delivery, record_json
from ingest.landing.files import feed_lock
from ingest.quarantine.fixes import forget_file
from warehouse.retention.other_files import close_log
from warehouse.retention.plan import Due, Plan, retention_plan


def carry_out(area: str, *, today: dt.date, apply: bool, by: str, root: Path | None = None) -> Plan:
    """What is due today; with `apply` it is deleted. Raises SettingsError where nobody says who deletes, or the day is
    to come, and as `retention_plan` does."""
    if not apply:
        return retention_plan(area, today=today, root=root)
    if not by.strip():
        raise SettingsError("by", expected="the name of who deletes", came="nothing", where=CALL)
    if today > dt.datetime.now(dt.UTC).date():
        raise SettingsError("as of", expected="a day that has come, to delete", came=today.isoformat(), where=CALL)
    return apply_retention(area, by=by, today=today, root=root)


def apply_retention(area: str, *, by: str, today: dt.date, root: Path | None = None) -> Plan:
    """Delete what is due today; `by` is who asked for it. Returns the plan that was carried out.

    Each file is first marked as deleted in its delivery records (so that no night reads it), what was said of its
    quarantined rows is taken out, then it is written down in `retention/deleted.jsonl`, then removed with its rows.
    Raises as `retention_plan` does, before anything is deleted.
    """
    paths = AreaPaths.of(area, root)
    with step(paths.step_log, "retention") as current:
        close_log(paths, today=today)
        plan = retention_plan(area, today=today, root=root)
        private_folder(paths.deleted.parent, below=paths.root)
        for due in plan.delete:
            if due.feed is None or due.sector is None:
                _delete(paths, due, by=by)
                continue
            folder = private_folder(paths.landing / due.sector / due.feed, below=paths.root)
            with feed_lock(folder):  # no pull of the feed runs meanwhile
                if due.kind == "delivery":
                    _mark(paths, due)
                    forget_file(paths, due.feed, str(due.sha256))
                _delete(paths, due, by=by)
        current.count(deleted=len(plan.delete), kept=len(plan.keep))
    return plan


def _mark(paths: AreaPaths, due: Due) -> None:
    """Say in every record of the file that it was deleted."""
    for path in sorted((paths.deliveries / str(due.feed)).glob("[0-9]*.json")):
        record = read_delivery(path)
        if record.sha256 == due.sha256 and record.outcome != DELETED:
            said = record_json(replace(record, outcome=DELETED))
            write_atomically(path, json.dumps(said, indent=1, sort_keys=True).encode() + b"\n")


def _delete(paths: AreaPaths, due: Due, *, by: str) -> None:
    append_line(paths.deleted, _record(paths, due, by=by))
    for path in due.paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _record(paths: AreaPaths, due: Due, *, by: str) -> dict[str, Any]:
    """What was deleted, without what it held; a file's name only as a hash, as it may name somebody."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "by": by,
        "kind": due.kind,
        "class": due.record_class,
        "rule": due.rule,
        "kept_until": due.keep_until.isoformat(),
        "feed": due.feed,
        "file_name_sha256": hashlib.sha256(due.name.encode()).hexdigest(),
        "sha256": due.sha256,
        "received": due.received.isoformat() if due.received else None,
        "rows": due.rows,
        "bytes": due.bytes,
        "parts": sorted({path.relative_to(paths.root).parts[0] for path in due.paths}),
    }
