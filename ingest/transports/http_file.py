"""Files by HTTP: streamed to disk, taken up again where they broke off, and taken only whole and undamaged.

The contract names one file (`path`) or several (`paths`); a path may hold `{as_of:%Y%m%d}` and `{area}`. With
`checksum: sha256` (or another) the file `<path>.sha256` states the digest; digests in the headers of an answer are
checked wherever a server sends them, and its entity tag where `etag_is_md5` says that it is one.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import requests

from area.errors import SourceUnavailableError
from ingest.landing.files import IncomingFile, LandedFile
from ingest.transports import FETCHED, NOT_CHANGED, Arrival, Pull
from ingest.transports.checksums import stated_beside, stated_in_headers
from ingest.transports.http_answers import check_digests, check_kind
from ingest.transports.http_session import Session
from ingest.transports.retry import TryAgain, with_retries

CHUNK = 1 << 16


class _NotThereError(Exception):
    """404: no file of this day."""


class _NotChangedError(Exception):
    """304: the bytes we have are still the ones."""


def fetch(pull: Pull) -> Iterator[Arrival]:
    """Each file of the night's day, or of the newest day before it within the contract's `look_back_days`.

    Raises SourceUnavailableError (also when no day has a file yet, or what comes is empty or damaged),
    SourceRefusedError, or SourceAnswerError when something else comes than a file.
    """
    session = Session.of(pull, accept="*/*")
    try:
        for template in pull.option("paths") or [pull.option("path")]:
            yield _newest(pull, session, str(template))
    finally:
        session.close()


def _newest(pull: Pull, session: Session, template: str) -> Arrival:
    days = int(pull.option("look_back_days", 0))
    for back in range(days + 1):
        day = pull.as_of - dt.timedelta(days=back)
        try:
            return _Download(pull, session, template, template.format(as_of=day, area=pull.area)).arrival()
        except _NotThereError:
            continue
    first = pull.as_of - dt.timedelta(days=days)
    reason = f"it has no file {template.rsplit('/', 1)[-1]} of {first} to {pull.as_of} yet"
    raise SourceUnavailableError(pull.feed, session.source, reason)


class _Download:
    """One file. `template` is its path as the contract has it, by which its marks are remembered."""

    def __init__(self, pull: Pull, session: Session, template: str, path: str) -> None:
        self._pull, self._session, self._template, self._path = pull, session, template, path
        self._url = session.url(path)
        self._name = path.partition("?")[0].rsplit("/", 1)[-1]
        before = pull.state.get(template)
        same_file = before.get("url") == self._url and before.get("sha256")
        self._known = pull.inbox.find(before["sha256"]) if same_file else None
        self._old_marks: dict[str, str] = dict(before.get("marks", {})) if self._known else {}
        self._marks: dict[str, str] = {}
        self._stated: dict[str, str] = {}

    def arrival(self) -> Arrival:
        started = time.monotonic()
        state = FETCHED
        try:
            landed = self._receive()
        except _NotChangedError:
            assert self._known is not None  # only then a condition was sent
            landed, state, self._marks = self._known, NOT_CHANGED, self._old_marks
        return Arrival(
            file_name=self._name,
            source=f"{self._pull.endpoint.conn_id}{self._path}",
            state=state,
            landed=landed,
            modified=self._marks.get("last_modified"),
            seconds=time.monotonic() - started,
            state_key=self._template,
            remember={"url": self._url, "sha256": landed.sha256, "marks": self._marks},
        )

    def _receive(self) -> LandedFile:
        pull = self._pull
        with pull.inbox.receive(self._name.rsplit(".", 1)[-1]) as (incoming, landed):

            def whole() -> None:
                self._stream(incoming)
                try:
                    for stated in (self._stated, self._stated_beside()):
                        check_digests(stated, incoming.digest)
                except TryAgain:
                    incoming.restart()
                    raise

            with_retries(whole, feed=pull.feed, source=self._session.source, limits=pull.limits)
        return landed[0]

    def _stream(self, incoming: IncomingFile) -> None:
        """The file into `incoming`; what broke off goes on from there while that brings anything."""
        asked_from = -1

        def headers() -> dict[str, str]:
            nonlocal asked_from
            asked = {"Accept-Encoding": "identity"}  # so that Content-Length is the length of the file
            if incoming.bytes and self._marks.get("etag") and incoming.bytes != asked_from:
                asked_from = incoming.bytes
                return asked | {"Range": f"bytes={asked_from}-", "If-Range": self._marks["etag"]}
            incoming.restart()
            if self._old_marks.get("etag"):
                asked["If-None-Match"] = self._old_marks["etag"]
            elif self._old_marks.get("last_modified"):
                asked["If-Modified-Since"] = self._old_marks["last_modified"]
            return asked

        def read(response: requests.Response) -> None:
            if response.status_code == 304:
                raise _NotChangedError
            self._take(response, incoming)

        self._session.send("GET", self._url, read, headers=headers, stream=True, missing=_NotThereError)

    def _take(self, response: requests.Response, incoming: IncomingFile) -> None:
        length = _begin(response, incoming)
        self._learn(response)
        kind, wanted = response.headers.get("Content-Type"), str(self._pull.contract.format["kind"])
        chunks = response.iter_content(CHUNK)
        if incoming.bytes == 0:
            first = next(chunks, b"")
            if first:
                check_kind(kind, first, wanted)
            incoming.write(first)
        for chunk in chunks:
            incoming.write(chunk)
        if length is not None and incoming.bytes != length:
            raise TryAgain(f"the file broke off: {incoming.bytes} of {length} bytes came")
        if incoming.bytes == 0:
            raise TryAgain("it answered with an empty file")

    def _learn(self, response: requests.Response) -> None:
        """What the answer says of the file: marks to ask by next time, and digests."""
        self._marks = {}
        etag = response.headers.get("ETag", "")
        if etag and not etag.startswith("W/"):
            self._marks["etag"] = etag
        if response.headers.get("Last-Modified"):
            self._marks["last_modified"] = response.headers["Last-Modified"]
        if "Content-Encoding" in response.headers:
            return
        whole = response.status_code == 200
        said = stated_in_headers(response.headers, whole=whole, etag=bool(self._pull.option("etag_is_md5")))
        self._stated = said if whole else self._stated | said

    def _stated_beside(self) -> dict[str, str]:
        """The digest that the checksum file beside the file states, where the contract has one."""
        algorithm = self._pull.option("checksum")
        if not algorithm:
            return {}

        def read(response: requests.Response) -> str:
            stated = stated_beside(response.content, self._name, algorithm)
            if stated is None:
                raise TryAgain(f"its {algorithm} file states nothing for {self._name}")
            return stated

        url = self._session.url(f"{self._path}.{algorithm}")
        try:
            return {str(algorithm): self._session.send("GET", url, read, missing=_NotThereError)}
        except _NotThereError:
            raise TryAgain(f"the {algorithm} file of {self._name} is not there") from None


def _begin(response: requests.Response, incoming: IncomingFile) -> int | None:
    """Go on where the file broke off, or from the start; returns how long the whole file must become, where known."""
    if response.status_code == 206:
        span, _, whole = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        if span.split("-")[0] == str(incoming.bytes):
            return int(whole) if whole.isdigit() else None
        incoming.restart()
        raise TryAgain("it went on at another place than asked")
    incoming.restart()
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() and "Content-Encoding" not in response.headers else None
