"""How files come in. A transport fetches what a contract asks for into landing and says what came, file by file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from area.errors import FileRefusedError
from ingest.contract.model import Contract
from ingest.landing.files import Inbox, LandedFile
from ingest.transports.endpoint import Endpoint
from ingest.transports.feed_state import FeedState
from ingest.transports.retry import Limits

# How an arrival stands: its bytes were fetched; the source said they have not changed since they were; the very file
# is still lying there (nothing was delivered); it was still being written; it was not taken (`refusal` says why); it is
# word from the carrier, and no data.
FETCHED, NOT_CHANGED, STILL_THERE = "fetched", "not changed", "still there"
BEING_WRITTEN, NOT_TAKEN, REPORT = "being written", "not taken", "report"


@dataclass(frozen=True)
class Arrival:
    """One file a source has for us. `remember` goes into the feed's state once the file has been dealt with; when
    `remember_loaded_only`, only if it could be loaded. `acknowledge` tells the source that we have it, and is called
    last of all: once the file is in landing and its delivery record is written. `problem` is what a report says."""

    file_name: str
    source: str
    state: str
    landed: LandedFile | None = None
    modified: str | None = None
    seconds: float = 0.0
    state_key: str = ""
    remember: dict[str, Any] | None = None
    remember_loaded_only: bool = False
    acknowledge: Callable[[], None] | None = None
    problem: str | None = None
    refusal: FileRefusedError | None = None
    notes: tuple[str, ...] = ()  # what somebody should know; goes into the delivery record


@dataclass(frozen=True)
class Pull:
    """All a transport needs to know about one pull."""

    contract: Contract
    endpoint: Endpoint
    area: str
    as_of: dt.date
    inbox: Inbox
    state: FeedState
    limits: Limits

    @property
    def feed(self) -> str:
        return self.contract.feed

    def option(self, name: str, default: Any = None) -> Any:
        return self.contract.transport.get(name, default)


class Transport(Protocol):
    """Yields what came. Raises SourceUnavailableError, SourceRefusedError or SourceAnswerError."""

    def __call__(self, pull: Pull) -> Iterator[Arrival]: ...


def transport_of(contract: Contract) -> Transport:
    """The transport a contract names."""
    from ingest.transports import folder, http_file, http_pages, mesh, object_store, sftp, sql, statistics

    transports: dict[str, Transport] = {
        "ees_api": statistics.fetch,
        "folder": folder.fetch,
        "http_file": http_file.fetch,
        "http_pages": http_pages.fetch,
        "object_store": object_store.fetch,
        "mesh": mesh.fetch,
        "sftp": sftp.fetch,
        "sql": sql.fetch,
    }
    return transports[str(contract.transport["kind"])]
