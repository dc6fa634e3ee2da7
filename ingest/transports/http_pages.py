"""Paged JSON APIs: every page of each endpoint, as one landing file an endpoint (`ingest/formats/json_seq.py`)."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import requests

from area.errors import SourceAnswerError, SourceUnavailableError
from ingest.formats.json_seq import EXTENSION, bodies, writing
from ingest.landing.files import LARGEST_FILE
from ingest.transports import FETCHED, NOT_CHANGED, Arrival, Pull
from ingest.transports.http_answers import whole_body
from ingest.transports.http_paging import Paging
from ingest.transports.http_session import Session
from ingest.transports.retry import TryAgain

ACCEPT = "application/vnd.assembly+json; version=1.1, application/json;q=0.9"
MOST_PAGES = 20_000


@dataclass(frozen=True)
class Page:
    """One page: its body, what it says, the marks with which to ask whether it has changed, and the page after it."""

    body: bytes
    said: dict[str, Any]
    marks: dict[str, Any]
    link: str | None


def fetch(pull: Pull) -> Iterator[Arrival]:
    """One arrival an endpoint. Pages whose entity tag or date still holds are taken from the last landed file.

    Raises SourceUnavailableError (also when the records change while they are read), SourceRefusedError, or
    SourceAnswerError when the pages never end or lead to another server.
    """
    session = Session.of(pull, accept=ACCEPT)
    try:
        for table, endpoint in pull.option("endpoints").items():
            yield _endpoint(pull, session, str(table), endpoint)
    finally:
        session.close()


def _endpoint(pull: Pull, session: Session, table: str, endpoint: Mapping[str, Any]) -> Arrival:
    started = time.monotonic()
    paging = Paging.of(pull.option("paging", {}))
    query = {**endpoint.get("query", {}), **paging.first_query(int(pull.option("page_size", 1000)))}
    first = f"{session.url(str(endpoint['path']))}?{urlencode(query)}"
    source = f"{pull.endpoint.conn_id}{endpoint['path']}"
    before = pull.state.get(table)
    last = pull.inbox.find(before["sha256"]) if before.get("first") == first and before.get("sha256") else None
    kept: Iterator[tuple[dict[str, Any], bytes]] = iter(())
    if last is not None and _all_unchanged(session, first, before.get("pages", [])):
        seconds = time.monotonic() - started
        return Arrival(f"{table}.{EXTENSION}", source, NOT_CHANGED, landed=last, seconds=seconds)
    if last is not None:
        kept = _kept_pages(before.get("pages", []), last.path)
    marks: list[dict[str, Any]] = []
    with pull.inbox.receive(EXTENSION) as (incoming, landed), writing(incoming) as sequence:
        for page in _pages(pull, session, paging, first, kept):
            sequence.add(page.body)
            marks.append(page.marks)
    return Arrival(
        file_name=f"{table}.{EXTENSION}",
        source=source,
        state=FETCHED,
        landed=landed[0],
        seconds=time.monotonic() - started,
        state_key=table,
        remember={"first": first, "sha256": landed[0].sha256, "pages": marks},
    )


def _pages(
    pull: Pull, session: Session, paging: Paging, first: str, kept: Iterator[tuple[dict[str, Any], bytes]]
) -> Iterator[Page]:
    url: str | None = first
    records, number = 0, 0
    seen: set[str] = set()
    while url is not None:
        old = next(kept, None)
        page = _page(session, url, old)
        number += 1
        seen.add(url)
        said = page.said
        records += len(said["data"])
        link = paging.next_link(url, said, len(said["data"]), page.link)
        url = session.next_url(url, link) if link else None
        page.marks["next"] = url
        yield page
        if url in seen or number >= MOST_PAGES:
            raise SourceAnswerError(
                pull.feed, session.source, expected="pages that come to an end", came="a page that was there before"
            )
    total = _total(said)
    if total is not None and total != records:
        # The source changed while it was read: pages have shifted, so rows may be twice or missing.
        raise SourceUnavailableError(
            pull.feed,
            session.source,
            f"its records changed while they were read: {records} came, {total} were announced",
        )


def _page(session: Session, url: str, old: tuple[dict[str, Any], bytes] | None) -> Page:
    """One page, or the kept body when the source says that it has not changed."""
    asked = _conditions(old[0] if old else {})

    def read(response: requests.Response) -> Page:
        if response.status_code == 304 and old is not None:
            body = old[1].removesuffix(b"\n")
            return Page(body=body, said=_envelope(body), marks=old[0], link=old[0].get("next"))
        body = whole_body(response)
        found = {"etag": response.headers.get("ETag"), "last_modified": response.headers.get("Last-Modified")}
        marks = {name: value for name, value in found.items() if value}
        return Page(body=body, said=_envelope(body), marks=marks, link=response.links.get("next", {}).get("url"))

    return session.send("GET", url, read, headers=lambda: asked)


def _all_unchanged(session: Session, first: str, pages: list[dict[str, Any]]) -> bool:
    """Whether every page of last time, to its last, is answered with 304: then there is nothing to fetch or write."""

    def is_unchanged(response: requests.Response) -> bool:
        return response.status_code == 304

    url: str | None = first
    for marks in pages:
        conditions = _conditions(marks)
        if url is None or not conditions:
            return False
        if not session.send("GET", url, is_unchanged, headers=functools.partial(dict, conditions)):
            return False
        url = marks.get("next")
    return bool(pages) and url is None


def _kept_pages(pages: list[dict[str, Any]], path: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The pages of last time. What cannot be unpacked any more is fetched again."""
    try:
        yield from zip(pages, bodies(path, largest=LARGEST_FILE), strict=False)
    except ValueError:
        return


def _conditions(marks: Mapping[str, Any]) -> dict[str, str]:
    """The headers that ask for a page only if it has changed; the entity tag is the surer sign."""
    if marks.get("etag"):
        return {"If-None-Match": str(marks["etag"])}
    return {"If-Modified-Since": str(marks["last_modified"])} if marks.get("last_modified") else {}


def _envelope(body: bytes) -> dict[str, Any]:
    """What a page says beside its records. Half a page is asked for again; a page of another kind never gets better."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise TryAgain("it answered with something that is no JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("data"), list):
        raise TryAgain("it answered without a list 'data'")
    return said


def _total(said: dict[str, Any]) -> int | None:
    total = said.get("total_count")
    return total if isinstance(total, int) and not isinstance(total, bool) else None
