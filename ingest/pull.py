"""Brings one feed of one area in: fetch, land, read, record. Safe to kill anywhere and to run again."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from area.errors import DeliveriesRefusedError, DeliveryHeldError, FileRefusedError, SendWarehouseError
from area.paths import AreaPaths
from ingest.contract.model import Contract, load_contract, load_contracts
from ingest.landing.delivery import HELD, LOADED, REFUSED, Delivery, deliveries
from ingest.landing.desk import Desk
from ingest.landing.files import Inbox, clear_parts, feed_lock, room_on_disk
from ingest.quarantine.fixes import ledger
from ingest.transports import FETCHED, Arrival, Pull, transport_of
from ingest.transports.endpoint import Endpoint
from ingest.transports.feed_state import FeedState
from ingest.transports.retry import Limits

CHUNK = 1 << 20
Source: TypeAlias = Endpoint | Callable[[], Endpoint]
"""Where a source is, or what finds that out: then a connection that is missing fails the attempt as a password that is
wrong does, and is recorded as that is."""


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
    endpoint: Source,
    *,
    as_of: dt.date,
    received_at: dt.datetime,
    root: Path | None = None,
    limits: Limits | None = None,
) -> PullResult:
    """Fetch what the source has, keep it in landing, read it into `read/` and `quarantine/`, record each attempt.

    `as_of` is the night the pull is for; `received_at` (with time zone) goes into the landing path and the rows.
    Every file is dealt with before the next is fetched. Raises SettingsError for a connection that is missing or
    wrong and SourceUnavailableError, SourceRefusedError or SourceAnswerError when the source fails (recorded as a
    failed attempt), and FileRefusedError or DeliveryHeldError for a file that was refused or is held and that no later
    good one has replaced (DeliveriesRefusedError for several), after all others have been dealt with: what is good is
    loaded, and nobody misses what is not.
    """

    def fetch(pull: _Pulling) -> Iterator[Arrival]:
        found = endpoint if isinstance(endpoint, Endpoint) else endpoint()
        asked = Pull(pull.contract, found, area, as_of, pull.inbox, pull.state, limits or Limits())
        return transport_of(pull.contract)(asked)

    source = connection_of(area, feed, endpoint)
    return _pull(area, feed, fetch, source=source, as_of=as_of, received_at=received_at, root=root)


def connection_of(area: str, feed: str, endpoint: Source) -> str:
    """The id of the connection by which a feed's source is asked."""
    return endpoint.conn_id if isinstance(endpoint, Endpoint) else load_contract(feed, area=area).connection(area)


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
        return _handed(pull.inbox, handed)

    return _pull(area, feed, fetch, source="by hand", as_of=as_of, received_at=received_at, root=root)


def try_in(
    area: str,
    feed: str,
    handed: Sequence[HandedIn],
    *,
    as_of: dt.date,
    received_at: dt.datetime,
    scratch: Path,
    root: Path | None = None,
) -> PullResult:
    """What `take_in` would do with files as the area is now: what was said of rows alike is laid over, and they are
    held against the deliveries there are. Everything is written below `scratch`, an empty private folder that the
    caller throws away, and nothing to the area.

    A file that would be held is in the result with that outcome. Raises FileRefusedError for one that would be refused.
    """
    started = time.monotonic()
    contract, out = load_contract(feed, area=area), AreaPaths.of(area, scratch)
    inbox = Inbox(out.landing, sector=contract.sector, feed=feed, received_at=received_at)
    desk = Desk(contract, AreaPaths.of(area, root), inbox, as_of, out=out)
    with room_on_disk(feed):
        for arrival in _handed(inbox, handed):
            desk.deal_with(arrival)
    for refusal in desk.standing_refusals():
        if isinstance(refusal, FileRefusedError):
            raise refusal
    return PullResult(area, feed, tuple(desk.files), time.monotonic() - started)


def _handed(inbox: Inbox, handed: Sequence[HandedIn]) -> Iterator[Arrival]:
    for each in handed:
        started = time.monotonic()
        with inbox.receive(each.name.rsplit(".", 1)[-1]) as (incoming, landed):
            if isinstance(each.content, bytes):
                incoming.write(each.content)
            else:
                with each.content.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        incoming.write(chunk)
        yield Arrival(each.name, each.source, FETCHED, landed=landed[0], seconds=time.monotonic() - started)


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
    with room_on_disk(feed), feed_lock(inbox.folder):
        inbox.clear_incoming()
        for folder in (paths.deliveries, paths.read, paths.quarantine):
            clear_parts(folder / feed)
        state = FeedState(paths.deliveries, feed, root=paths.root)
        desk = Desk(contract, paths, inbox, as_of)
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
    _raise_standing(feed, desk)
    return PullResult(area, feed, tuple(desk.files), time.monotonic() - started)


def _raise_standing(feed: str, desk: Desk) -> None:
    """Raise what stands of the desk's refusals, all in one error; each once, as a file may be read twice."""
    standing: dict[str, FileRefusedError | DeliveryHeldError] = {str(each): each for each in desk.standing_refusals()}
    if len(standing) > 1:
        raise DeliveriesRefusedError(feed, standing.values())
    for refusal in standing.values():
        raise refusal


def read_again(area: str, feed: str, *, root: Path | None = None) -> int:
    """Read every landed file of a feed once more under today's contract; returns how many were read.

    For when a contract has changed. A file that is refused now keeps what was read of it before; one that was refused
    or held may count now.
    """
    done = 0
    with _desk(area, feed, root) as desk:
        for record in [*deliveries(AreaPaths.of(area, root).deliveries, feed)]:
            done += record.outcome in (LOADED, REFUSED, HELD) and desk.read_again(record)
    return done


def replay(area: str, feed: str | None = None, *, root: Path | None = None) -> list[Delivery]:
    """Read those files once more of whose rows people have said something since they were read; returns the records.

    Of one feed, or of all. A pull of the feed and the opening of a night do this too; without anything new it costs
    next to nothing. Raises FileRefusedError (DeliveriesRefusedError for several) for a file that cannot be read any
    more: what was read before stays.
    """
    paths = AreaPaths.of(area, root)
    done: list[Delivery] = []
    for contract in load_contracts(area=area):
        if feed in (None, contract.feed) and ledger(paths, contract.feed).exists():
            with _desk(area, contract.feed, root) as desk:
                desk.replay()
            done += desk.files
            _raise_standing(contract.feed, desk)
    return done


@contextmanager
def _desk(area: str, feed: str, root: Path | None) -> Iterator[Desk]:
    """A desk to which nothing arrives."""
    contract = load_contract(feed, area=area)
    paths = AreaPaths.of(area, root)
    now = dt.datetime.now(dt.UTC)
    inbox = Inbox(paths.landing, sector=contract.sector, feed=feed, received_at=now)
    with feed_lock(inbox.folder):
        yield Desk(contract, paths, inbox, now.date())
