"""The desk of one attempt at a feed: recognises what arrives, reads it and records how it went."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import replace

from area.errors import DeliveryHeldError, FileRefusedError, SendWarehouseError
from area.paths import AreaPaths
from ingest.contract.model import Contract
from ingest.formats import NotAskedForError, SourceFile, period_of
from ingest.landing.delivery import (
    DELETED,
    FAILED,
    HELD,
    LOADED,
    REFUSED,
    SAME,
    UNFINISHED,
    UNREAD,
    Delivery,
    TableBalance,
    deliveries,
    loaded_before,
    write_delivery,
)
from ingest.landing.drift import watched
from ingest.landing.extract_date import extract_date, kind_of
from ingest.landing.files import Inbox, LandedFile
from ingest.quarantine.carry import carried
from ingest.quarantine.fixes import add_entries, feed_fixes
from ingest.quarantine.rows import held_of
from ingest.reading.file import parquet_of, read_file
from ingest.reading.outputs import Origin
from ingest.transports import BEING_WRITTEN, REPORT, STILL_THERE, Arrival


class Desk:
    """Deals with the arrivals of one pull: recognises, reads, records.

    All it writes goes to `out`, which is the area itself unless something is only tried.
    """

    def __init__(
        self, contract: Contract, paths: AreaPaths, inbox: Inbox, as_of: dt.date, *, out: AreaPaths | None = None
    ) -> None:
        self._contract, self._paths, self._inbox, self._as_of = contract, paths, inbox, as_of
        self._out = out or paths
        self._fixes = feed_fixes(paths, contract.feed)
        self._arrived = 0
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
            place=self._arrived,
            notes=arrival.notes,
        )
        self._arrived += 1
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
            tables = read_file(file, origin, self._out, self._fixes.of_file(landed.sha256))
            if before is None and self._carry_on(landed, tables):
                tables = read_file(file, origin, self._out, self._fixes.of_file(landed.sha256))
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
        record = replace(record, fixes=self._fixes.of_file(landed.sha256).fingerprint)
        record = watched(self._contract, self._paths, record, hold=before is None, read_to=self._out)
        if record.outcome == HELD:
            said = record.problem or ""
            held = DeliveryHeldError(
                self._paths.area, record.feed, record.file_name, sha256=landed.sha256, changes=said
            )
            self._refusals.append((record, held))
        self._note(record)

    def _carry_on(self, landed: LandedFile, tables: Mapping[str, TableBalance]) -> bool:
        """Say of rows that came broken before what was said of them then; whether there were any."""
        if not self._fixes.entries:
            return False
        held = held_of(self._out, self._contract.feed, landed.sha256, tables)
        more = carried(self._fixes, held)
        if more:
            self._fixes = self._fixes.with_more(add_entries(self._out, self._contract.feed, more))
        return bool(more)

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
        write_delivery(self._out.deliveries, delivery, root=self._out.root)
        self.files.append(delivery)
        if delivery.outcome == LOADED:
            self._loaded[delivery.identity] = delivery


def _order(delivery: Delivery) -> tuple[dt.date, str]:
    return (delivery.extract_date or dt.date.min, delivery.modified or "")
