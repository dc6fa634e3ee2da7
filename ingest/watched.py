"""A pull with everything that watches it: its log, how it ended, the feeds page, and its lineage.

What a DAG's task and `send pull` call; `ingest/pull.py` does the work and knows of none of this.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from pathlib import Path
from typing import Any

from area.errors import DeliveriesRefusedError, DeliveryHeldError, FileRefusedError, SendWarehouseError
from area.lineage import Emit, emit_by_client
from area.log_lines import append_line, told_of
from area.log_safety import keep_logs_safe
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.landing.delivery import FAILED, HELD, LOADED, REFUSED, SAME, UNFINISHED, Delivery, deliveries
from ingest.lineage import pull_work
from ingest.pull import PullResult, Source, connection_of, pull_feed
from ingest.status.last_pull import LastPull, note_last_pull
from ingest.status.page import write_feeds_page
from ingest.transports.retry import Limits

log = logging.getLogger(__name__)


def watched_pull(
    area: str,
    feed: str,
    endpoint: Source,
    *,
    as_of: dt.date,
    received_at: dt.datetime,
    run: str,
    root: Path | None = None,
    limits: Limits | None = None,
    emit: Emit = emit_by_client,
) -> PullResult:
    """`pull_feed`, and raises as it does. However it ends, `logs/ingest.jsonl` has a line for each file and one for
    the pull, the feeds page is made anew, and `emit` is given the lineage. `run` names the run in the log. Each file
    is told of in the terminal or the task's log too, unless what is raised tells of it: that is the caller's to say."""
    keep_logs_safe()
    contract, paths = load_contract(feed, area=area), AreaPaths.of(area, root)
    started, began = dt.datetime.now(dt.UTC), time.monotonic()
    said: dict[str, Any] = {"run": run, "area": area, "feed": feed}
    failed: BaseException | None = None
    files: tuple[Delivery, ...] = ()
    try:
        result = pull_feed(area, feed, endpoint, as_of=as_of, received_at=received_at, root=root, limits=limits)
        files = result.files
    except BaseException as error:
        failed, files = error, _files_of(paths, feed, received_at)
        raise
    finally:
        try:
            for file in files:
                _log_file(paths.event_log, said, file, failed)
            seconds = round(time.monotonic() - began, 3)
            ended = {"event": "pull", "at": time.time(), "files": len(files), "seconds": seconds}
            append_line(paths.event_log, said | ended | told_of(failed))
            at = received_at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
            note_last_pull(paths.deliveries, feed, _ended(at, failed), root=paths.root)
            write_feeds_page(area, as_of=as_of, root=root)
        except (OSError, SendWarehouseError) as error:  # a full disk: what became of the pull is the thing to say
            log.error("Feed %s: the pull could not be logged (%s).", feed, told_of(error)["error"])
        failure = type(failed).__name__ if failed else None
        source = connection_of(area, feed, endpoint)
        emit(pull_work(contract, area, source, files, started=started, failed=failure))
    return result


def _files_of(paths: AreaPaths, feed: str, received_at: dt.datetime) -> tuple[Delivery, ...]:
    """What a pull that failed had recorded before."""
    at = received_at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    return tuple(each for each in deliveries(paths.deliveries, feed) if each.received_at == at)


def _ended(at: dt.datetime, failed: BaseException | None) -> LastPull:
    if failed is None:
        return LastPull(at, None)
    name = type(failed).__name__
    if isinstance(failed, DeliveriesRefusedError):
        kinds = {type(each).__name__ for each in failed.refusals}
        name = kinds.pop() if len(kinds) == 1 else name
    if isinstance(failed, SendWarehouseError):
        return LastPull(at, str(failed), name)
    if isinstance(failed, Exception):
        return LastPull(at, f"The pull ended on {name}. What to do: report it as a defect of the warehouse.", name)
    return LastPull(at, f"The pull was stopped ({name}). What to do: run it again; nothing is lost.", name)


def _log_file(event_log: Path, said: dict[str, Any], file: Delivery, failed: BaseException | None) -> None:
    sums = {
        name: sum(getattr(balance, name) for balance in file.tables.values())
        for name in ("read", "loaded", "quarantined", "duplicate")
    }
    counts = sums if file.outcome == LOADED else {}
    event = {
        "event": "file",
        "at": time.time(),
        "file": file.file_name,
        "sha256": file.sha256,
        "outcome": file.outcome,
        "bytes": file.bytes,
        "seconds": file.seconds,
        "counts": counts,
        "message": file.problem,
    }
    append_line(event_log, said | event)
    sentence = _sentence(said["area"], file, counts)
    if sentence in _told_by(failed):
        return
    if file.outcome == HELD and (failed is None or isinstance(failed, REFUSALS)):
        sentence = f"Feed {file.feed}, {file.file_name}: held ({file.problem}); a later file counts in its stead."
    log.log(_LEVELS.get(file.outcome, logging.INFO), "%s", sentence)


_LEVELS = dict.fromkeys((REFUSED, HELD, FAILED, UNFINISHED), logging.WARNING)
REFUSALS = (FileRefusedError, DeliveryHeldError, DeliveriesRefusedError)
"""How a pull ends whose source did not fail; they name every file that still stands for itself."""


def _told_by(failed: BaseException | None) -> set[str]:
    """The sentences that what is raised holds itself."""
    if isinstance(failed, DeliveriesRefusedError):
        return {str(each) for each in failed.refusals}
    return {str(failed)} if isinstance(failed, SendWarehouseError) else set()


def _sentence(area: str, file: Delivery, counts: dict[str, int]) -> str:
    who = f"Feed {file.feed}, {file.file_name}"
    if file.outcome == LOADED:
        told = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        return f"{who}: {told}, in {file.seconds:.1f} s."
    if file.outcome == SAME:
        return f"{who}: the same bytes were loaded before."
    if file.outcome == HELD:
        changes = file.problem or ""
        return str(DeliveryHeldError(area, file.feed, file.file_name, sha256=file.sha256 or "", changes=changes))
    return file.problem or f"{who}: {file.outcome}."
