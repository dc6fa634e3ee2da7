"""One file by HTTP: streamed to disk, its length checked, taken up again where it broke off."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import requests

from area.errors import SourceUnavailableError
from ingest.landing import IncomingFile, LandedFile
from ingest.retry import TryAgain
from ingest.transports import FETCHED, NOT_CHANGED, Arrival, Pull
from ingest.transports.http_session import Session

CHUNK = 1 << 16
STATE_KEY = "download"


class _NotThereError(Exception):
    """404: no file of this day."""


class _NotChangedError(Exception):
    """304: the bytes we have are still the ones."""


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The file of the night's day, or of the newest day before it within the contract's `look_back_days`.

    Raises SourceUnavailableError (also when no day has a file yet) or SourceRefusedError.
    """
    session = Session(pull, accept="*/*", bearer=True)
    try:
        for days in range(int(pull.option("look_back_days", 0)) + 1):
            day = pull.as_of - dt.timedelta(days=days)
            path = str(pull.option("path")).format(as_of=day, area=pull.area)
            try:
                yield _download(pull, session, path)
                return
            except _NotThereError:
                continue
        raise SourceUnavailableError(pull.feed, session.source, f"it has no file of {day} to {pull.as_of} yet")
    finally:
        session.close()


def _download(pull: Pull, session: Session, path: str) -> Arrival:
    started = time.monotonic()
    url = session.url(path)
    before = pull.state.get(STATE_KEY)
    known = pull.inbox.find(before["sha256"]) if before.get("url") == url and before.get("sha256") else None
    name = path.rsplit("/", 1)[-1]
    marks: dict[str, str] = dict(before.get("marks", {})) if known else {}
    state = FETCHED
    try:
        landed, marks = _receive(pull, session, url, name, marks)
    except _NotChangedError:
        assert known is not None  # only then a condition was sent
        landed, state = known, NOT_CHANGED
    return Arrival(
        file_name=name,
        source=f"{pull.endpoint.conn_id}{path}",
        state=state,
        landed=landed,
        modified=marks.get("last_modified"),
        seconds=time.monotonic() - started,
        state_key=STATE_KEY,
        remember={"url": url, "sha256": landed.sha256, "marks": marks},
    )


def _receive(
    pull: Pull, session: Session, url: str, name: str, marks: dict[str, str]
) -> tuple[LandedFile, dict[str, str]]:
    with pull.inbox.receive(name.rsplit(".", 1)[-1]) as (incoming, landed):
        found: dict[str, str] = {}

        def headers() -> dict[str, str]:
            asked = {"Accept-Encoding": "identity"}  # so that Content-Length is the length of the file
            if incoming.bytes and found.get("etag"):
                asked |= {"Range": f"bytes={incoming.bytes}-", "If-Range": found["etag"]}
            elif marks.get("etag"):
                asked["If-None-Match"] = marks["etag"]
            elif marks.get("last_modified"):
                asked["If-Modified-Since"] = marks["last_modified"]
            return asked

        def read(response: requests.Response) -> None:
            if response.status_code == 304:
                raise _NotChangedError
            length = _begin(response, incoming)
            etag = response.headers.get("ETag", "")
            found.clear()
            if etag and not etag.startswith("W/"):
                found["etag"] = etag
            if response.headers.get("Last-Modified"):
                found["last_modified"] = response.headers["Last-Modified"]
            for chunk in response.iter_content(CHUNK):
                incoming.write(chunk)
            if length is not None and incoming.bytes != length:
                raise TryAgain(f"the file broke off: {incoming.bytes} of {length} bytes came")

        session.send("GET", url, read, headers=headers, stream=True, missing=_NotThereError)
    return landed[0], found


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
    return int(length) if length.isdigit() else None
