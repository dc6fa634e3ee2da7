"""The DfE statistics API as a transport. Facts: extracts section 4.

Data sets are found by publication and title, never by an id. Lands one file: for each data set its summary, its
meta and every page of the query, as they came. Whether anything is new is known by the versions of the data sets, so a
pull without news asks for two lists and no rows.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import orjson

from ingest.formats.json_seq import EXTENSION, JsonSequence, writing
from ingest.neighbours import statistical_neighbours
from ingest.transports import FETCHED, NOT_CHANGED, Arrival, Pull
from ingest.transports.http_session import Session
from ingest.transports.statistics.changes import breaking, major_of
from ingest.transports.statistics.client import StatisticsClient

STATE_KEY = "versions"


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The contract's data sets for England, the area and its ten statistical neighbours.

    A new major version of a data set (something was removed or got another identity) is named in the delivery's notes.
    Raises SourceUnavailableError, SourceRefusedError, or SourceAnswerError that names a publication, data set or
    location the API does not know.
    """
    started = time.monotonic()
    session = Session.of(pull, accept="application/json")
    client = StatisticsClient(session)
    question = {"criteria": _criteria([pull.area, *statistical_neighbours(pull.area)])}
    arrival: dict[str, Any] = {
        "file_name": f"{pull.feed}.{EXTENSION}",
        "source": f"{pull.endpoint.conn_id}/publications",
        "state_key": STATE_KEY,
    }
    try:
        found = _found(pull, client)
        versions = {title: str(data_set["latestVersion"]["version"]) for title, data_set in found.items()}
        asked = hashlib.sha256(orjson.dumps([pull.option("publication"), question])).hexdigest()
        before = pull.state.get(STATE_KEY)
        known = pull.inbox.find(before["sha256"]) if before.get("sha256") else None
        if known is not None and (before.get("versions"), before.get("asked")) == (versions, asked):
            yield Arrival(**arrival, state=NOT_CHANGED, landed=known, seconds=time.monotonic() - started)
            return
        notes = tuple(_notes(client, found, dict(before.get("versions") or {})))
        with pull.inbox.receive(EXTENSION) as (incoming, landed), writing(incoming) as sequence:
            for data_set in found.values():
                _take(client, str(data_set["id"]), question, sequence)
    finally:
        session.close()
    yield Arrival(
        **arrival,
        state=FETCHED,
        landed=landed[0],
        seconds=time.monotonic() - started,
        notes=(*notes, *client.warnings),
        remember={"sha256": landed[0].sha256, "versions": versions, "asked": asked},
    )


def _found(pull: Pull, client: StatisticsClient) -> dict[str, dict[str, Any]]:
    """The contract's data sets by title, as the API lists them (letter case does not matter)."""
    publication = str(pull.option("publication"))
    listed = _by_title(client, "publications", client.publications(publication), [publication])[0]
    titles = [str(data_set["title"]) for data_set in pull.option("data_sets")]
    sets = _by_title(client, "data sets", client.data_sets(str(listed["id"])), titles)
    for title, data_set in zip(titles, sets, strict=True):
        if not isinstance(data_set.get("latestVersion"), dict):
            raise client.unlike(f"a published version of '{title}'", f"none ({data_set.get('status', 'no status')})")
    return dict(zip(titles, sets, strict=True))


def _by_title(
    client: StatisticsClient, kind: str, entries: Iterator[dict[str, Any]], titles: list[str]
) -> list[dict[str, Any]]:
    wanted = {title.casefold() for title in titles}
    seen: list[str] = []
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        title = str(entry.get("title", ""))
        seen.append(title)
        found.setdefault(title.casefold(), entry)
        if wanted <= found.keys():
            return [found[title.casefold()] for title in titles]
    missing = next(title for title in titles if title.casefold() not in found)
    raise client.unlike(f"a title '{missing}' among its {kind}", f"only {'; '.join(sorted(seen)) or 'none'}")


def _take(client: StatisticsClient, ident: str, question: dict[str, Any], sequence: JsonSequence) -> None:
    """A data set's summary, its meta and the pages of the answer, all of the version that the summary names."""
    said, body = client.data_set(ident)
    version = str(said["latestVersion"]["version"])
    sequence.add(body)
    sequence.add(client.meta(ident, version)[1])
    for _, page in client.query(ident, question, version):
        sequence.add(page)


def _notes(client: StatisticsClient, found: dict[str, dict[str, Any]], before: dict[str, str]) -> Iterator[str]:
    """What somebody should know: data sets that broke with the version we had, and data sets that are out of use."""
    for title, data_set in found.items():
        version, had = str(data_set["latestVersion"]["version"]), before.get(title)
        if had is not None and major_of(had) != major_of(version):
            changes = client.changes(str(data_set["id"]), f"{major_of(version)}.0")
            yield breaking(title, had, version, changes)
        if data_set.get("status", "Published") != "Published":
            following = data_set.get("supersedingDataSetId")
            yield f"data set '{title}' is {data_set['status']}" + (f", superseded by {following}" if following else "")


def _criteria(areas: list[str]) -> dict[str, Any]:
    """Rows of England and rows of the areas. The level is named with each, as an area's row also lies in England."""
    locations = [{"level": "LA", "oldCode": code} for code in areas]
    return {
        "or": [
            {"geographicLevels": {"eq": "NAT"}},
            {"and": [{"geographicLevels": {"eq": "LA"}}, {"locations": {"in": locations}}]},
        ]
    }
