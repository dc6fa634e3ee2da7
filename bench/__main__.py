"""`make bench`: seconds a step, what dbt and the gates cost over bare SQL, a return of England's size, and how fast,
and in how much memory, the CIN census and CSV files are read.

Takes about ten minutes on two cores. The README quotes only what this printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from area.paths import PROJECT_ROOT, AreaPaths
from bench.bare_sql import compiled_models, run_bare
from bench.cin_reader import cin_reader, shorten
from bench.national import measure
from bench.readers import TABLE, csv_reader, flat_memory
from cli.nightly import served
from ingest.contract.model import load_contracts
from ingest.pull import pull_feed
from ingest.raw.schema import create_raw
from ingest.status.table import create_feed_status
from ingest.transports.endpoint import Endpoint
from returns.kinds import SEN2
from returns.overlay.load import load_overlay
from warehouse import night as steps
from warehouse.publish import begin

AREA = "931"
AS_OF = dt.date(2025, 1, 31)


def main() -> None:
    """Run all benchmarks and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", default="1,10", help="sizes, as multiples of the area's real one")
    scales = [int(s) for s in parser.parse_args().scales.split(",")]
    console = Console(width=110, highlight=False)
    with tempfile.TemporaryDirectory(prefix="send-bench-") as name:
        root = Path(name)
        for scale in scales:
            with area_of(root, scale) as (sandbox, data):
                timed(console, f"Area {AREA}, {scale} times its size", a_night(sandbox, data, scale, console))
                if scale == 1:
                    night = AreaPaths.of(AREA).current / "warehouse.duckdb"
                    timed(console, "SEN2 return of England", measure(night, root, year=AS_OF.year))
                    census = next((sandbox / "sftp" / "care" / "cin").glob("*.xml"))
                    small = shorten(census, root / "small.xml", 2000)
                    timed(console, "CIN census reader", cin_reader(census, small, root / "cin"))
                    pupils = sandbox / "census" / TABLE
                    timed(console, "CSV reader", csv_reader(pupils, root / "csv"))
                    timed(console, "Memory of the readers", flat_memory(pupils, census, root / "memory"))
            shutil.rmtree(root / f"x{scale}", ignore_errors=True)


@contextmanager
def area_of(root: Path, scale: int) -> Iterator[tuple[Path, Path]]:
    """A pretend area `scale` times its size, its sources served, the environment set; its folder and a data folder."""
    out, data = root / f"x{scale}" / "sandbox", root / f"x{scale}" / "data"
    words = [sys.executable, "-m", "sandbox", "make", "--area", AREA, "--seed", "1", "--out", str(out)]
    subprocess.run([*words, "--scale", str(scale)], check=True, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL)
    with served(out) as own:
        before = dict(os.environ)
        os.environ.update(own | {"SEND_DATA": str(data), "SEND_CONFIG": str(out / "config"), "SEND_HMAC_KEY": "bench"})
        try:
            yield out, data
        finally:
            os.environ.clear()
            os.environ.update(before)


def a_night(sandbox: Path, data: Path, scale: int, console: Console) -> dict[str, float]:
    """Seconds of every step of one night, and the ratio of dbt + gates + returns to the same SQL bare."""
    children = json.loads((sandbox / "sandbox.json").read_text(encoding="utf-8"))["counts"]
    console.print(f"{scale}x: {children['children']:,} children, {children['ehc_plan']:,} plans")
    night = steps.Night(AREA, "bench", AS_OF)
    seconds: dict[str, float] = {}
    for contract in load_contracts():
        started = time.perf_counter()
        pull_feed(
            AREA,
            contract.feed,
            Endpoint.from_environment(contract.connection(AREA)),
            as_of=AS_OF,
            received_at=dt.datetime.now(dt.UTC),
        )
        seconds[f"pull {contract.feed}"] = time.perf_counter() - started
    work: dict[str, Callable[[], object]] = {
        "open": lambda: steps.open_night(night),
        "gate reading": lambda: steps.gate(night, "reading"),
        "dbt facts": lambda: steps.build_facts(night),
        "gate facts": lambda: steps.gate(night, "facts"),
        "dbt outputs and rules": lambda: steps.build_outputs(night),
        "gate returns": lambda: steps.gate(night, "returns"),
        "outputs (SEN2 file, pages, Parquet)": lambda: steps.write_outputs(night),
        "publish": lambda: steps.publish_night(night),
    }
    for name, step in work.items():
        started = time.perf_counter()
        step()
        seconds[name] = time.perf_counter() - started
    seconds["whole night"] = sum(seconds.values())
    ours = sum(s for n, s in seconds.items() if n.startswith(("gate ", "dbt ")))
    bare = bare_seconds(night, data)
    goal = 5 if scale == 1 else 2
    return seconds | {
        "dbt + gates + rules": ours,
        "the same compiled SQL, bare": bare,
        f"ratio (goal: at most {goal})": ours / bare,
    }


def bare_seconds(night: steps.Night, data: Path) -> float:
    """Seconds of the bare run over the same raw rows, in a fresh file."""
    scratch = data / "bare"
    scratch.mkdir(parents=True)
    paths = AreaPaths.of(AREA)
    begin(paths, "bare")
    with steps.connected(paths.building.warehouse) as con:
        create_raw(con, paths, as_of=AS_OF)
        create_feed_status(con, AREA, as_of=AS_OF, settings=night.settings)
        load_overlay(con, paths.overlay(SEN2.name), SEN2, night.settings.collection)
    models = compiled_models(paths.building.warehouse, scratch, settings=night.settings, as_of=AS_OF)
    return run_bare(paths.building.warehouse, models)


def timed(console: Console, title: str, numbers: dict[str, float]) -> None:
    """Print one table of numbers."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("what")
    table.add_column("", justify="right")
    for name, number in numbers.items():
        table.add_row(name, f"{number:,.2f}" if number < 1000 else f"{number:,.0f}")
    console.print(table)
    console.print(f"DuckDB {duckdb.__version__}, {os.cpu_count()} cores\n")


if __name__ == "__main__":
    main()
