"""Downloads by HTTP that are verified, several files of one feed, and what is no file at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from area.errors import SendWarehouseError, SourceAnswerError, SourceUnavailableError
from ingest.pull import PullResult
from tests.faults.campaign import PATIENT, Source, pull, using
from tests.faults.http_source import LOGIN_PAGE
from tests.faults.listings import FEED, content
from tests.support.loopback import Answer, Asked, HttpPeer, http_peer

OLD, NEW = "waiting_list_20250130.csv", "waiting_list_20250131.csv"
BODY = content()
LONG = content(3000)  # longer than the blocks it is read in
Respond = Callable[[Asked], Answer]


@pytest.fixture
def peer() -> Iterator[HttpPeer]:
    with http_peer() as running:
        yield running


def pulled(peer: HttpPeer, root: Path, patch: pytest.MonkeyPatch, **option: Any) -> PullResult:
    option = option or {"path": f"/lists/{NEW}"}
    source = Source(FEED, peer.endpoint(), {"kind": "http_file", "connection": "c", **option})
    using(source.contract(), patch)
    return pull(source, root)


def landed(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((root / "931/landing").rglob("*.csv"))]


def files(found: dict[str, bytes], **headers: str) -> Respond:
    def respond(asked: Asked) -> Answer:
        body = found.get(asked.path.rsplit("/", 1)[-1])
        return Answer(b"", 404) if body is None else Answer(body, headers=headers)

    return respond


def md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("headers", "option"),
    [
        ({"Content-MD5": base64.b64encode(bytes.fromhex(md5(BODY))).decode()}, {}),
        ({"Digest": f"SHA-256={base64.b64encode(hashlib.sha256(BODY).digest()).decode()}"}, {}),
        ({"Repr-Digest": f"sha-512=:{base64.b64encode(hashlib.sha512(BODY).digest()).decode()}:"}, {}),
        ({"ETag": f'"{md5(BODY)}"'}, {"etag_is_md5": True}),
        ({}, {"checksum": "sha256"}),
    ],
    ids=["Content-MD5", "Digest", "Repr-Digest", "entity tag", "a file beside it"],
)
def test_a_file_is_taken_only_with_the_checksum_that_is_stated(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], option: dict[str, Any]
) -> None:
    beside = {f"{NEW}.sha256": hashlib.sha256(BODY).hexdigest().encode()}
    option = option | {"path": f"/lists/{NEW}"}
    peer.respond = files({NEW: BODY.replace(b"W7", b"W8")} | beside, **headers)
    with pytest.raises(SourceUnavailableError, match="stated for it; tried 2 times"):
        pulled(peer, tmp_path, monkeypatch, **option)
    assert landed(tmp_path) == []
    peer.respond = files({NEW: BODY} | beside, **headers)
    assert pulled(peer, tmp_path, monkeypatch, **option).counts()["files_loaded"] == 1
    assert landed(tmp_path) == [BODY]


def test_damage_that_passes_is_ridden_out(peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}:"

    def respond(asked: Asked) -> Answer:
        body = BODY.replace(b"W7", b"W8") if len(peer.asked) == 1 else BODY
        return Answer(body, headers={"Repr-Digest": digest})

    peer.respond = respond
    assert pulled(peer, tmp_path, monkeypatch).counts()["files_loaded"] == 1
    assert landed(tmp_path) == [BODY]


def test_a_file_that_goes_on_where_it_broke_off_is_verified_whole(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second half is of another file with the same tag: only the checksum of the whole tells."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(LONG).digest()).decode()}:"
    headers = {"ETag": '"one"', "Repr-Digest": digest}
    ranges: list[str] = []

    def respond(asked: Asked) -> Answer:
        if "Range" in asked.headers:
            ranges.append(asked.headers["Range"])
            first = int(asked.headers["Range"].removeprefix("bytes=").rstrip("-"))
            rest = LONG[first:].replace(b"W2999", b"W2998")
            span = {"Content-Range": f"bytes {first}-{len(LONG) - 1}/{len(LONG)}"}
            return Answer(rest, 206, headers | span)
        return Answer(LONG, headers=headers, fault="cut")

    peer.respond = respond
    with pytest.raises(SourceUnavailableError, match="sha256 that is stated"):
        pulled(peer, tmp_path, monkeypatch)
    assert len(ranges) == 2
    assert landed(tmp_path) == []


def test_a_checksum_file_that_is_not_there_or_states_nothing(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = {"path": f"/lists/{NEW}", "checksum": "sha256"}
    peer.respond = files({NEW: BODY})
    with pytest.raises(SourceUnavailableError, match=f"sha256 file of {NEW} is not there"):
        pulled(peer, tmp_path, monkeypatch, **option)
    peer.respond = files({NEW: BODY, f"{NEW}.sha256": b"later"})
    with pytest.raises(SourceUnavailableError, match="states nothing"):
        pulled(peer, tmp_path, monkeypatch, **option)
    assert landed(tmp_path) == []


def test_several_files_each_under_its_own_name(peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {OLD: content(10), NEW: BODY}
    option = {"paths": [f"/a/{OLD}", "/{area}/waiting_list_{as_of:%Y%m%d}.csv"]}
    peer.respond = files(found, ETag='"one"')
    result = pulled(peer, tmp_path, monkeypatch, **option)
    assert [(file.file_name, file.outcome) for file in result.files] == [(OLD, "loaded"), (NEW, "loaded")]
    assert [asked.path for asked in peer.asked] == [f"/a/{OLD}", f"/931/{NEW}"]
    pulled(peer, tmp_path, monkeypatch, **option)
    assert [asked.headers.get("If-None-Match") for asked in peer.asked[2:]] == ['"one"', '"one"']
    del found[NEW]
    with pytest.raises(SourceUnavailableError, match=r"waiting_list_.* of 2025-01-31 to 2025-01-31 yet"):
        pulled(peer, tmp_path / "other", monkeypatch, **option)
    assert landed(tmp_path / "other") == [found[OLD]]


@pytest.mark.parametrize(
    ("answer", "error", "match"),
    [
        (LOGIN_PAGE, SourceAnswerError, "a page of HTML"),
        (Answer(b"\xef\xbb\xbf \n<HTML lang=en>"), SourceAnswerError, "a page of HTML"),
        (Answer(b'{"error": 1}', headers={"Content-Type": "application/json"}), SourceAnswerError, "application/json"),
        (Answer(b""), SourceUnavailableError, "an empty file"),
    ],
)
def test_what_is_no_file_is_said_and_not_landed(
    peer: HttpPeer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    error: type[SendWarehouseError],
    match: str,
) -> None:
    peer.respond = lambda _: answer
    with pytest.raises(error, match=match):
        pulled(peer, tmp_path, monkeypatch)
    assert not [path for path in (tmp_path / "931/landing").rglob("*") if path.is_file() and path.name != ".lock"]


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream", "text/plain", "application/vnd.ms-excel", ""])
def test_loosely_named_types_are_put_up_with(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    peer.respond = files({NEW: BODY}, **({"Content-Type": kind} if kind else {}))
    assert pulled(peer, tmp_path, monkeypatch).counts()["files_loaded"] == 1


def test_a_range_nobody_can_go_on_from_is_taken_from_the_start(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def respond(asked: Asked) -> Answer:
        if "Range" in asked.headers:
            return Answer(b"", 503)
        return Answer(LONG, headers={"ETag": '"one"'}, fault="cut" if len(peer.asked) == 1 else None)

    peer.respond = respond
    source = Source(FEED, peer.endpoint(), {"kind": "http_file", "connection": "c", "path": f"/lists/{NEW}"})
    using(source.contract(), monkeypatch)
    assert pull(source, tmp_path, replace(PATIENT, attempts=3)).counts()["files_loaded"] == 1
    assert ["Range" in asked.headers for asked in peer.asked] == [False, True, False]
