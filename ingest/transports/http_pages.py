"""Paged JSON APIs: every page of each endpoint, as one landing file an endpoint (`ingest/formats/json_seq.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
import requests

from area.errors import SourceAnswerError, SourceUnavailableError
from ingest.formats.json_seq import EXTENSION, bodies, writing
from ingest.landing import LARGEST_FILE
from ingest.retry import TryAgain
from ingest.transports import FETCHED, NOT_CHANGED, Arrival, Pull
from ingest.transports.http_session import Session

ACCEPT = "application/vnd.assembly+json; version=1.1, application/json;q=0.9"
MOST_PAGES = 20_000


@dataclass(frozen=True)
class Page:
    """One page: its body and the marks with which to ask whether it has changed."""

    body: bytes
    said: dict[str, Any]
    marks: dict[str, str]
    link: str | None
    unchanged: bool = False


def fetch(pull: Pull) -> Iterator[Arrival]:
    """One arrival an endpoint. Pages whose entity tag or date still holds are taken from the last landed file.

    Raises SourceUnavailableError (also when the records change while they are read), SourceRefusedError, or
    SourceAnswerError when the pages never end or lead to another server.
    """
    session = Session(pull, accept=ACCEPT, bearer=True)
    try:
        for table, endpoint in pull.option("endpoints").items():
            yield _endpoint(pull, session, str(table), endpoint)
    finally:
        session.close()


def _endpoint(pull: Pull, session: Session, table: str, endpoint: Mapping[str, Any]) -> Arrival:
    started = time.monotonic()
    query = {**endpoint.get("query", {}), "page": 1, "per_page": pull.option("page_size", 1000)}
    first = f"{session.url(str(endpoint['path']))}?{urlencode(query)}"
    source = f"{pull.endpoint.conn_id}{endpoint['path']}"
    before = pull.state.get(table)
    last = pull.inbox.find(before["sha256"]) if before.get("first") == first and before.get("sha256") else None
    kept: Iterator[tuple[dict[str, Any], bytes]] = iter(())
    if last is not None:
        kept = zip(before.get("pages", []), bodies(last.path, largest=LARGEST_FILE), strict=False)
    marks: list[dict[str, str]] = []
    all_unchanged = last is not None
    with pull.inbox.receive(EXTENSION) as (incoming, landed), writing(incoming) as sequence:
        for page in _pages(pull, session, first, kept):
            sequence.add(page.body)
            marks.append(page.marks)
            all_unchanged = all_unchanged and page.unchanged
    return Arrival(
        file_name=f"{table}.{EXTENSION}",
        source=source,
        state=NOT_CHANGED if all_unchanged and landed[0] == last else FETCHED,
        landed=landed[0],
        seconds=time.monotonic() - started,
        state_key=table,
        remember={"first": first, "sha256": landed[0].sha256, "pages": marks},
    )


def _pages(pull: Pull, session: Session, first: str, kept: Iterator[tuple[dict[str, Any], bytes]]) -> Iterator[Page]:
    url: str | None = first
    records, number = 0, 0
    seen: set[str] = set()
    while url is not None:
        old = next(kept, None)
        page = _page(session, url, old)
        number += 1
        yield page
        seen.add(url)
        said = page.said
        records += len(said["data"])
        url = _next(session, url, said, page.link)
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
    asked: dict[str, str] = {}
    if old is not None and old[0].get("etag"):
        asked["If-None-Match"] = old[0]["etag"]
    elif old is not None and old[0].get("last_modified"):
        asked["If-Modified-Since"] = old[0]["last_modified"]

    def read(response: requests.Response) -> Page:
        if response.status_code == 304 and old is not None:
            body = old[1].removesuffix(b"\n")
            return Page(body=body, said=_envelope(body), marks=old[0], link=None, unchanged=True)
        body = response.content
        expected = response.headers.get("Content-Length")
        if expected and "Content-Encoding" not in response.headers and int(expected) != len(body):
            raise TryAgain("the answer broke off")
        found = {"etag": response.headers.get("ETag"), "last_modified": response.headers.get("Last-Modified")}
        marks = {name: value for name, value in found.items() if value}
        return Page(body=body, said=_envelope(body), marks=marks, link=response.links.get("next", {}).get("url"))

    return session.send("GET", url, read, headers=lambda: asked)


def _envelope(body: bytes) -> dict[str, Any]:
    """What a page says beside its records. Half a page is asked for again; a page of another kind never gets better."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise TryAgain("it answered with something that is no JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("data"), list):
        raise TryAgain("it answered without a list 'data'")
    return said


def _next(session: Session, url: str, said: dict[str, Any], link: str | None) -> str | None:
    """The next page, as the common envelopes name it: a link, a number, or a count of pages."""
    paging = (said.get("meta") or {}).get("pagination") or {}
    for candidate in (said.get("next"), said.get("next_page_url"), said.get("next_page"), paging.get("next"), link):
        if isinstance(candidate, str) and candidate:
            return session.next_url(url, candidate)
        if isinstance(candidate, int) and not isinstance(candidate, bool) and candidate > 0:
            return _with_page(url, candidate)
    page, pages = said.get("page", said.get("current_page")), said.get("total_pages")
    if isinstance(page, int) and isinstance(pages, int) and page < pages:
        return _with_page(url, page + 1)
    if paging.get("more") is True and isinstance(paging.get("current_page"), int):
        return _with_page(url, paging["current_page"] + 1)
    return None


def _with_page(url: str, page: int) -> str:
    before, _, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not pair.startswith("page=")]
    return f"{before}?{'&'.join([*pairs, f'page={page}'])}"


def _total(said: dict[str, Any]) -> int | None:
    total = said.get("total_count")
    return total if isinstance(total, int) and not isinstance(total, bool) else None
