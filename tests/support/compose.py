"""docker-compose.yml as plain processes: its commands and environment, with the test's hosts, ports and folders."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import yaml

from area.paths import PROJECT_ROOT

_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def load_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """The file, parsed, with `${…}` filled in as compose does; a missing required variable is a KeyError."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if variables.get(name):
            return variables[name]
        if kind == "-":
            return rest
        raise KeyError(f"{name}: {rest}")

    return dict(yaml.safe_load(_VARIABLE.sub(fill, (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))))


def free_port() -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SocketBridge:
    """TCP on loopback to a Unix socket: the embedded PostgreSQL listens on a socket only, compose names a TCP port."""

    def __init__(self, target: Path) -> None:
        bridge = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.socket(socket.AF_UNIX) as upstream:
                    upstream.connect(str(bridge.target))
                    back = threading.Thread(target=_copy, args=(upstream, self.request), daemon=True)
                    back.start()
                    _copy(self.request, upstream)
                    back.join()

        self.target = target
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Services:
    """Services of the compose file running as processes; `stop` ends them and all they started."""

    def __init__(self, compose: dict[str, Any], *, replace: Mapping[str, str], logs: Path) -> None:
        self.compose, self.replace, self.logs = compose, replace, logs
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, words: list[str]) -> list[str]:
        """A compose command with this test's hosts, ports and Python."""
        filled = [self._fill(word) for word in words]
        binary = Path(sys.executable).parent / filled[0]
        return [str(binary) if binary.exists() else shutil.which(filled[0]) or filled[0], *filled[1:]]

    def environment(self, service: str) -> dict[str, str]:
        """What compose would set for a service, on top of a bare environment."""
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {name: self._fill(str(value)) for name, value in self.compose["services"][service]["environment"].items()}
        return bare | {"PYTHONPATH": str(PROJECT_ROOT)} | own

    def run(self, service: str, *, timeout: int) -> subprocess.CompletedProcess[bytes]:
        """Run a one-off service to its end."""
        return subprocess.run(
            self.command(self.compose["services"][service]["command"]),
            env=self.environment(service),
            cwd=PROJECT_ROOT,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def start(self, service: str) -> None:
        with (self.logs / f"{service}.log").open("wb") as log:
            self.processes[service] = subprocess.Popen(
                self.command(self.compose["services"][service]["command"]),
                env=self.environment(service),
                cwd=PROJECT_ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def healthy(self, service: str) -> bool:
        """Whether the service's own healthcheck passes."""
        words = self.compose["services"][service]["healthcheck"]["test"][1:]
        done = subprocess.run(
            self.command(words), env=self.environment(service), cwd=PROJECT_ROOT, capture_output=True, check=False
        )
        return done.returncode == 0

    def restart(self, service: str, **changes: str) -> None:
        """Stop one service and start it with another environment."""
        self.stop(service)
        own = self.compose["services"][service]
        own["environment"] = own["environment"] | changes
        self.start(service)

    def stop(self, *services: str) -> None:
        """Stop these services, or every one, and all they started."""
        for process in [self.processes[name] for name in services or self.processes]:
            try:
                family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
            except psutil.NoSuchProcess:
                continue
            for member in family:
                try:
                    member.send_signal(signal.SIGTERM)
                except psutil.NoSuchProcess:
                    continue
            _, alive = psutil.wait_procs(family, timeout=15)
            for member in alive:
                member.kill()

    def _fill(self, text: str) -> str:
        for old, new in self.replace.items():
            text = text.replace(old, new)
        return text
