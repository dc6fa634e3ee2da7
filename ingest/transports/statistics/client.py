"""A client of the DfE statistics API, "Explore education statistics" (facts: extracts section 4). One method an
endpoint; lists are read to their last page, and every error names what the API did not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson
import requests

from area.errors import SourceAnswerError
from ingest.transports.http_answers import whole_body
from ingest.transports.http_session import Session
from ingest.transports.retry import TryAgain
from ingest.transports.statistics.warnings import check_warnings

PAGE_SIZE = 10_000  # the most a query gives at once
PUBLICATIONS, DATA_SETS, VERSIONS = 40, 20, 20  # the most the lists give at once
SHORTEST_SEARCH = 3  # characters
Said = dict[str, Any]


class StatisticsClient:
    """The endpoints of the API, over a session whose connection says where it is. No key is needed; a token for drafts
    is an `api_key` of the connection in the header Preview-Token."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.warnings: list[str] = []
        """Warnings so far that are no reason to stop, and that somebody should read."""

    def publications(self, search: str | None = None) -> Iterator[Said]:
        """The publications (id, title, slug, summary, lastPublished), all or those a search of three characters or more
        finds."""
        return self._listed("publications", PUBLICATIONS, {"search": search} if search else {})

    def data_sets(self, publication: str) -> Iterator[Said]:
        """The data sets of a publication (id, title, summary, status, latestVersion)."""
        return self._listed(f"publications/{_id(publication)}/data-sets", DATA_SETS, {})

    def data_set(self, ident: str) -> tuple[Said, bytes]:
        """One data set, and the answer's body as it came."""
        return self._ask("GET", f"data-sets/{_id(ident)}")

    def versions(self, ident: str) -> Iterator[Said]:
        """The versions of a data set (version, type, status, published, release), the newest first."""
        return self._listed(f"data-sets/{_id(ident)}/versions", VERSIONS, {})

    def changes(self, ident: str, version: str, *, patches: bool = False) -> Said:
        """What a version changed against the one before: majorChanges (removed or re-identified) and minorChanges."""
        query = {"includePatchHistory": "true"} if patches else {}
        return self._get(f"data-sets/{_id(ident)}/versions/{_id(version)}/changes", query)

    def meta(self, ident: str, version: str | None = None) -> tuple[Said, bytes]:
        """Filters, indicators, locations and time periods of a version, and the answer's body as it came."""
        return self._ask("GET", f"data-sets/{_id(ident)}/meta", params=_version(version))

    def query(
        self, ident: str, question: Mapping[str, Any], version: str | None = None
    ) -> Iterator[tuple[Said, bytes]]:
        """The pages of the answer to a question (`criteria`, `indicators`, `sorts`; values are text, symbols included),
        each with its body as it came.

        Raises SourceAnswerError when the answer is not to all of the question: the API says so by a warning on a 200.
        """
        page, pages = 1, 1
        while page <= pages:
            asked = {**question, "page": page, "pageSize": PAGE_SIZE}
            said, body = self._ask("POST", f"data-sets/{_id(ident)}/query", params=_version(version), json=asked)
            self.warnings += check_warnings(said.get("warnings") or [], self.unlike)
            yield said, body
            pages = self._pages(said)
            page += 1

    def csv(self, ident: str, version: str | None = None) -> bytes:
        """A whole data set as the CSV file it was made from, unpacked."""

        def read(response: requests.Response) -> bytes:
            return whole_body(response, "csv")

        path = self._session.url(f"data-sets/{_id(ident)}/csv")
        return self._session.send("GET", path, read, params=_version(version), headers=lambda: {"Accept": "text/csv"})

    def unlike(self, expected: str, came: str) -> SourceAnswerError:
        """The error for an answer that is not what was asked for."""
        return SourceAnswerError(self._session.feed, self._session.source, expected=expected, came=came)

    def _listed(self, path: str, size: int, query: Mapping[str, str]) -> Iterator[Said]:
        page, pages = 1, 1
        while page <= pages:
            said, _ = self._ask("GET", path, params={**query, "page": page, "pageSize": size})
            yield from said["results"]
            pages = self._pages(said)
            page += 1

    def _pages(self, said: Said) -> int:
        try:
            return int(said["paging"]["totalPages"])
        except (KeyError, TypeError, ValueError):
            raise self.unlike("a list with its number of pages", "another answer") from None

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Said:
        return self._ask("GET", path, params=dict(query or {}))[0]

    def _ask(self, method: str, path: str, **request: Any) -> tuple[Said, bytes]:
        def read(response: requests.Response) -> tuple[Said, bytes]:
            body = whole_body(response)
            try:
                said = orjson.loads(body)
            except orjson.JSONDecodeError:
                raise TryAgain("it answered with something that is no JSON") from None
            return said, body

        said, body = self._session.send(method, self._session.url(path), read, **request)
        if not isinstance(said, dict) or not isinstance(said.get("results", []), list):
            raise self.unlike("an object of the API's shape", "something else")
        return said, body


def _id(text: str) -> str:
    return quote(text, safe="")


def _version(version: str | None) -> dict[str, str]:
    return {"dataSetVersion": version} if version else {}
