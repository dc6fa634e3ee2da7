"""Brings one feed of one area in: fetch, land, read, record. Safe to kill anywhere and to run again."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from area.errors import DeliveryHeldError, FileRefusedError, SendWarehouseError
from area.paths import AreaPaths
from ingest.contract import Contract, load_contract, load_contracts
from ingest.delivery import (
    DELETED,
    FAILED,
    HELD,
    LOADED,
    REFUSED,
    SAME,
    UNFINISHED,
    UNREAD,
    Delivery,
    deliveries,
    loaded_before,
    write_delivery,
)
from ingest.drift import watched
from ingest.endpoint import Endpoint
from ingest.extract_date import extract_date, kind_of
from ingest.feed_state import FeedState
from ingest.formats import NotAskedForError, SourceFile, period_of
from ingest.landing import Inbox, LandedFile, clear_parts, feed_lock, room_on_disk
from ingest.outputs import Origin
from ingest.quarantine.fixes import feed_fixes, ledger
from ingest.read_file import parquet_of, read_file
from ingest.retry import Limits
from ingest.transports import BEING_WRITTEN, FETCHED, REPORT, STILL_THERE, Arrival, Pull, transport_of

CHUNK = 1 << 20


@dataclass(frozen=True)
class PullResult:
    """What one pull did. Counts and file names only."""

    area: str
    feed: str
    files: tuple[Delivery, ...]
    seconds: float

    def counts(self) -> dict[str, int | float | str]:
        """Files by outcome, rows by what became of them, bytes that came."""
        outcomes = Counter(file.outcome for file in self.files)
        loaded = [balance for file in self.files if file.outcome == LOADED for balance in file.tables.values()]
        return {
            "feed": self.feed,
            "files": len(self.files),
            **{f"files_{outcome}": number for outcome, number in sorted(outcomes.items())},
            "rows_read": sum(balance.read for balance in loaded),
            "rows_loaded": sum(balance.loaded for balance in loaded),
            "rows_quarantined": sum(balance.quarantined for balance in loaded),
            "rows_duplicate": sum(balance.duplicate for balance in loaded),
            "rows_fixed": sum(balance.fixed for balance in loaded),
            "bytes": sum(file.bytes for file in self.files if file.outcome in (LOADED, REFUSED)),
            "seconds": round(self.seconds, 3),
        }


def pull_feed(
    area: str,
    feed: str,
    endpoint: Endpoint,
    *,
    as_of: dt.date,
    received_at: dt.datetime,
    root: Path | None = None,
    limits: Limits | None = None,
) -> PullResult:
    """Fetch what the source has, keep it in landing, read it into `read/` and `quarantine/`, record each attempt.

    `as_of` is the night the pull is for; `received_at` (with time zone) goes into the landing path and the rows.
    Every file is dealt with before the next is fetched. Raises SourceUnavailableError, SourceRefusedError or
    SourceAnswerError when the source fails (recorded as a failed attempt), and FileRefusedError or DeliveryHeldError
    for the first file that was refused or is held and that no later good one has replaced, after all others have been
    dealt with: what is good is loaded, and nobody misses what is not.
    """

    def fetch(pull: _Pulling) -> Iterator[Arrival]:
        asked = Pull(pull.contract, endpoint, area, as_of, pull.inbox, pull.state, limits or Limits())
        return transport_of(pull.contract)(asked)

    return _pull(area, feed, fetch, source=endpoint.conn_id, as_of=as_of, received_at=received_at, root=root)


@dataclass(frozen=True)
class HandedIn:
    """A file that somebody hands in. `name` is what it is delivered as; `source` says where it lay, and goes into the
    delivery record."""

    name: str
    source: str
    content: Path | bytes


def take_in(
    area: str,
    feed: str,
    handed: Sequence[HandedIn],
    *,
    as_of: dt.date,
    received_at: dt.datetime,
    root: Path | None = None,
) -> PullResult:
    """Take files in by hand as if the feed's source had delivered them: landed, read, recorded, the same way.

    Raises as `pull_feed` does, but for what concerns a source.
    """

    def fetch(pull: _Pulling) -> Iterator[Arrival]:
        for each in handed:
            started = time.monotonic()
            with pull.inbox.receive(each.name.rsplit(".", 1)[-1]) as (incoming, landed):
                if isinstance(each.content, bytes):
                    incoming.write(each.content)
                else:
                    with each.content.open("rb") as file:
                        while chunk := file.read(CHUNK):
                            incoming.write(chunk)
            yield Arrival(each.name, each.source, FETCHED, landed=landed[0], seconds=time.monotonic() - started)

    return _pull(area, feed, fetch, source="by hand", as_of=as_of, received_at=received_at, root=root)


@dataclass(frozen=True)
class _Pulling:
    contract: Contract
    inbox: Inbox
    state: FeedState


def _pull(
    area: str,
    feed: str,
    fetch: Callable[[_Pulling], Iterator[Arrival]],
    *,
    source: str,
    as_of: dt.date,
    received_at: dt.datetime,
    root: Path | None,
) -> PullResult:
    started = time.monotonic()
    contract = load_contract(feed, area=area)
    paths = AreaPaths.of(area, root)
    inbox = Inbox(paths.landing, sector=contract.sector, feed=feed, received_at=received_at)
    with feed_lock(inbox.folder):
        inbox.clear_incoming()
        for folder in (paths.deliveries, paths.read, paths.quarantine):
            clear_parts(folder / feed)
        state = FeedState(paths.deliveries, feed, root=paths.root)
        desk = _Desk(contract, paths, inbox, as_of)
        try:
            desk.replay()
            for arrival in fetch(_Pulling(contract, inbox, state)):
                with room_on_disk(feed):
                    desk.deal_with(arrival)
                    if arrival.remember is not None and (desk.last_is_loaded or not arrival.remember_loaded_only):
                        state.put(arrival.state_key, arrival.remember)
                if arrival.acknowledge is not None:
                    arrival.acknowledge()
        except SendWarehouseError as error:
            with suppress(OSError):  # a full disk may have no room for the record either; the error says it all
                desk.note_failure(source, error, time.monotonic() - started)
            raise
    for refusal in desk.standing_refusals():
        raise refusal
    return PullResult(area, feed, tuple(desk.files), time.monotonic() - started)


def read_again(area: str, feed: str, *, root: Path | None = None) -> int:
    """Read every landed file of a feed once more under today's contract; returns how many were read.

    For when a contract has changed. A file that is refused now keeps what was read of it before.
    """
    done = 0
    with _desk(area, feed, root) as desk:
        for record in [*deliveries(AreaPaths.of(area, root).deliveries, feed)]:
            done += record.outcome in (LOADED, REFUSED) and desk.read_again(record)
    return done


def replay(area: str, feed: str | None = None, *, root: Path | None = None) -> list[Delivery]:
    """Read those files once more of whose rows people have said something since they were read; returns the records.

    Of one feed, or of all. A pull of the feed and the opening of a night do this too; without anything new it costs
    next to nothing. Raises FileRefusedError for a file that cannot be read any more: what was read before stays.
    """
    paths = AreaPaths.of(area, root)
    done: list[Delivery] = []
    for contract in load_contracts(area=area):
        if feed in (None, contract.feed) and ledger(paths, contract.feed).exists():
            with _desk(area, contract.feed, root) as desk:
                desk.replay()
            done += desk.files
            for refusal in desk.standing_refusals():
                raise refusal
    return done


@contextmanager
def _desk(area: str, feed: str, root: Path | None) -> Iterator[_Desk]:
    """A desk to which nothing arrives."""
    contract = load_contract(feed, area=area)
    paths = AreaPaths.of(area, root)
    now = dt.datetime.now(dt.UTC)
    inbox = Inbox(paths.landing, sector=contract.sector, feed=feed, received_at=now)
    with feed_lock(inbox.folder):
        yield _Desk(contract, paths, inbox, now.date())


class _Desk:
    """Deals with the arrivals of one pull: recognises, reads, records."""

    def __init__(self, contract: Contract, paths: AreaPaths, inbox: Inbox, as_of: dt.date) -> None:
        self._contract, self._paths, self._inbox, self._as_of = contract, paths, inbox, as_of
        self._fixes = feed_fixes(paths, contract.feed)
        records = list(deliveries(paths.deliveries, contract.feed))
        self._loaded = loaded_before(records)
        self._deleted = {record.identity for record in records if record.outcome == DELETED}
        self.files: list[Delivery] = []
        self._refusals: list[tuple[Delivery, FileRefusedError | DeliveryHeldError]] = []

    def deal_with(self, arrival: Arrival) -> None:
        landed = arrival.landed
        received = self._inbox.received_at
        record = Delivery(
            feed=self._contract.feed,
            file_name=arrival.file_name,
            source=arrival.source,
            received_at=received,
            outcome=UNFINISHED,
            seconds=round(arrival.seconds, 3),
            extract_date=extract_date(arrival.file_name, received_at=received, as_of=self._as_of),
            modified=arrival.modified,
            contract=self._contract.fingerprint,
            notes=arrival.notes,
        )
        if arrival.state == REPORT:
            self._note(replace(record, outcome=UNREAD, problem=arrival.problem))
            return
        if arrival.refusal is not None:
            self._refusals.append((record, arrival.refusal))
            self._note(replace(record, outcome=REFUSED, problem=str(arrival.refusal)))
            return
        if landed is None or arrival.state == BEING_WRITTEN:
            self._note(replace(record, problem="the file was still being written; the next run fetches it"))
            return
        record = replace(record, sha256=landed.sha256, bytes=landed.bytes)
        if record.identity in self._deleted:  # by retention: that it still lies at its source does not bring it back
            landed.path.unlink(missing_ok=True)
            self.files.append(replace(record, outcome=DELETED))
            return
        before = self._loaded.get(record.identity)
        if before is not None and self._still_good(before):
            same = replace(record, outcome=SAME, period=period_of(self._file(record, landed)))
            if arrival.state == STILL_THERE:
                self.files.append(same)  # nothing was delivered, so there is nothing to record
            else:
                self._note(same)
            return
        self.read(record, landed)

    def replay(self) -> None:
        """Read the files again of whose rows something has been said since."""
        for record in [*self._loaded.values()]:
            if record.fixes != self._fixes.of_file(record.sha256).fingerprint:
                self.read_again(record)

    def read_again(self, record: Delivery) -> bool:
        """Read a file again that is in landing; whether it was there."""
        landed = self._inbox.find(record.sha256) if record.sha256 else None
        if landed is not None:
            self.read(record, landed)
        return landed is not None

    def read(self, record: Delivery, landed: LandedFile) -> None:
        """Read a landed file and record how it went. The record of a loaded file is written last: it makes it count."""
        started = time.monotonic()
        before = self._loaded.get(record.identity)
        if before is not None:  # read again, under another contract: it remains the delivery it was
            record = replace(
                before,
                contract=self._contract.fingerprint,
                seconds=record.seconds,
            )
        elif record.sha256 != landed.sha256 or record.received_at != landed.received_at:
            record = self._as_first_received(record, landed)
        file = self._file(record, landed)
        origin = Origin(
            self._contract.feed,
            landed.sha256,
            record.file_name,
            record.received_at,
            record.extract_date or record.received_at.date(),
        )
        try:
            record = replace(record, period=period_of(file))
            fixes = self._fixes.of_file(landed.sha256)
            tables = read_file(file, origin, self._paths, fixes)
        except NotAskedForError:
            self._note(replace(record, outcome=UNREAD, tables={}))
            return
        except FileRefusedError as refusal:
            self._refusals.append((record, refusal))
            if before is None:
                self._note(replace(record, outcome=REFUSED, problem=str(refusal)))
            return
        seconds = round(record.seconds + time.monotonic() - started, 3)
        record = replace(record, outcome=LOADED, tables=tables, problem=None, seconds=seconds)
        record = replace(record, fixes=fixes.fingerprint)
        record = watched(self._contract, self._paths, record, hold=before is None)
        if record.outcome == HELD:
            held = DeliveryHeldError(record.feed, record.file_name, sha256=landed.sha256, changes=record.problem or "")
            self._refusals.append((record, held))
        self._note(record)

    def _file(self, record: Delivery, landed: LandedFile) -> SourceFile:
        return SourceFile(landed.path, record.file_name, self._contract, self._paths.area)

    @property
    def last_is_loaded(self) -> bool:
        """Whether the file dealt with last is one whose rows are in the warehouse."""
        return bool(self.files) and self.files[-1].outcome in (LOADED, SAME)

    def standing_refusals(self) -> list[FileRefusedError | DeliveryHeldError]:
        """Refusals of files, and files that are held, that no later good file of the same kind has replaced."""
        good = [file for file in self.files if file.outcome in (LOADED, SAME)]
        return [
            refusal
            for refused, refusal in self._refusals
            if not any(
                kind_of(file.file_name) == kind_of(refused.file_name) and _order(file) > _order(refused)
                for file in good
            )
        ]

    def note_failure(self, source: str, error: SendWarehouseError, seconds: float) -> None:
        """The attempt as a whole failed; what came before the failure has its own records."""
        self._note(
            Delivery(
                feed=self._contract.feed,
                file_name="(whole attempt)",
                source=source,
                received_at=self._inbox.received_at,
                outcome=FAILED,
                seconds=round(seconds, 3),
                contract=self._contract.fingerprint,
                problem=str(error),
            )
        )

    def _as_first_received(self, record: Delivery, landed: LandedFile) -> Delivery:
        """A killed pull landed this file and did not get round to reading it: it keeps the time it came."""
        received = landed.received_at
        return replace(
            record,
            received_at=received,
            extract_date=extract_date(record.file_name, received_at=received, as_of=record.extract_date or self._as_of),
        )

    def _still_good(self, before: Delivery) -> bool:
        """Whether what was read before is of this contract and still on disk."""
        if before.contract != self._contract.fingerprint:
            return False
        return all(
            parquet_of(self._paths.read, before.feed, table, before.sha256 or "").exists() for table in before.tables
        )

    def _note(self, delivery: Delivery) -> None:
        write_delivery(self._paths.deliveries, delivery, root=self._paths.root)
        self.files.append(delivery)
        if delivery.outcome == LOADED:
            self._loaded[delivery.identity] = delivery


def _order(delivery: Delivery) -> tuple[dt.date, str]:
    return (delivery.extract_date or dt.date.min, delivery.modified or "")
