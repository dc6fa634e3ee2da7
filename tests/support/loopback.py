"""Small real servers on loopback for the tests of ingest: SFTP (asyncssh) and HTTP (http.server), with faults on
demand."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh

from ingest.transports.endpoint import Endpoint

PASSWORD = "open-sesame-9"
TOKEN = "token-of-the-test"


def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port of loopback that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


class _Folder(asyncssh.SFTPServer):
    """Each user sees `root/<user>`. `breaks` counts down how many reads hang up on the client; `fault` is what reads
    do meanwhile: fail (the server says so) or stop (as if the file ended half way)."""

    root: Path
    breaks = 0
    sent = 0
    """Bytes of files that were read by clients."""
    fault: str | None = None

    def __init__(self, chan: Any) -> None:
        home = self.root / str(chan.get_extra_info("username"))
        super().__init__(chan, chroot=str(home).encode())

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        if offset > 0 and type(self).breaks > 0:
            type(self).breaks -= 1
            self.connection.abort()
        if self.fault == "fail":
            raise asyncssh.SFTPFailure("The disk of the server has a fault")
        if self.fault == "stop":
            half = os.fstat(file_obj.fileno()).st_size // 2
            size = max(0, min(size, half - offset))
        data = super().read(file_obj, offset, size)
        type(self).sent += len(data)
        return data


class _Login(asyncssh.SSHServer):
    known_key: asyncssh.SSHKey

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PASSWORD

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return bool(key.public_data == self.known_key.public_data)


@dataclass
class SftpPeer:
    """A running SFTP server."""

    root: Path
    port: int
    host_key: str
    server: Any
    private_key: str
    """The key a user may log in with in place of the password, as text."""

    def home(self, user: str) -> Path:
        """The folder a user sees; made when it is not there."""
        folder = self.root / user
        folder.mkdir(exist_ok=True)
        return folder

    def endpoint(self, user: str, **changes: Any) -> Endpoint:
        said: dict[str, Any] = {
            "conn_id": "send_931_test_sftp",
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": self.port,
            "login": user,
            "password": PASSWORD,
            "extra": {"host_key": self.host_key},
        }
        return Endpoint(**(said | changes))

    def break_off(self, times: int) -> None:
        """The next so many reads beyond the first block end in a broken connection."""
        self.server.breaks = times


@contextlib.contextmanager
def sftp_peer(root: Path) -> Iterator[SftpPeer]:
    """Serve `root` by SFTP on a free port of loopback."""
    served = type("_Served", (_Folder,), {"root": root, "breaks": 0, "sent": 0})
    key, of_users = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    login = type("_KnownLogin", (_Login,), {"known_key": of_users})
    loop = asyncio.new_event_loop()

    async def listen() -> Any:
        return await asyncssh.create_server(
            login, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=served, sftp_version=3
        )

    acceptor = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    public = " ".join(key.export_public_key("openssh").decode().split()[:2])
    try:
        yield SftpPeer(root, acceptor.get_port(), public, served, of_users.export_private_key("openssh").decode())
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        time.sleep(0.05)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@dataclass
class Answer:
    """What the HTTP peer answers. `fault`: cut (hang up half way), reset (RST half way), stall (say nothing)."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    fault: str | None = None


@dataclass
class Asked:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class HttpPeer:
    """A running HTTP server; `respond` decides each answer, `asked` holds what came."""

    port: int
    asked: list[Asked]
    respond: Callable[[Asked], Answer]

    def endpoint(self, **changes: Any) -> Endpoint:
        said: dict[str, Any] = {
            "conn_id": "send_931_test_api",
            "kind": "http",
            "host": "127.0.0.1",
            "port": self.port,
            "scheme": "http",
            "password": TOKEN,
        }
        return Endpoint(**(said | changes))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def http_peer() -> Iterator[HttpPeer]:
    """Serve HTTP on a free port of loopback; set `respond` before the first request."""
    peer = HttpPeer(0, [], lambda _: Answer(status=500))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length), time.monotonic())
            peer.asked.append(asked)
            self._give(peer.respond(asked))

        do_POST = do_HEAD = do_PUT = do_GET

        def _give(self, answer: Answer) -> None:
            if answer.fault == "stall":
                time.sleep(1.0)
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.fault is None:
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
                return
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.wfile.flush()
            time.sleep(0.05)
            if answer.fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
