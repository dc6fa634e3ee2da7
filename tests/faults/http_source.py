"""An HTTP source with a fault: what the parts of the campaign over HTTP have in common."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ingest.transports.endpoint import Endpoint
from tests.faults import faults
from tests.faults.campaign import Peer, Source
from tests.support.loopback import TOKEN, Answer, Asked, HttpPeer, closed_port

LOGIN_PAGE = Answer(b"<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html; charset=utf-8"})


def half(answer: Answer) -> Answer:
    """An answer whose body is shorter than it says, the connection closed in good order."""
    return dataclasses.replace(answer, fault="cut")


def misstated(answer: Answer) -> Answer:
    """An answer whose body is not the one that its digest is of."""
    digest = base64.b64encode(hashlib.sha256(answer.body + b"!").digest()).decode()
    return dataclasses.replace(answer, headers=answer.headers | {"Repr-Digest": f"sha-256=:{digest}:"})


SPOILT: dict[str, Callable[[Answer], Answer]] = {
    faults.TIME_OUT: lambda _: Answer(fault="stall"),
    faults.RESET: lambda answer: dataclasses.replace(answer, fault="reset"),
    faults.BROKEN: lambda _: Answer(b"down for maintenance", 503),
    faults.TRUNCATED: half,
    faults.CHECKSUM: misstated,
    faults.EMPTY: lambda answer: dataclasses.replace(answer, body=b""),
    faults.CONTENT_TYPE: lambda _: LOGIN_PAGE,
}


class OverHttp(Peer):
    """A part of the campaign whose source is one HTTP server that wants a token; `answer` is the source in good
    health."""

    impossible: Mapping[str, str] = MappingProxyType({})

    def __init__(self, server: HttpPeer, answer: Callable[[Asked], Answer]) -> None:
        self.server = server
        self._well = server.respond = letting_in(TOKEN, answer)

    def endpoint(self, **changes: Any) -> Endpoint:
        """The server's connection, with changes."""
        return self.server.endpoint(**changes)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        with _under(self.server, fault, self._well, self.endpoint) as endpoint:
            yield dataclasses.replace(self.source(), endpoint=endpoint)


@contextlib.contextmanager
def _under(
    server: HttpPeer, fault: str, well: Callable[[Asked], Answer], endpoint: Callable[..., Endpoint]
) -> Iterator[Endpoint]:
    """The source under a fault. All faults last but 429, which a pull is to ride out: the source asks for patience once
    and then answers."""
    if fault == faults.REFUSED:
        yield endpoint(port=closed_port())
        return
    if fault == faults.CREDENTIALS:
        yield endpoint(password="wrong-secret")
        return
    asked_before = len(server.asked)

    def busy(asked: Asked) -> Answer:
        return Answer(b"busy", 429, {"Retry-After": "0"}) if len(server.asked) == asked_before + 1 else well(asked)

    def spoilt(asked: Asked) -> Answer:
        return SPOILT[fault](well(asked))

    server.respond = busy if fault == faults.TOO_MANY else spoilt
    yield endpoint()
    server.respond = well


def letting_in(token: str, well: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """A source that wants a bearer token."""

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != f"Bearer {token}":
            return Answer(b"who are you", 401)
        return well(asked)

    return respond
