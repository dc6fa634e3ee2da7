"""The DfE statistics API (Explore education statistics). Facts: extracts section 4.

Data sets are found by publication and title, never by an id. Lands one file: for each data set its summary, its
meta and every page of the query, as they came.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from area.errors import SourceAnswerError
from ingest.formats.json_seq import EXTENSION, writing
from ingest.neighbours import statistical_neighbours
from ingest.retry import TryAgain
from ingest.transports import FETCHED, Arrival, Pull
from ingest.transports.http_session import Session

PAGE_SIZE = 10_000  # the most the API gives at once
LISTED = {"publications": 40, "data-sets": 20}  # the most its lists give at once
# Warnings that say a name in our question is unknown to the data set: the answer is then not what was asked for.
UNKNOWN = {
    "FiltersNotFound",
    "LocationsNotFound",
    "GeographicLevelsNotFound",
    "TimePeriodsNotFound",
    "IndicatorsNotFound",
}


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The contract's data sets for England, the area and its ten statistical neighbours.

    Raises SourceUnavailableError, SourceRefusedError, or SourceAnswerError that names a publication, data set or
    location the API does not know.
    """
    started = time.monotonic()
    api = _Api(pull)
    criteria = _criteria([pull.area, *statistical_neighbours(pull.area)])
    try:
        publication = api.by_title("publications", "publications", str(pull.option("publication")), search=True)
        with pull.inbox.receive(EXTENSION) as (incoming, landed), writing(incoming) as sequence:
            for data_set in pull.option("data_sets"):
                found = api.by_title("data-sets", f"publications/{publication['id']}/data-sets", str(data_set["title"]))
                for body in api.data_set(str(found["id"]), criteria):
                    sequence.add(body)
    finally:
        api.session.close()
    yield Arrival(
        file_name=f"{pull.feed}.{EXTENSION}",
        source=f"{pull.endpoint.conn_id}/publications",
        state=FETCHED,
        landed=landed[0],
        seconds=time.monotonic() - started,
    )


def _criteria(areas: list[str]) -> dict[str, Any]:
    """Rows of England and rows of the areas. The level is named with each, as an area's row also lies in England."""
    locations = [{"level": "LA", "oldCode": code} for code in areas]
    return {
        "or": [
            {"geographicLevels": {"eq": "NAT"}},
            {"and": [{"geographicLevels": {"eq": "LA"}}, {"locations": {"in": locations}}]},
        ]
    }


class _Api:
    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self.session = Session(pull, accept="application/json")

    def by_title(self, kind: str, path: str, title: str, *, search: bool = False) -> dict[str, Any]:
        """The one entry of a list with this title (letter case does not matter), over all pages of the list."""
        titles: list[str] = []
        page, pages = 1, 1
        while page <= pages:
            query = {"page": page, "pageSize": LISTED[kind]} | ({"search": title} if search else {})
            said, _ = self._ask("GET", path, params=query)
            for entry in said["results"]:
                if str(entry.get("title", "")).casefold() == title.casefold():
                    return dict(entry)
                titles.append(str(entry.get("title")))
            pages = int(said["paging"]["totalPages"])
            page += 1
        raise self._unlike(f"a title '{title}' among its {kind}", f"only {'; '.join(sorted(titles)) or 'none'}")

    def data_set(self, ident: str, criteria: dict[str, Any]) -> Iterator[bytes]:
        """The bodies of a data set: its summary, its meta, and the pages of the query."""
        said, body = self._ask("GET", f"data-sets/{ident}")
        yield body
        version = {"dataSetVersion": str(said["latestVersion"]["version"])}
        yield self._ask("GET", f"data-sets/{ident}/meta", params=version)[1]
        page, pages = 1, 1
        while page <= pages:
            question = {"criteria": criteria, "page": page, "pageSize": PAGE_SIZE}
            said, body = self._ask("POST", f"data-sets/{ident}/query", params=version, json=question)
            self._check_warnings(said.get("warnings") or [])
            yield body
            pages = int(said["paging"]["totalPages"])
            page += 1

    def _check_warnings(self, warnings: list[dict[str, Any]]) -> None:
        """A wrong code gives no error but a warning on a 200, and rows that are quietly missing."""
        for warning in warnings:
            if warning.get("code") in UNKNOWN:
                items = (warning.get("detail") or {}).get("items") or []
                named = orjson.dumps(items).decode()[:300] if items else str(warning.get("message"))[:300]
                raise self._unlike(
                    "an answer to all of the question",
                    f"{warning['code']} at {warning.get('path', '(no path)')}: {named}",
                )

    def _ask(self, method: str, path: str, **request: Any) -> tuple[dict[str, Any], bytes]:
        def read(response: requests.Response) -> tuple[dict[str, Any], bytes]:
            try:
                said = orjson.loads(response.content)
            except orjson.JSONDecodeError:
                raise TryAgain("it answered with something that is no JSON") from None
            return said, response.content

        said, body = self.session.send(method, self.session.url(path), read, **request)
        listed = isinstance(said, dict) and ("results" not in said or isinstance(said.get("paging"), dict))
        if not listed:
            raise self._unlike("an object of the API's shape", "something else")
        return said, body

    def _unlike(self, expected: str, came: str) -> SourceAnswerError:
        return SourceAnswerError(self._pull.feed, self.session.source, expected=expected, came=came)
