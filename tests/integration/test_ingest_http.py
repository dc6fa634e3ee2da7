"""Pulling by HTTP from a real server: pages, a download, the statistics API; and what goes wrong with each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from area.errors import (
    SendWarehouseError,
    SettingsError,
    SourceAnswerError,
    SourceRefusedError,
    SourceUnavailableError,
)
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.formats.json_seq import bodies
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult, pull_feed
from ingest.transports.endpoint import Endpoint
from ingest.transports.http_session import retry_after
from ingest.transports.retry import Limits
from tests.faults.campaign import using
from tests.support.loopback import TOKEN, Answer, Asked, HttpPeer, http_peer
from tests.support.statistics_peer import Statistics

LIMITS = Limits(attempts=4, first_wait=0.02, longest_wait=0.1, total=8, connect_timeout=3, read_timeout=0.5)
NIGHT = dt.date(2025, 1, 31)
Respond = Callable[[Asked], Answer]


@pytest.fixture
def peer() -> Iterator[HttpPeer]:
    with http_peer() as running:
        yield running


def pull(root: Path, feed: str, endpoint: Endpoint, *, limits: Limits = LIMITS, day: dt.date = NIGHT) -> PullResult:
    received = dt.datetime.combine(day, dt.time(20), dt.UTC)
    return pull_feed("931", feed, endpoint, as_of=day, received_at=received, root=root, limits=limits)


def outcomes(root: Path, feed: str) -> list[str]:
    return [each.outcome for each in deliveries(AreaPaths.of("931", root).deliveries, feed)]


def after(times: int, fault: Answer, then: Respond) -> Respond:
    """The same fault so many times, then as it should be."""
    left = [times]

    def respond(asked: Asked) -> Answer:
        left[0] -= 1
        return fault if left[0] >= 0 else then(asked)

    return respond


# --- paged API ------------------------------------------------------------------------------------------------------

PUPILS = [{"id": f"S{n}", "dob": "2012-01-01", "sen_needs": [{"id": f"N{n}", "priority": 1}]} for n in range(12)]


def pages(rows: list[dict[str, Any]] | None = None, *, envelope: str = "next", size: int = 5) -> Respond:
    """An API of pupils in the given envelope; entity tags follow the content."""
    found = PUPILS if rows is None else rows

    def respond(asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        listed = found if parts.path == "/students" else []
        page = int(parse_qs(parts.query)["page"][0])
        count = max(1, -(-len(listed) // size))
        more = page < count
        said: dict[str, Any] = {"data": listed[(page - 1) * size : page * size]}
        link = f"{parts.path}?page={page + 1}&per_page={size}"
        headers: dict[str, str] = {}
        if envelope == "next":
            said |= {"next": link if more else None, "total_count": len(listed)}
        elif envelope == "wonde":
            said["meta"] = {"pagination": {"more": more, "current_page": page, "next": None}}
        elif envelope == "total_pages":
            said |= {"page": page, "total_pages": count}
        elif more:
            headers["Link"] = f'<{link}>; rel="next"'
        body = json.dumps(said).encode()
        headers["ETag"] = '"' + hashlib.sha256(body).hexdigest()[:8] + '"'
        if asked.headers.get("If-None-Match") == headers["ETag"]:
            return Answer(status=304, headers=headers)
        return Answer(body, headers=headers)

    return respond


@pytest.mark.parametrize("envelope", ["next", "wonde", "total_pages", "link header"])
def test_all_pages_come_whatever_the_envelope(peer: HttpPeer, tmp_path: Path, envelope: str) -> None:
    peer.respond = pages(envelope=envelope)
    counts = pull(tmp_path, "mis", peer.endpoint()).counts()
    assert (counts["files_loaded"], counts["rows_loaded"]) == (3, 24)
    students = [asked for asked in peer.asked if asked.path.startswith("/students")]
    assert len(students) == 3
    assert "sen_needs=true" in students[0].path
    assert "per_page=5000" in students[0].path
    assert {asked.headers["Authorization"] for asked in peer.asked} == {f"Bearer {TOKEN}"}


def test_bodies_are_landed_as_they_came(peer: HttpPeer, tmp_path: Path) -> None:
    body = b'{"data" : [ {"id":"S1",\r\n "dob":"2012-01-01", "upn":"\\u0041"} ]\n}'
    peer.respond = lambda asked: Answer(body if asked.path.startswith("/students") else b'{"data":[]}')
    pull(tmp_path, "mis", peer.endpoint())
    landed = [list(bodies(path, largest=9999)) for path in (tmp_path / "931/landing").rglob("*.json-seq.gz")]
    assert [body + b"\n"] in landed


def test_unchanged_pages_are_asked_about_but_not_fetched_again(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = pages()
    pull(tmp_path, "mis", peer.endpoint())
    first = len(peer.asked)
    counts = pull(tmp_path, "mis", peer.endpoint(), day=dt.date(2025, 2, 1)).counts()
    assert counts["files_same"] == 3
    again = peer.asked[first:]
    assert len(again) == first
    assert all("If-None-Match" in asked.headers for asked in again)
    changed = [*PUPILS[:11], PUPILS[11] | {"dob": "2013-01-01"}]
    peer.respond = pages(changed)
    counts = pull(tmp_path, "mis", peer.endpoint(), day=dt.date(2025, 2, 2)).counts()
    assert (counts["files_loaded"], counts["files_same"], counts["rows_loaded"]) == (1, 2, 24)


def test_fewer_pages_than_last_time(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = pages()
    pull(tmp_path, "mis", peer.endpoint())
    peer.respond = pages(PUPILS[:5])
    assert pull(tmp_path, "mis", peer.endpoint(), day=dt.date(2025, 2, 1)).counts()["rows_loaded"] == 10


@pytest.mark.parametrize(
    "fault",
    [
        Answer(b"busy", 429, {"Retry-After": "0"}),
        Answer(b"down", 503),
        Answer(b"bad gateway", 502),
        Answer(b'{"data": [' + b" " * 400 + b"]}", fault="cut"),
        Answer(b'{"data": [' + b" " * 400 + b"]}", fault="reset"),
        Answer(fault="stall"),
        Answer(b'{"data": [{"id": "S1"'),
    ],
    ids=["429", "503", "502", "cut", "reset", "stall", "half a page"],
)
def test_what_may_pass_is_tried_again(peer: HttpPeer, tmp_path: Path, fault: Answer) -> None:
    peer.respond = after(2, fault, pages())
    assert pull(tmp_path, "mis", peer.endpoint()).counts()["rows_loaded"] == 24
    assert outcomes(tmp_path, "mis").count("loaded") == 3


def test_retry_after_is_honoured_within_the_limits(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = after(1, Answer(b"", 429, {"Retry-After": "1"}), pages())
    pull(tmp_path, "mis", peer.endpoint())
    assert peer.asked[1].at - peer.asked[0].at >= 1.0
    peer.respond = after(1, Answer(b"", 429, {"Retry-After": "3600"}), pages())
    with pytest.raises(SourceUnavailableError, match="429"):
        pull(tmp_path / "other", "mis", peer.endpoint())


def test_retry_after_may_be_a_date() -> None:
    now = dt.datetime(2025, 1, 31, 12, tzinfo=dt.UTC)
    assert retry_after("Fri, 31 Jan 2025 12:00:30 GMT", now=now) == 30
    assert retry_after("Fri, 31 Jan 2025 11:00:00 GMT", now=now) == 0
    assert [retry_after(text, now=now) for text in (None, "", "soon", "-1")] == [None] * 4


def test_what_keeps_failing_is_unavailable_and_recorded(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = lambda _: Answer(b"down", 503)
    with pytest.raises(SourceUnavailableError, match="503; tried 4 times"):
        pull(tmp_path, "mis", peer.endpoint())
    assert len(peer.asked) == 4
    assert outcomes(tmp_path, "mis") == ["failed"]
    assert not list((tmp_path / "931/landing").rglob("*.part"))


@pytest.mark.parametrize(("status", "said"), [(401, "token"), (403, "forbidden"), (404, "404"), (400, "400")])
def test_a_refusal_is_not_tried_again(peer: HttpPeer, tmp_path: Path, status: int, said: str) -> None:
    peer.respond = lambda _: Answer(b"no", status)
    with pytest.raises(SourceRefusedError, match=said) as caught:
        pull(tmp_path, "mis", peer.endpoint())
    assert len(peer.asked) == 1
    assert TOKEN not in str(caught.value)
    written = "".join(path.read_text() for path in (tmp_path / "931/deliveries").rglob("*.json"))
    assert TOKEN not in written


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"data": [], "next": "http://192.0.2.1/students?page=2"}, "same server"),
        ({"data": [], "next": "/students?page=1"}, "come to an end"),
        ({"rows": []}, "without a list 'data'"),
        ({"data": [{"id": "S1", "dob": "2012-01-01"}], "total_count": 7}, "1 came, 7 were announced"),
    ],
)
def test_pages_that_make_no_sense(peer: HttpPeer, tmp_path: Path, said: dict[str, Any], match: str) -> None:
    peer.respond = lambda _: Answer(json.dumps(said).encode())
    with pytest.raises(SendWarehouseError, match=match):
        pull(tmp_path, "mis", peer.endpoint())
    assert not list((tmp_path / "931/read").rglob("*.parquet"))


def test_a_token_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="https"):
        pull(tmp_path, "mis", Endpoint("c", "http", host="192.0.2.1", scheme="http", password=TOKEN))


# --- a download -----------------------------------------------------------------------------------------------------

GIAS = load_contract("gias").tables[0]


@pytest.fixture
def one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract with its first file alone; several files are tried in test_ingest_http_downloads.py."""
    whole = load_contract("gias")
    transport = {name: value for name, value in whole.transport.items() if name != "paths"}
    path = {"path": whole.transport["paths"][0]}
    using(dataclasses.replace(whole, transport=transport | path, tables=whole.tables[:1]), monkeypatch)


