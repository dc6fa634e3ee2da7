"""Rows a second from a file on disk to checked Parquet, beside DuckDB's bare `read_csv`, and the memory a file ten
times larger takes. The children in need census has its own peers (`bench/cin_reader.py`)."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from area.paths import PROJECT_ROOT, AreaPaths
from area.sql import literal
from bench.memory import most_memory
from ingest.contract.model import load_contract
from ingest.formats import SourceFile
from ingest.reading.file import read_file
from ingest.reading.outputs import Origin

ROWS = 1_000_000
TEXT = "all_varchar = true, quote = '\"', ignore_errors = true"  # the sandbox plants broken lines
TABLE = "SchoolCensus_SPR2025_pupilonroll.csv"


def csv_reader(sample: Path, scratch: Path) -> dict[str, float]:
    """A million pupils on roll: rows a second of each reader, and the ratio. `sample` is a census file to multiply."""
    scratch.mkdir()
    file = multiplied_csv(sample, scratch / TABLE, ROWS)
    multiplied_csv(sample, first := scratch / "first.csv", 1_000)
    read(first, "school_census", scratch / "first", name=TABLE)  # imports are not counted
    bare = min(_bare_csv(file, scratch / "bare.parquet") for _ in range(3))
    ours = min(read(file, "school_census", scratch / f"ours{turn}", name=TABLE) for turn in range(3))
    return {
        "rows": ROWS,
        "MB": file.stat().st_size / 1e6,
        "DuckDB read_csv(all_varchar) into Parquet, rows/s": ROWS / bare,
        "ours, with contract and key checks, rows/s": ROWS / ours,
        "ratio bare : ours (goal: at most 3)": ours / bare,
    }


def flat_memory(csv_sample: Path, census: Path, scratch: Path) -> dict[str, float]:
    """The most memory a process has while it reads a file, and while it reads one ten times larger."""
    scratch.mkdir()
    found: dict[str, float] = {"a process that reads nothing, MB": _memory_of(None, "", scratch)}
    for rows in (ROWS // 5, 2 * ROWS):
        file = multiplied_csv(csv_sample, scratch / TABLE, rows)
        found[f"CSV of {rows:,} rows ({file.stat().st_size / 1e6:,.0f} MB), MB"] = _memory_of(
            file, "school_census", scratch
        )
        file.unlink()
    for times in (8, 80):
        file = multiplied_census(census, scratch / census.name, times)
        label = f"CIN census of {file.stat().st_size / 1e6:,.0f} MB, MB"
        found[label] = _memory_of(file, "cin_census", scratch)
        file.unlink()
    csv_small, csv_large, cin_small, cin_large = list(found.values())[1:]
    return found | {
        "CSV: ratio 10x : 1x (goal: at most 1.2)": csv_large / csv_small,
        "CIN: ratio 10x : 1x (goal: at most 1.2)": cin_large / cin_small,
    }


def multiplied_csv(sample: Path, target: Path, rows: int) -> Path:
    """A census table of so many rows: those of `sample` over and over, with ids and pupil numbers of their own."""
    with duckdb.connect(config={"memory_limit": "1GB"}) as con:
        con.execute(f"create table pupil as select * from read_csv({literal(sample)}, {TEXT})")
        con.execute(f"""
            copy (
                select
                    (5000000 + (select count(*) from pupil) * turn + pupil.rowid)::varchar as pupilonrolltableid,
                    left(upn, 4) || printf('%09d', (select count(*) from pupil) * turn + pupil.rowid) as upn,
                    pupil.* exclude (pupilonrolltableid, upn)
                from range(1000) as every(turn), pupil
                limit {rows}
            ) to {literal(target)} (header)
        """)
    return target


def multiplied_census(census: Path, target: Path, times: int) -> Path:
    """A census with all children of another so many times over, each time with ids of their own."""
    text = census.read_text(encoding="utf-8")
    start, end = text.index("<Child>"), text.rindex("</Children>")
    with target.open("w", encoding="utf-8") as file:
        file.write(text[:start])
        for turn in range(times):
            file.write(text[start:end].replace("<LAchildID>", f"<LAchildID>{turn}-"))
        file.write(text[end:])
    return target


def read(path: Path, feed: str, root: Path, *, name: str | None = None) -> float:
    """Seconds from a file on disk to Parquet: contract and key checks, balance and quarantine included."""
    origin = Origin(
        file_hash="bench",
        file_name=name or path.name,
        feed=feed,
        received_at=dt.datetime(2025, 1, 31, 2),
        extract_date=dt.date(2025, 1, 31),
    )
    file = SourceFile(path, origin.file_name, load_contract(feed))
    started = time.perf_counter()
    read_file(file, origin, AreaPaths.of("931", root))
    return time.perf_counter() - started


def _bare_csv(file: Path, target: Path) -> float:
    started = time.perf_counter()
    with duckdb.connect() as con:
        con.execute(
            f"copy (select * from read_csv({literal(file)}, all_varchar = true)) to {literal(target)} (format parquet)"
        )
    return time.perf_counter() - started


def _memory_of(file: Path | None, feed: str, scratch: Path) -> float:
    """MB at most, in a process of its own."""
    words = [sys.executable, "-m", "bench.readers", str(file or ""), feed, str(scratch / "out")]
    done = subprocess.run(words, check=True, cwd=PROJECT_ROOT, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def main(file: str, feed: str, out: str) -> None:
    """Read one file, or none, and print the most memory that took."""
    if file:
        read(Path(file), feed, Path(out))
    print(most_memory())


if __name__ == "__main__":
    main(*sys.argv[1:])
