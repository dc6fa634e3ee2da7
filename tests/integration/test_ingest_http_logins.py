"""How pulls by HTTP log in: every kind of login against a real server, and where secrets must not turn up."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from area.errors import SettingsError, SourceRefusedError, SourceUnavailableError
from ingest.pull import PullResult
from tests.faults.campaign import Source, pull, using
from tests.faults.listings import FEED, NAME, content
from tests.support.loopback import Answer, Asked, HttpPeer, http_peer

SECRET = "s3cret/of+the test"
TRANSPORT = {"kind": "http_file", "connection": "c", "path": f"/lists/{NAME}"}


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpPeer]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the token server of these tests is on loopback
    with http_peer() as running:
        yield running


def source(peer: HttpPeer, **said: Any) -> Source:
    extra = said.pop("extra", {})
    return Source(FEED, peer.endpoint(**({"login": "council", "password": SECRET} | said), extra=extra), TRANSPORT)


def pulled(source: Source, root: Path, monkeypatch: pytest.MonkeyPatch) -> PullResult:
    using(source.contract(), monkeypatch)
    return pull(source, root)


def written(root: Path) -> str:
    """Everything a pull has put on record."""
    return "".join(path.read_text() for path in (root / "931/deliveries").rglob("*.json"))


def basic(asked: Asked) -> bool:
    encoded = base64.b64encode(f"council:{SECRET}".encode()).decode()
    return asked.headers.get("Authorization") == f"Basic {encoded}"


def bearer(asked: Asked) -> bool:
    return asked.headers.get("Authorization") == f"Bearer {SECRET}"


def in_header(asked: Asked) -> bool:
    return asked.headers.get("X-Key") == SECRET and "Authorization" not in asked.headers


def in_address(asked: Asked) -> bool:
    return parse_qs(urlsplit(asked.path).query).get("key") == [SECRET]


@pytest.mark.parametrize(
    ("extra", "accepts"),
    [
        ({}, bearer),
        ({"auth": "bearer"}, bearer),
        ({"auth": "basic"}, basic),
        ({"auth": "api_key", "api_key_header": "X-Key"}, in_header),
        ({"auth": "api_key", "api_key_parameter": "key"}, in_address),
        ({"auth": "none"}, lambda asked: "Authorization" not in asked.headers),
    ],
    ids=["nothing said", "bearer", "basic", "key in a header", "key in the address", "none"],
)
def test_each_kind_of_login(
    peer: HttpPeer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    extra: dict[str, str],
    accepts: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    peer.respond = lambda asked: Answer(content()) if accepts(asked) else Answer(b"no", 401)
    assert pulled(source(peer, extra=extra), tmp_path, monkeypatch).counts()["files_loaded"] == 1
    peer.respond = lambda _: Answer(b"no", 401)
    with pytest.raises(SourceRefusedError, match="401") as caught:
        pulled(source(peer, extra=extra), tmp_path / "other", monkeypatch)
    peer.respond = lambda _: Answer(fault="cut")
    with pytest.raises(SourceUnavailableError) as broken:
        pulled(source(peer, extra=extra), tmp_path / "third", monkeypatch)
    shown = str(caught.value) + str(broken.value) + caplog.text
    for root in (tmp_path, tmp_path / "other", tmp_path / "third"):
        shown += written(root)
    for form in (SECRET, "s3cret%2Fof%2Bthe+test", "s3cret%2Fof%2Bthe%20test"):
        assert form not in shown


def test_an_error_brings_no_address_along(peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a log prints of an error is the chain of its causes too."""
    extra = {"auth": "api_key", "api_key_parameter": "key"}
    with pytest.raises(SourceUnavailableError) as caught:
        pulled(source(peer, extra=extra, port=1), tmp_path, monkeypatch)
    import traceback

    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


# --- client credentials ---------------------------------------------------------------------------------------------


