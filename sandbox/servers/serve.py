"""Serve one sandbox folder: `python -m sandbox.servers.serve --dir OUT [--trouble FILE]`.

Prints one JSON line, an object of environment variables (Airflow connections in Airflow's JSON form), then serves until
standard input closes or SIGTERM or SIGINT comes, and returns 0.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import threading
import warnings
from pathlib import Path

from area.errors import SendWarehouseError
from sandbox.servers.connections import Served, environment
from sandbox.servers.folder import SFTP_USERS, SandboxFolder
from sandbox.servers.gias import gias_app
from sandbox.servers.http import HttpServer
from sandbox.servers.mesh import MeshServer
from sandbox.servers.mis import mis_app
from sandbox.servers.sftp import SftpServer
from sandbox.servers.ssd import SsdDatabase
from sandbox.servers.statistics.app import BASE_PATH, statistics_app
from sandbox.servers.trouble import Trouble


def main(out_dir: Path, trouble: Path | None = None) -> int:
    """Serve the folder `out_dir` until told to stop; returns the exit code.

    Raises SettingsError when the folder is no sandbox folder or the trouble file cannot be used.
    """
    warnings.simplefilter("ignore")  # what a library grumbles about is no word to whoever started this
    asyncio.run(_serve(SandboxFolder.open(out_dir), Trouble.read(trouble)))
    return 0


async def _serve(folder: SandboxFolder, trouble: Trouble) -> None:
    stop = asyncio.Event()
    _stop_when_told(stop)
    token = secrets.token_urlsafe(32)
    passwords = {user: secrets.token_urlsafe(16) for user in SFTP_USERS}
    database = SsdDatabase(folder.ssd) if folder.ssd.is_dir() else None
    mesh = MeshServer(folder.mesh, trouble) if folder.mesh else None
    mis = HttpServer(trouble.around("mis", mis_app(folder, token)))
    gias = HttpServer(trouble.around("gias", gias_app(folder)))
    statistics = HttpServer(trouble.around("statistics", statistics_app()))
    sftp = SftpServer(folder, passwords, trouble)
    servers = [server for server in (database, mesh, mis, gias, statistics, sftp) if server is not None]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        served = Served(
            mis_port=mis.port,
            mis_token=token,
            gias_port=gias.port,
            statistics_port=statistics.port,
            statistics_base_path=BASE_PATH,
            sftp_port=sftp.port,
            sftp_passwords=passwords,
            sftp_host_key=sftp.host_key,
            mesh=mesh,
            ssd=database,
        )
        print(json.dumps(environment(folder, served)), flush=True)
        await stop.wait()
    finally:
        await asyncio.gather(*(server.stop() for server in servers))


def _stop_when_told(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM, on SIGINT or when standard input closes (a parent that dies closes it too)."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def watch() -> None:
        # os.read on the descriptor: no lock of sys.stdin is held when the interpreter shuts down.
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop is closed: stopped already, by a signal
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=watch, daemon=True, name="stdin").start()


def _command_line() -> int:
    parser = argparse.ArgumentParser(description="Serve a sandbox folder as source systems on loopback.")
    parser.add_argument("--dir", dest="out", type=Path, required=True, help="folder made by `send sandbox make`")
    parser.add_argument("--trouble", type=Path, help="JSON file of faults to switch on")
    given = parser.parse_args()
    try:
        return main(given.out, given.trouble)
    except SendWarehouseError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(_command_line())
