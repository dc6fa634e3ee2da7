"""NHS MESH: messages of one mailbox, taken out of its inbox once they are safe here.

The connection (kind `http`) has the mailbox as login and its password; its extra has `shared_key` and, as MESH wants
both sides to prove themselves, `client_cert`, `client_key` and `ca_cert`, each a path or PEM text. `workflow_ids` of
the extra stand for those of the contract where a sender uses others. Messages of other workflows are left alone.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TypeVar

import mesh_client
import requests
import urllib3

from area.errors import DamagedFileError, EmptyFileError, SourceAnswerError, SourceRefusedError, SourceUnavailableError
from ingest.landing.delivered_name import delivered_name
from ingest.landing.files import IncomingFile
from ingest.transports import FETCHED, NOT_TAKEN, REPORT, Arrival, Pull
from ingest.transports.http_session import PASSING, REFUSALS, retry_after
from ingest.transports.mesh_login import client_of
from ingest.transports.mesh_message import DamagedError, Head, head_of, pieces_of
from ingest.transports.retry import TryAgain, with_retries

T = TypeVar("T")
# A server that wants a certificate and does not like ours may say so, or only hang up: then it looks like a bad line.
HUNG_UP = (
    "it hung up before it said a word, as MESH does when client_cert or client_key of the connection's extra is not"
    " this mailbox's certificate"
)
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SENT = re.compile(r"([0-9]{8})[0-9]{6,}_")  # a message id begins with the moment it was sent


class _GoneError(Exception):
    """The message is no longer there: acknowledged meanwhile, or expired."""


class _ReportError(Exception):
    """The message is word from the network; there is nothing to land."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__("report")


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The messages of the contract's workflows, in the order of the inbox; each is acknowledged after it has been
    dealt with.

    A message that comes damaged however often it is fetched is not taken and stays in the inbox, where it keeps none
    of the others; an empty one is not taken either, and acknowledged, as there is nothing in it to lose. Reports (the
    network could not deliver something of ours) are recorded and acknowledged. Raises SourceRefusedError,
    SourceUnavailableError or SourceAnswerError.
    """
    with client_of(pull) as client:
        mailbox = _Mailbox(pull, client)
        mailbox.ask(client.handshake)
        for message_id in mailbox.waiting():
            try:
                arrival = mailbox.receive(message_id)
            except _GoneError:
                continue
            yield arrival


class _Mailbox:
    """Asks the server, again and again while that may help."""

    def __init__(self, pull: Pull, client: mesh_client.MeshClient) -> None:
        self._pull, self._client = pull, client
        self._source = f"MESH mailbox of connection '{pull.endpoint.conn_id}'"
        self._has_answered = False

    def waiting(self) -> list[str]:
        """Ids of the messages in the inbox, page by page, of each workflow."""
        found: dict[str, None] = {}
        for workflow in self._workflows():

            def listed(workflow: str = workflow) -> list[str]:
                ids: dict[str, None] = {}
                for message_id in self._client.iterate_message_ids(workflow_filter=workflow):
                    if not (isinstance(message_id, str) and MESSAGE_ID.fullmatch(message_id)) or message_id in ids:
                        raise ValueError
                    ids[message_id] = None
                return list(ids)

            try:
                found |= dict.fromkeys(self.ask(listed))
            except (ValueError, TypeError, AttributeError, KeyError):
                raise SourceAnswerError(
                    self._pull.feed, self._source, expected="a list of message ids, each once", came="something else"
                ) from None
        return list(found)

    def receive(self, message_id: str) -> Arrival:
        """Bring one message into landing. Raises _GoneError, or what `ask` raises."""
        started = time.monotonic()
        source = f"mesh {self._pull.endpoint.conn_id}/{message_id}"
        heads: list[Head] = []

        def read(incoming: IncomingFile) -> None:
            incoming.restart()
            self._read(message_id, incoming, heads)

        def acknowledge() -> None:
            self.ask(lambda: self._client.acknowledge_message(message_id))

        try:
            with self._pull.inbox.receive(str(self._pull.contract.format["kind"])) as (incoming, landed):
                self.ask(lambda: read(incoming), gone=True)
                if incoming.bytes == 0:
                    raise EmptyFileError(self._pull.feed, self._name(message_id, heads))
        except _ReportError as report:
            said = report.head.report
            return Arrival(f"mesh_report_{message_id}", source, REPORT, acknowledge=acknowledge, problem=said)
        except EmptyFileError as refusal:
            return Arrival(refusal.file, source, NOT_TAKEN, acknowledge=acknowledge, refusal=refusal)
        except SourceUnavailableError as error:
            if not isinstance(error.__cause__, DamagedError):
                raise
            name = self._name(message_id, heads)
            damaged = DamagedFileError(self._pull.feed, name, checksum=error.__cause__.checksum)
            return Arrival(name, source, NOT_TAKEN, refusal=damaged)
        return Arrival(
            file_name=self._name(message_id, heads),
            source=source,
            state=FETCHED,
            landed=landed[0],
            modified=heads[0].sent_at,
            seconds=time.monotonic() - started,
            acknowledge=acknowledge,
        )

    def _name(self, message_id: str, heads: list[Head]) -> str:
        said, sent_at = (heads[0].file_name, heads[0].sent_at) if heads else ("", None)
        return delivered_name(self._pull.contract, said, day=_sent(message_id, sent_at) or self._pull.as_of)

    def _read(self, message_id: str, incoming: IncomingFile, heads: list[Head]) -> None:
        """Write the chunks of a message; `heads` is what its first one says, also when a later one cannot be had."""
        number = 1
        while number == 1 or number <= heads[0].chunks:
            with self._client.retrieve_message_chunk(message_id, number) as response:
                if not any(name.lower().startswith("mex-") for name in response.headers):
                    raise SourceAnswerError(
                        self._pull.feed,
                        self._source,
                        expected="a message of MESH",
                        came="an answer without its headers",
                    )
                if number == 1:
                    heads[:] = [head_of(response.headers)]
                head = heads[0]
                if head.report is not None:
                    raise _ReportError(head)
                for piece in pieces_of(response):
                    incoming.write(piece)
            number += 1
        if head.checksum is not None and incoming.digest(head.algorithm) != head.checksum:
            raise DamagedError(head.algorithm)

    def _workflows(self) -> list[str]:
        given = self._pull.endpoint.extra.get("workflow_ids") or self._pull.option("workflow_ids") or []
        workflows = [given] if isinstance(given, str) else [str(each) for each in given]
        if not workflows:
            raise self._refused("neither the connection nor the contract names workflow_ids")
        return workflows

    def ask(self, work: Callable[[], T], *, gone: bool = False) -> T:
        """`work()` with the project's retries. With `gone`, raises _GoneError for a message that is not there."""

        def once() -> T:
            try:
                done = work()
                self._has_answered = True
                return done
            except requests.HTTPError as error:
                self._has_answered = True
                status = error.response.status_code
                if gone and status in (404, 410):
                    raise _GoneError from None
                if status in (408, 425, 429) or status >= 500:
                    after = retry_after(error.response.headers.get("Retry-After"))
                    raise TryAgain(f"it answered {status}", after=after) from error
                raise self._refused(REFUSALS.get(status, f"it answered {status}")) from error
            except requests.exceptions.JSONDecodeError as error:
                raise ValueError from error
            except requests.exceptions.SSLError as error:
                raise self._refused("its certificate was not accepted, or ours was not") from error
            except (*PASSING, urllib3.exceptions.HTTPError) as error:
                late = isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError))
                reason = "it did not answer in time" if late else "the connection failed or broke off"
                if self._is_hung_up(error):
                    reason = HUNG_UP
                raise TryAgain(reason) from error
            except requests.RequestException as error:
                raise self._refused(f"the request could not be made ({type(error).__name__})") from error

        return with_retries(once, feed=self._pull.feed, source=self._source, limits=self._pull.limits)

    def _is_hung_up(self, error: Exception) -> bool:
        """Whether a TLS server took the connection and closed it unanswered ."""
        closed = isinstance(error, requests.ConnectionError) and isinstance(
            error.args[0] if error.args else None, urllib3.exceptions.ProtocolError
        )
        return closed and not self._has_answered and self._pull.endpoint.base_url.startswith("https:")

    def _refused(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(self._pull.feed, self._source, reason, connection=self._pull.endpoint.conn_id)


def _sent(message_id: str, sent_at: str | None) -> dt.date | None:
    """The day a message was sent, as its id says, or else its Last-Modified header."""
    found = SENT.match(message_id)
    with suppress(ValueError, TypeError):
        if found:
            return dt.datetime.strptime(found[1], "%Y%m%d").date()
        if sent_at:
            return parsedate_to_datetime(sent_at).date()
    return None