class Tokens:
    """A source whose tokens come from a token server at /token; only the last token given is good."""

    def __init__(self, *, expires_in: int = 3600, in_body: bool = False) -> None:
        self.given = 0
        self.asked: list[dict[str, list[str]]] = []
        self.expires_in, self.in_body = expires_in, in_body
        self.refuses: Answer | None = None

    @property
    def good(self) -> str:
        return f"Bearer token-{self.given}"

    def __call__(self, asked: Asked) -> Answer:
        if asked.path != "/token":
            return Answer(content()) if asked.headers.get("Authorization") == self.good else Answer(b"no", 401)
        if self.refuses is not None:
            return self.refuses
        said = parse_qs(asked.body.decode())
        self.asked.append(said)
        allowed = said.get("client_secret") == [SECRET] if self.in_body else basic(asked)
        if not allowed or said["grant_type"] != ["client_credentials"]:
            return Answer(b'{"error": "invalid_client"}', 401, {"Content-Type": "application/json"})
        self.given += 1
        token = {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": self.expires_in}
        return Answer(json.dumps(token).encode(), headers={"Content-Type": "application/json"})


def client(peer: HttpPeer, **extra: Any) -> Source:
    return source(peer, extra={"auth": "oauth2", "token_url": f"{peer.url}/token"} | extra)


def test_a_token_is_had_for_a_scope_and_an_audience(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = peer.respond = Tokens()
    asked = client(peer, scope="read lists", audience="the-warehouse")
    assert pulled(asked, tmp_path, monkeypatch).counts()["files_loaded"] == 1
    assert (tokens.asked[0]["scope"], tokens.asked[0]["audience"]) == (["read lists"], ["the-warehouse"])
    assert len(tokens.asked) == 1
    assert "client_secret" not in tokens.asked[0]
    assert SECRET not in caplog.text
    assert "token-1" not in caplog.text + written(tmp_path)


def test_the_secret_may_go_in_the_body(peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peer.respond = Tokens(in_body=True)
    assert pulled(client(peer, token_auth="body"), tmp_path, monkeypatch).counts()["files_loaded"] == 1


def test_a_token_that_is_not_accepted_any_more_is_renewed_once(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens()
    revoked: list[str] = []

    def respond(asked: Asked) -> Answer:
        if asked.path != "/token" and not revoked:
            revoked.append(asked.headers["Authorization"])
            return Answer(b"revoked", 401)
        return tokens(asked)

    peer.respond = respond
    assert pulled(client(peer), tmp_path, monkeypatch).counts()["files_loaded"] == 1
    assert tokens.given == 2
    peer.respond = lambda asked: tokens(asked) if asked.path == "/token" else Answer(b"no", 401)
    with pytest.raises(SourceRefusedError, match="401"):
        pulled(client(peer), tmp_path / "other", monkeypatch)
    assert tokens.given == 4  # one, and one more


def test_a_token_about_to_expire_is_renewed_before_it_is_used(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(expires_in=5)
    answered: list[str] = []

    def respond(asked: Asked) -> Answer:
        if asked.path != "/token":
            answered.append(asked.headers["Authorization"])
            if len(answered) == 1:
                return Answer(b"busy", 503)
        return tokens(asked)

    peer.respond = respond
    assert pulled(client(peer), tmp_path, monkeypatch).counts()["files_loaded"] == 1
    assert answered == ["Bearer token-1", "Bearer token-2"]


def test_a_token_server_that_refuses_or_is_down(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = peer.respond = Tokens()
    with pytest.raises(SourceRefusedError, match="gave no token \\(invalid_client\\)"):
        pulled(source(peer, password="wrong-secret", extra=client(peer).endpoint.extra), tmp_path, monkeypatch)
    tokens.refuses = Answer(b"<html>busy</html>", 503)
    with pytest.raises(SourceUnavailableError, match="the token server answered 503; tried 2 times"):
        pulled(client(peer), tmp_path, monkeypatch)
    tokens.refuses = Answer(b"<html>welcome</html>")
    with pytest.raises(SourceRefusedError, match="gave no token"):
        pulled(client(peer), tmp_path, monkeypatch)


# --- what is said of a connection -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"extra": {"auth": "magic"}}, "one of bearer, basic, api_key, oauth2, none"),
        ({"extra": {"auth": "basic"}, "password": ""}, "a password, as 'auth' is basic"),
        ({"extra": {"auth": "oauth2"}}, "token_url"),
        ({"extra": {"auth": "oauth2", "token_url": "http://192.0.2.1/token"}}, "https addresses"),
        ({"extra": {"auth": "api_key"}, "host": "192.0.2.1"}, "https addresses"),
    ],
)
def test_a_connection_that_cannot_be_is_said(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], match: str
) -> None:
    with pytest.raises(SettingsError, match=match) as caught:
        pulled(source(peer, **said), tmp_path, monkeypatch)
    assert SECRET not in str(caught.value)
    assert not peer.asked


@pytest.mark.parametrize("extra", [{"auth": "bearer"}, {"auth": "api_key", "api_key_header": "X-Key"}])
def test_a_secret_does_not_follow_to_another_server(
    peer: HttpPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: dict[str, str]
) -> None:
    with http_peer() as other:
        other.respond = lambda _: Answer(content())
        away = {"Location": f"http://localhost:{other.port}/lists/{NAME}"}
        peer.respond = lambda _: Answer(b"", 302, away)
        assert pulled(source(peer, extra=extra), tmp_path, monkeypatch).counts()["files_loaded"] == 1
        (asked,) = other.asked
    assert "Authorization" not in asked.headers
    assert "X-Key" not in asked.headers
