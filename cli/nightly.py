"""`send nightly`: one command from nothing to a finished night."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from area.call import day_said
from area.paths import PROJECT_ROOT, AreaPaths, data_root
from area.settings import load_settings
from cli.airflow_home import airflow_environment
from cli.progress import follow
from cli.summary import print_summary, step_counts
from returns.definition.load import load_definition, require_defined
from returns.kinds import SEN2

# Pulls (21), sectors (4) and the build's own steps (14): the length of the progress bar.
EXPECTED_STEPS = 39


class Sources(StrEnum):
    """Where the extracts come from."""

    sandbox = "sandbox"
    configured = "configured"


def nightly(
    area: Annotated[str, typer.Option(help="DfE three-digit code of the local authority")] = "931",
    collection: Annotated[int, typer.Option(help="SEN2 collection year")] = 2025,
    seed: Annotated[int, typer.Option(help="Seed of the pretend area")] = 1,
    sources: Annotated[
        Sources, typer.Option(help="sandbox: a pretend area and its servers; configured: your own connections")
    ] = Sources.sandbox,
    as_of: Annotated[str | None, typer.Option(help="Night's date (CCYY-MM-DD); today if the sources are yours")] = None,
) -> None:
    """Pull every extract, build, gate and publish a night, through Airflow; then say what came of it."""
    console = Console(highlight=False, soft_wrap=True)
    started = time.monotonic()
    # What cannot be run is refused before anything starts.
    if as_of is not None:
        as_of = day_said(as_of).isoformat()
    require_defined(SEN2, collection, option="--collection")
    load_definition(SEN2, load_settings(area, collection=collection).collection)
    paths = AreaPaths.of(area)
    # A stop signal ends the run as Ctrl-C does: the sources and Airflow are stopped with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment = (
        os.environ | airflow_environment(data_root() / "airflow", areas=[area]) | {"SEND_DATA": str(data_root())}
    )
    if sources is Sources.configured:
        date = as_of or dt.date.today().isoformat()
        log = _log(paths, date)
        code = run_dags(area, date, collection, environment, paths, log, console)
    else:
        key = f"sandbox-{area}-{seed}"
        out = make_sandbox(area, collection, seed, paths, console)
        date = as_of or json.loads((out / "sandbox.json").read_text(encoding="utf-8"))["as_of"]
        log = _log(paths, date)
        with served(out) as connections:
            environment |= connections | {"SEND_CONFIG": str(out / "config"), "SEND_HMAC_KEY": key}
            code = run_dags(area, date, collection, environment, paths, log, console)
    if code == 0:
        print_summary(paths, seconds=time.monotonic() - started, console=console)
        if sources is Sources.sandbox:
            code = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "sandbox",
                    "reconcile",
                    "--area",
                    area,
                    "--warehouse",
                    str(paths.current / "warehouse.duckdb"),
                    "--out",
                    str(paths.sandbox / "reconciliation"),
                ],
                cwd=PROJECT_ROOT,
                check=False,
            ).returncode
            if code and corrections_applied(paths):
                console.print("Corrections are applied, so cells may differ from the published figures.")
                code = 0
            console.print(f"Commands that show pseudonyms need the pretend area's key: export SEND_HMAC_KEY={key}")
    else:
        console.print(f"[bold red]The night was not published.[/] {_still_there(paths)} Log: {log}")
        if paths.stopped.quality_page.exists():
            console.print(f"What stopped it, and what to do: {paths.stopped.quality_page}")
    raise typer.Exit(code)


def corrections_applied(paths: AreaPaths) -> bool:
    """Whether the published night's return has corrections laid over what the casework says."""
    run = json.loads((paths.current / "run.json").read_text(encoding="utf-8"))
    states: dict[str, int] = step_counts(run, "rules sen2").get("overlay", {})
    return bool(states.get("correction applied"))


def make_sandbox(area: str, collection: int, seed: int, paths: AreaPaths, console: Console) -> Path:
    """The pretend area's folder, made unless the same one is there already."""
    out = paths.sandbox / f"{collection}-seed{seed}"
    if (out / "sandbox.json").exists():
        console.print(f"Pretend area {area}, seed {seed}: already made")
        return out
    console.print(f"Making a pretend area {area}, seed {seed}, for the collection of {collection} …")
    words = ["--area", area, "--seed", str(seed), "--collection", str(collection), "--out", str(out)]
    made = subprocess.run(
        [sys.executable, "-m", "sandbox", "make", *words],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,  # its table of rows is for `send sandbox make`; the night shows a line
        check=False,
    )
    if made.returncode:
        console.print(made.stdout.decode(), markup=False)
        raise typer.Exit(made.returncode)
    told = json.loads((out / "sandbox.json").read_text(encoding="utf-8"))
    console.print(
        f"  {told['counts']['children']:,} children and young people, {told['counts']['ehc_plan']:,} EHC plans"
    )
    for note in told["notes"]:
        console.print(f"  {note}", markup=False)
    return out


@contextmanager
def served(out: Path) -> Iterator[dict[str, str]]:
    """The pretend source systems, running; yields their connections as environment variables."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sandbox.servers.serve", "--dir", str(out)],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        line = server.stdout.readline() if server.stdout else b""
        yield json.loads(line)
    finally:
        if server.stdin:
            server.stdin.close()
        stop(server)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process: asked first, killed after five seconds."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_dags(
    area: str, as_of: str, collection: int, environment: dict[str, str], paths: AreaPaths, log: Path, console: Console
) -> int:
    """Run the DAG files through Airflow in a process of their own, showing the steps; its exit code.

    What Airflow says goes to the file `log`.
    """
    paths.step_log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths.step_log.unlink(missing_ok=True)
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.run_dags", "--area", area, "--as-of", as_of, "--collection", str(collection)],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            records: list[dict[str, Any]] = follow(process, paths.step_log, expected=EXPECTED_STEPS, console=console)
        except BaseException:
            stop(process)
            raise
    if process.returncode and not any(r["state"] == "failed" for r in records):
        console.print(f"[red]Airflow itself stopped; the end of {log} says why.[/]")
    return process.returncode


def _log(paths: AreaPaths, as_of: str) -> Path:
    """A log of its own for each night: why one failed is asked when the next has been. Old ones go with their nights
    (`warehouse.publish`)."""
    return paths.airflow_log(dt.date.fromisoformat(as_of), dt.datetime.now(dt.UTC))


def _still_there(paths: AreaPaths) -> str:
    return "Last night's warehouse stays in use." if paths.current.exists() else "There is no earlier night."
