"""A mail server on loopback that takes any mail and keeps it."""

from __future__ import annotations

import email
import email.message
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """A running server: its port, and the mails that came."""

    port: int
    mails: list[email.message.EmailMessage] = field(default_factory=list)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Serve SMTP (RFC 5321, without TLS or login) until the block ends."""

    class Desk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 loopback")
            while line := self.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self._say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    text = b"".join(each.removeprefix(b".") if each.startswith(b"..") else each for each in lines)
                    office.mails.append(email.message_from_bytes(text, policy=email.policy.default))  # type: ignore[arg-type]
                self._say("221 bye" if word == b"QUIT" else "250 yes")
                if word == b"QUIT":
                    return

        def _say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Desk) as server:
        office = PostOffice(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield office
        finally:
            server.shutdown()