def establishments(count: int) -> bytes:
    rows = [",".join(f'"{field.source}"' for field in GIAS.fields)]
    for number in range(count):
        row = {"urn": f"{100000 + number}", "la_code": "931", "name": "St Mary’s", "type_code": "01"}
        row["open_date"], row["capacity"] = "01-09-1990", "Not applicable"
        rows.append(",".join(f'"{row.get(field.name, "")}"' for field in GIAS.fields))
    return ("\r\n".join(rows) + "\r\n").encode("cp1252")


def download(content: bytes, *, days: tuple[str, ...] = ("20250131",), tags: bool = True) -> Respond:
    tag = '"' + hashlib.sha256(content).hexdigest()[:8] + '"'

    def respond(asked: Asked) -> Answer:
        if not any(day in asked.path for day in days):
            return Answer(b"not found", 404)
        headers = {"ETag": tag} if tags else {}
        if tags and asked.headers.get("If-None-Match") == tag:
            return Answer(status=304, headers=headers)
        span = asked.headers.get("Range")
        if span and asked.headers.get("If-Range") == tag:
            first = int(span.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
            return Answer(content[first:], 206, headers)
        return Answer(content, headers=headers)

    return respond


@pytest.mark.usefixtures("one_file")
def test_the_download_of_the_night(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = download(establishments(50))
    result = pull(tmp_path, "gias", peer.endpoint())
    assert result.counts()["rows_loaded"] == 50
    assert result.files[0].file_name == "edubasealldata20250131.csv"
    assert result.files[0].extract_date == NIGHT
    assert pull(tmp_path, "gias", peer.endpoint()).counts()["files_same"] == 1
    assert peer.asked[-1].headers["If-None-Match"]


@pytest.mark.usefixtures("one_file")
def test_the_file_of_an_earlier_day_when_todays_is_not_there(peer: HttpPeer, tmp_path: Path) -> None:
    peer.respond = download(establishments(5), days=("20250129",))
    assert pull(tmp_path, "gias", peer.endpoint()).files[0].extract_date == dt.date(2025, 1, 29)
    peer.respond = download(establishments(5), days=("20250101",))
    with pytest.raises(SourceUnavailableError, match="2025-01-28 to 2025-01-31"):
        pull(tmp_path / "other", "gias", peer.endpoint())


@pytest.mark.usefixtures("one_file")
@pytest.mark.parametrize("fault", ["cut", "reset"])
@pytest.mark.parametrize("tags", [True, False])
def test_a_broken_download_goes_on_or_begins_anew(peer: HttpPeer, tmp_path: Path, fault: str, tags: bool) -> None:
    content = establishments(4000)
    good = download(content, tags=tags)

    def broken(asked: Asked) -> Answer:
        answer = good(asked)
        answer.fault = fault if len(peer.asked) <= 2 else None
        return answer

    peer.respond = broken
    assert pull(tmp_path, "gias", peer.endpoint()).counts()["rows_loaded"] == 4000
    (landed,) = (tmp_path / "931/landing").rglob("*.csv")
    assert landed.read_bytes() == content
    if tags and fault == "cut":
        assert any("Range" in asked.headers for asked in peer.asked)


@pytest.mark.usefixtures("one_file")
def test_a_file_that_changes_between_two_tries_is_taken_from_the_start(peer: HttpPeer, tmp_path: Path) -> None:
    old, new = establishments(3000), establishments(2000)

    def respond(asked: Asked) -> Answer:
        answer = download(old if len(peer.asked) == 1 else new)(asked)
        answer.fault = "cut" if len(peer.asked) == 1 else None
        return answer

    peer.respond = respond
    assert pull(tmp_path, "gias", peer.endpoint()).counts()["rows_loaded"] == 2000
    (landed,) = (tmp_path / "931/landing").rglob("*.csv")
    assert landed.read_bytes() == new


# --- the statistics API ---------------------------------------------------------------------------------------------


def statistics(peer: HttpPeer) -> Endpoint:
    return peer.endpoint(password="", extra={"base_path": "/statistics/v1"})


def test_all_pages_of_all_data_sets_for_england_the_area_and_its_neighbours(peer: HttpPeer, tmp_path: Path) -> None:
    api = peer.respond = Statistics()
    assert pull(tmp_path, "dfe_statistics", statistics(peer)).counts()["rows_loaded"] == 3 * len(api.titles)
    question = api.questions[0]
    assert (question["page"], question["pageSize"]) == (1, 10_000)
    england, local = question["criteria"]["or"]
    assert england == {"geographicLevels": {"eq": "NAT"}}
    codes = [place["oldCode"] for place in local["and"][1]["locations"]["in"]]
    assert codes[:2] == ["931", "873"]
    assert len(codes) == 11
    asked = len(peer.asked)
    assert pull(tmp_path, "dfe_statistics", statistics(peer)).counts()["files_same"] == 1
    again = peer.asked[asked:]
    assert {each.method for each in again} == {"GET"}  # no version is new, so nothing is queried
    assert len(again) == 1 + -(-len(api.titles) // 4)


def test_a_new_major_version_is_queried_and_named_in_the_record(peer: HttpPeer, tmp_path: Path) -> None:
    api = peer.respond = Statistics()
    first = pull(tmp_path, "dfe_statistics", statistics(peer)).files[0]
    assert first.notes == ()
    api.version = "1.1"
    minor = pull(tmp_path, "dfe_statistics", statistics(peer), day=dt.date(2025, 2, 1)).files[0]
    assert (minor.outcome, minor.notes) == ("loaded", ())
    api.version = "2.0"
    major = pull(tmp_path, "dfe_statistics", statistics(peer), day=dt.date(2025, 2, 2)).files[0]
    assert (major.outcome, len(major.notes)) == ("loaded", len(api.titles))
    assert "version 2.0 (was 1.1)" in major.notes[0]
    assert "indicator 'Plans' (i) removed" in major.notes[0]
    kept = [*deliveries(AreaPaths.of("931", tmp_path).deliveries, "dfe_statistics")]
    assert kept[-1].notes == major.notes


@pytest.mark.parametrize(
    ("code", "match"), [("QueryNoResults", "at least one row"), ("DebugEnabled", "without labels")]
)
def test_a_warning_is_taken_for_what_it_is(peer: HttpPeer, tmp_path: Path, code: str, match: str) -> None:
    api = peer.respond = Statistics()
    api.warnings = [{"code": code, "message": "…"}]
    with pytest.raises(SourceAnswerError, match=match):
        pull(tmp_path, "dfe_statistics", statistics(peer))


def test_a_warning_nobody_knows_is_noted(peer: HttpPeer, tmp_path: Path) -> None:
    api = peer.respond = Statistics()
    api.warnings = [{"code": "SomethingNew", "message": "read the notes"}]
    (file,) = pull(tmp_path, "dfe_statistics", statistics(peer)).files
    assert file.outcome == "loaded"
    assert "SomethingNew at the whole question: read the notes" in file.notes


def test_a_warning_about_an_unknown_location_is_an_error_that_names_it(peer: HttpPeer, tmp_path: Path) -> None:
    api = peer.respond = Statistics()
    api.warnings = [
        {
            "code": "LocationsNotFound",
            "path": "criteria.or[1].and[1].locations.in",
            "message": "Not found",
            "detail": {"items": [{"level": "LA", "oldCode": "873"}]},
        }
    ]
    with pytest.raises(SourceAnswerError, match="873"):
        pull(tmp_path, "dfe_statistics", statistics(peer))
    assert outcomes(tmp_path, "dfe_statistics") == ["failed"]


def test_a_title_that_is_gone_is_named(peer: HttpPeer, tmp_path: Path) -> None:
    api = peer.respond = Statistics()
    gone = api.titles.pop(3)
    with pytest.raises(SourceAnswerError, match=gone):
        pull(tmp_path, "dfe_statistics", statistics(peer))
