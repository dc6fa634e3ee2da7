"""A pretend area for tests: made once, served by its real servers, and nights run over it without Airflow."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from area.paths import PROJECT_ROOT, AreaPaths
from cli.nightly import served

__all__ = ["AS_OF", "content", "make_sandbox", "night_environment", "run_night", "served", "start_night"]

AS_OF = dt.date(2025, 1, 31)


def make_sandbox(area: str, out: Path, *, seed: int = 1, clean: bool = False) -> Path:
    """Make a pretend area in `out`; returns `out`."""
    words = [sys.executable, "-m", "sandbox", "make", "--area", area, "--seed", str(seed), "--out", str(out)]
    subprocess.run(
        words + (["--clean"] if clean else []), check=True, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL, timeout=300
    )
    return out


def night_environment(out: Path, connections: Mapping[str, str], data: Path) -> dict[str, str]:
    """The environment a night of the area runs in."""
    return (
        dict(os.environ)
        | dict(connections)
        | {"SEND_DATA": str(data), "SEND_CONFIG": str(out / "config"), "SEND_HMAC_KEY": "test-key"}
    )


def start_night(area: str, name: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a whole night (pulls, gates, build, publish) in a process of its own; `name` is the night's id."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.run_night", area, name],
        cwd=PROJECT_ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def run_night(area: str, name: str, environment: Mapping[str, str]) -> AreaPaths:
    """Run a whole night to its end; fails with its output when it does not succeed."""
    process = start_night(area, name, environment)
    output, _ = process.communicate(timeout=400)
    assert process.returncode == 0, output.decode()[-4000:]
    return AreaPaths.of(area, Path(environment["SEND_DATA"]))


def content(
    paths: AreaPaths, run: Path | None = None, *, arrival: tuple[str, ...] = ("last_received_at",)
) -> dict[str, str]:
    """SHA-256 of every XML and Parquet file of the published night, or of another `run`.

    One table states how each feed arrived: of that the rest of its columns is compared. What hangs on
    the night before (what changed since) is in the page of the year and the night's own file alone, which are not.
    """
    current = run or paths.current.resolve()
    files = [p for p in current.rglob("*") if p.suffix in {".xml", ".parquet"}]
    assert len(files) > 25
    found = {str(p.relative_to(current)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}
    feeds = "parquet/board/board_feed_status.parquet"
    rows = duckdb.sql(f"select * exclude ({', '.join(arrival)}) from '{current / feeds}' order by all").fetchall()
    return found | {feeds: repr(rows)}
