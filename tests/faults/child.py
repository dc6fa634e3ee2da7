"""Pulls in a process of their own, to be killed or to run out of disk.

One helper process a transport imports everything once and forks a child for each pull; a child is killed at the n-th
time something reaches the disk, or may write no file of more than so many bytes (RLIMIT_FSIZE, which the kernel
enforces as it does a full disk).
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from area.paths import PROJECT_ROOT

if TYPE_CHECKING:
    from tests.faults.campaign import Source


@dataclass(frozen=True)
class Ended:
    """How a pull in a child ended: exit status (negative: the signal), how often something reached the disk, and the
    warehouse's own error, if there was one."""

    status: int
    calls: int = 0
    said: str = ""
    error: str | None = None
    retryable: bool = False


class Child:
    """The helper process; started by the first pull."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, source: Source, root: Path, *, kill_at: int = 0, full_at: int = 0) -> Ended:
        job = {
            "feed": source.feed,
            "transport": source.transport,
            "upload": source.upload,
            "endpoint": dataclasses.asdict(source.endpoint),
            "root": str(root),
            "kill_at": kill_at,
            "full_at": full_at,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


def _serve() -> None:
    import os

    _import_all()
    for line in sys.stdin:
        job = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            said = _pull(job)
            defect = said.pop("defect", False)
            os.write(writing, json.dumps(said).encode())
            os._exit(3 if defect else 0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = json.loads(pipe.read() or b"{}")
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"status": status, **said}), flush=True)


def _import_all() -> None:
    """What children would otherwise import one after the other, much of it only when it is first used."""
    import importlib
    import pkgutil

    import ingest.formats
    import ingest.transports
    from ingest.contract.model import load_contracts

    for name in ("duckdb", "pandas", "pyarrow.csv", "pyarrow.parquet", "s3fs", "tests.faults.campaign"):
        importlib.import_module(name)
    for package in (ingest.formats, ingest.transports):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    load_contracts()


def _pull(job: dict[str, Any]) -> dict[str, Any]:
    import os
    import resource
    import signal

    import pytest

    from area.errors import SendWarehouseError
    from ingest.transports.endpoint import Endpoint
    from tests.faults.campaign import PATIENT, Source, pull, using

    calls = 0

    def counted(real: Any) -> Any:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == job["kill_at"]:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return wrapped

    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    source = Source(job["feed"], Endpoint(**job["endpoint"]), job["transport"], job["upload"])
    using(source.contract(), pytest.MonkeyPatch())
    if job["full_at"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["full_at"], job["full_at"]))
    said: dict[str, Any] = {}
    try:
        pull(source, Path(job["root"]), PATIENT)
    except SendWarehouseError as error:
        said = {"said": str(error), "error": type(error).__name__, "retryable": error.retryable}
    except BaseException as error:
        said = {"said": f"{type(error).__name__}: {error}", "defect": True}
    return {"calls": calls, **said}


if __name__ == "__main__":
    _serve()
