"""The campaign over an S3 store."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from tests.faults import faults, http_source, listings
from tests.faults.campaign import Source
from tests.support.loopback import Answer, Asked, closed_port
from tests.support.s3_peer import S3Peer, error, s3_peer

BUCKET = "lists"


class ObjectStore:
    transport = "object_store"
    impossible: ClassVar[dict[str, str]] = {}

    def __init__(self, server: S3Peer) -> None:
        self._server = server
        server.client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})

    def lay_out(self) -> None:
        # Put there once: an object that is put again has another time, and would be another delivery.
        if "Contents" not in self._server.client.list_objects_v2(Bucket=BUCKET):
            self._put(listings.content())

    def _put(self, body: bytes) -> None:
        self._server.client.put_object(Bucket=BUCKET, Key=f"waiting/{listings.NAME}", Body=body)

    def source(self, **changes: object) -> Source:
        transport = {"kind": "object_store", "connection": "c", "prefix": "waiting", "pattern": "waiting_list_*.csv"}
        return Source(listings.FEED, self._server.endpoint(BUCKET, **changes), transport)

    @contextlib.contextmanager
    def under(self, fault: str) -> Iterator[Source]:
        proxy, well = self._server.proxy, self._server.well
        if fault == faults.REFUSED:
            yield self.source(extra={"endpoint_url": f"http://127.0.0.1:{closed_port()}"})
        elif fault == faults.CREDENTIALS:
            yield self.source(login="AKIASOMEBODYELSE", password="wrong-secret")
        elif fault in (faults.EMPTY, faults.CONTENT_TYPE):
            self._put(b"" if fault == faults.EMPTY else http_source.LOGIN_PAGE.body)
            yield self.source()
            self._put(listings.content())
        else:
            asked_before = len(proxy.asked)

            def spoilt(asked: Asked) -> Answer:
                answer = well(asked)
                if fault == faults.TOO_MANY:
                    return error("SlowDown", 503) if len(proxy.asked) == asked_before + 1 else answer
                if fault == faults.BROKEN:
                    return error("InternalError", 500)
                if fault == faults.CHECKSUM:
                    return dataclasses.replace(answer, body=answer.body.replace(b"W7", b"W8"))
                return http_source.SPOILT[fault](answer)

            proxy.respond = spoilt
            yield self.source()
            proxy.respond = well


@pytest.fixture(scope="module")
def peer() -> Iterator[ObjectStore]:
    with s3_peer() as server:
        yield ObjectStore(server)


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_nothing_is_lost_and_nothing_comes_twice(fault: str, run_cell: Callable[[str], str]) -> None:
    expected = {faults.TOO_MANY: faults.RODE_OUT, faults.KILLED: faults.HEALED}
    assert run_cell(fault) == expected.get(fault, faults.SAID)
