"""A real S3 server on loopback (moto's), with a proxy before it that knows the one login and can be given faults."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from botocore.config import Config
from moto.server import ThreadedMotoServer

from ingest.transports.endpoint import Endpoint
from tests.support.loopback import PASSWORD, Answer, Asked, HttpPeer, http_peer

KEY = "AKIATESTOFTHEWAREHOUSE"
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-encoding", "date", "server", "keep-alive"}


@dataclass
class S3Peer:
    """The running server. `client` puts objects there; what pulls ask goes through `proxy`."""

    client: Any
    proxy: HttpPeer
    well: Callable[[Asked], Answer]

    def endpoint(self, bucket: str, **changes: Any) -> Endpoint:
        extra = {"endpoint_url": self.proxy.url, "region_name": "eu-west-2", "bucket": bucket}
        said: dict[str, Any] = {"conn_id": "c", "kind": "aws", "login": KEY, "password": PASSWORD, "extra": extra}
        extra |= changes.pop("extra", {})
        return Endpoint(**(said | changes))


def error(code: str, status: int) -> Answer:
    """An error as S3 words it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
    return Answer(body.encode(), status, {"Content-Type": "application/xml"})


@contextlib.contextmanager
def s3_peer() -> Iterator[S3Peer]:
    """Serve S3 on free ports of loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    behind = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=behind,
        aws_access_key_id=KEY,
        aws_secret_access_key=PASSWORD,
        region_name="eu-west-2",
        config=Config(retries={"max_attempts": 1}),
    )
    with http_peer() as proxy, requests.Session() as session:

        def pass_on(asked: Asked) -> Answer:
            if f"Credential={KEY}/" not in asked.headers.get("Authorization", ""):
                return error("InvalidAccessKeyId", 403)
            answer = session.request(
                asked.method, behind + asked.path, headers=asked.headers, data=asked.body, timeout=10, stream=True
            )
            headers = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            return Answer(answer.raw.read(), answer.status_code, headers)

        proxy.respond = pass_on
        try:
            yield S3Peer(client, proxy, pass_on)
        finally:
            client.close()
            server.stop()
