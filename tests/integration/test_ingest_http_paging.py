"""Paging as a contract says it, against a server that pages so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.contract.model import load_contract
from tests.faults.campaign import Source, pull, using
from tests.support.loopback import Answer, Asked, HttpPeer, http_peer

PUPILS = [{"id": f"S{n}", "dob": "2012-01-01"} for n in range(12)]
SIZE = 5
Query = dict[str, list[str]]
Turn = Callable[[str, Query], tuple[list[dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def peer() -> Iterator[HttpPeer]:
    with http_peer() as running:
        yield running


def numbered(path: str, query: Query) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Pages from 0, no count and no link: the one after the last is empty."""
    assert query["limit"] == ["5"]
    page = int(query["p"][0])
    return PUPILS[page * SIZE : (page + 1) * SIZE], {}


def counted(path: str, query: Query) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Pages from 1 whose count is told; a page beyond them is an error."""
    page = int(query["page"][0])
    assert page <= 3
    return PUPILS[(page - 1) * SIZE : page * SIZE], {"meta": {"pages": 3}}


def linked(path: str, query: Query) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A link in a member of its own; the common members lead astray."""
    first = int(query.get("from", ["0"])[0])
    more = first + SIZE < len(PUPILS)
    links = {"following": f"{path}?from={first + SIZE}"} if more else {}
    return PUPILS[first : first + SIZE], {"links": links, "next": "/nowhere"}


def cursors(path: str, query: Query) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Opaque cursors, with characters that an address must not hold as they are."""
    assert "page" not in query
    first = int(query["after"][0].removeprefix("c=&")) if "after" in query else 0
    cursor = f"c=&{first + SIZE}" if first + SIZE < len(PUPILS) else None
    return PUPILS[first : first + SIZE], {"meta": {"cursor": cursor}}


@pytest.mark.parametrize(
    ("paging", "turn", "pages"),
    [
        ({"kind": "page", "parameter": "p", "first": 0, "size_parameter": "limit"}, numbered, 4),
        ({"kind": "page", "pages": "meta.pages"}, counted, 3),
        ({"kind": "next", "member": "links.following"}, linked, 3),
        ({"kind": "cursor", "parameter": "after", "member": "meta.cursor"}, cursors, 3),
    ],
    ids=["page numbers", "counted pages", "next links", "cursors"],
)
def test_every_record_comes_once(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paging: dict[str, Any], turn: Turn, pages: int
) -> None:
    def respond(asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        listed, said = turn(parts.path, parse_qs(parts.query)) if parts.path == "/students" else ([], {})
        return Answer(json.dumps({"data": listed} | said).encode())

    peer.respond = respond
    transport = {**load_contract("mis").transport, "paging": paging, "page_size": SIZE}
    source = Source("mis", peer.endpoint(), transport)
    using(source.contract(), monkeypatch)
    assert pull(source, tmp_path).counts()["rows_loaded"] == len(PUPILS)
    assert sum(asked.path.startswith("/students") for asked in peer.asked) == pages


def test_a_key_that_a_link_repeats_is_not_remembered(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def respond(asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        assert parse_qs(parts.query)["key"] == ["token-of-the-test"]
        first = int(parse_qs(parts.query).get("from", ["0"])[0])
        listed = PUPILS if parts.path == "/students" else []
        more = first + SIZE < len(listed)
        link = f"{asked.path.partition('?')[0]}?key=token-of-the-test&from={first + SIZE}" if more else None
        body = {"data": listed[first : first + SIZE], "next": link}
        return Answer(json.dumps(body).encode(), headers={"ETag": f'"{first}"'})

    peer.respond = respond
    endpoint = peer.endpoint(extra={"auth": "api_key", "api_key_parameter": "key"})
    source = Source("mis", endpoint, load_contract("mis").transport)
    using(source.contract(), monkeypatch)
    assert pull(source, tmp_path).counts()["rows_loaded"] == len(PUPILS)
    kept = "".join(path.read_text() for path in (tmp_path / "931/deliveries").rglob("*.json"))
    assert "from=10" in kept
    assert "token-of-the-test" not in kept
