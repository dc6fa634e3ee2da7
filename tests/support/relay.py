"""TCP on loopback to a server, with faults on the way: the peers that tests start are real and do not fail."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

RESET, CUT, STALL = "reset", "cut", "stall"


class Relay:
    """Hands bytes on in both directions. `spoil` makes each connection fail once so many bytes have come back."""

    def __init__(self, target: Path | tuple[str, int]) -> None:
        self._target = target
        self._fault: str | None = None
        self._after = 0
        self._answer: bytes | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @contextlib.contextmanager
    def spoil(self, fault: str, *, after: int = 0) -> Iterator[None]:
        """Connections made meanwhile are reset, cut off cleanly or left without a word after so many bytes."""
        self._fault, self._after = fault, after
        try:
            yield
        finally:
            self._fault = None

    @contextlib.contextmanager
    def answering(self, answer: bytes) -> Iterator[None]:
        """Connections made meanwhile get this answer, whatever they ask; the server sees none of it."""
        self._answer = answer
        try:
            yield
        finally:
            self._answer = None

    def drop_all(self) -> None:
        """Reset every connection there is."""
        for end in list(self._open):
            _reset(end)

    def close(self) -> None:
        self._socket.close()
        self.drop_all()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        fault, after, answer = self._fault, self._after, self._answer
        with contextlib.suppress(OSError), client:
            if answer is not None:
                client.recv(65_536)
                client.sendall(answer)
                client.shutdown(socket.SHUT_WR)
                return
            with self._upstream() as upstream:
                threading.Thread(target=_copy, args=(client, upstream), daemon=True).start()
                self._back(upstream, client, fault, after)
        self._open.discard(client)

    def _upstream(self) -> socket.socket:
        if isinstance(self._target, tuple):
            return socket.create_connection(self._target)
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(str(self._target))
        return upstream

    def _back(self, upstream: socket.socket, client: socket.socket, fault: str | None, after: int) -> None:
        sent = 0
        while data := upstream.recv(4096 if fault else 65_536):
            if fault is None or sent + len(data) <= after:
                client.sendall(data)
                sent += len(data)
                continue
            client.sendall(data[: after - sent])
            if fault == STALL:
                client.recv(1 << 20)  # until the client gives up; what it still sends is nobody's
            elif fault == RESET:
                _reset(client)
            break
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR if fault else socket.SHUT_WR)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RD)
    with contextlib.suppress(OSError):
        end.close()
