"""`python -m bench.mutations --files 10000`: damaged SEN2 files by the thousand, of every year and both kinds of file.

Each must get a report or a refusal in plain words: never a traceback, never a hang, never a value of a child. Prints a
table by kind of damage and ends with exit code 1 if one did not.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import io
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import duckdb
from rich.console import Console
from rich.table import Table

from area.errors import ReturnRefusedError
from area.settings import load_settings
from bench.memory import most_memory
from returns.definition.load import defined_years
from returns.kinds import SEN2
from returns.report.report import write_report
from returns.rules.cases import baseline, load_tables
from returns.sen2.check import FileChecker
from returns.sen2.files.collect_csv import write_collect_csv
from returns.sen2.xml.writer import write_sen2

LONGEST_SECONDS = 20
RENEW_AFTER = 400
"""Files after which a worker begins with a new database, so that what it has deleted does not add up."""
SECRET = "Zebedee"
PERSONAL = (SECRET, "Testing", "Invented", "Zoë", "P207000016049", "2014-05-01", "ZZ99 3WZ")
Mutation = Callable[[bytes, random.Random], bytes]


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def holed(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 400) :]


def bytes_changed(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def lines_shuffled(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    some = lines[start : start + rng.randrange(2, 12)]
    rng.shuffle(some)
    return b"".join([*lines[:start], *some, *lines[start + len(some) :]])


def line_repeated(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    return b"".join([*lines[:at], *[lines[at]] * rng.randrange(2, 50), *lines[at:]])


def element_dropped(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[rng.choice(_leaves(lines))]
    return b"".join(lines)


def value_replaced(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    number = rng.choice(_leaves(lines))
    tag = lines[number].split(b">")[0].strip(b"<").decode()
    values = ["", SECRET, "-1", "9" * 20, "2024-02-30", "0000-00-00", "10000-01-01", "1e9", "&amp;", "NaN", "=1+1"]
    lines[number] = f"<{tag}>{rng.choice(values)}</{tag}>\n".encode()
    return b"".join(lines)


def values_swapped(data: bytes, rng: random.Random) -> bytes:
    """A child's data in the wrong boxes: what must not come out with the report."""
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 8)):
        number = rng.choice(_leaves(lines))
        tag = lines[number].split(b">")[0].strip(b"<").decode()
        lines[number] = f"<{tag}>{rng.choice(PERSONAL[:-2])}</{tag}>\n".encode()
    return b"".join(lines)


def persons_repeated(data: bytes, rng: random.Random) -> bytes:
    start, end = data.find(b"<Person>"), data.find(b"</Persons>")
    return data[:end] + data[start:end] * rng.choice([1, 3, 40]) + data[end:] if start > 0 else data * 2


def tag_renamed(data: bytes, rng: random.Random) -> bytes:
    tags = [b"Person>", b"Requests>", b"Surname>", b"SENneed>", b"Header>", b"Persons>", b"Message>", b"UPN>", b"Year>"]
    return data.replace(rng.choice(tags), rng.choice([b"Thing>", b"person>", b"x:y>", b"Person>"]))


def attribute_added(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"<Person>", rng.choice([b'<Person a="b">', b'<Person xmlns="urn:x">', b"<Person a=1>"]))


def re_encoded(data: bytes, rng: random.Random) -> bytes:
    text = data.decode().replace("Invented", "Zoë")
    declared = rng.choice(["utf-8", "utf-16", "iso-8859-1", "ascii", "utf-7", "klingon", ""])
    return text.replace("utf-8", declared, 1).encode(rng.choice(["utf-8", "utf-16", "latin-1", "utf-32"]))


def huge_text(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"Testing", b"Z" * rng.choice([10_000, 1_000_000, 11_000_000]))


def deep(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice([50, 300, 20_000])
    return data.replace(b"<Person>", b"<Person>" + b"<Person>" * depth, 1).replace(
        b"</Person>", b"</Person>" * (depth + 1), 1
    )


def many_attributes(data: bytes, rng: random.Random) -> bytes:
    added = b"".join(b' a%d="%d"' % (number, number) for number in range(rng.choice([10, 5_000])))
    return data.replace(b"<Message>", b"<Message" + added + b">")


def entity_bomb(data: bytes, rng: random.Random) -> bytes:
    declared = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (number, (b"&a%d;" % (number - 1)) * 10) for number in range(1, rng.choice([3, 12]))
    )
    kind = rng.choice([declared, b'<!ENTITY a2 SYSTEM "file:///etc/hostname">', b'<!ENTITY % p "x"> %p;'])
    return data.replace(b"<Message>", b"<!DOCTYPE Message [" + kind + b"]><Message>").replace(b"Testing", b"&a2;")


def wrapped(data: bytes, rng: random.Random) -> bytes:
    body = data.partition(b"?>")[2]
    return rng.choice([b"<Batch>" + body + b"</Batch>", data + body, b"\n" + data, b"<!-- " + data, data[::-1], body])


def binary(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        [rng.randbytes(500), b"\x1f\x8b" + data, b"PK\x03\x04" + data, b"\xef\xbb\xbf" + data, b"\x00" * 99]
    )


def cells_replaced(data: bytes, rng: random.Random) -> bytes:
    """Of a CSV file: some cells hold something else."""
    lines = data.decode("utf-8", "replace").split("\r\n")
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(lines))
        cells = lines[at].split(",")
        cells[rng.randrange(len(cells))] = rng.choice(
            ["", SECRET, "-1", "2024-02-30", '"', "=1+1", "é", "9" * 30, "\x00"]
        )
        lines[at] = ",".join(cells)
    return "\r\n".join(lines).encode()


def huge_cell(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"Testing", b"Z" * rng.choice([10_000, 1_000_000])).replace(
        b"M,", b'"M' + b"\n" * 5_000 + b'",'
    )


def _leaves(lines: Sequence[bytes]) -> list[int]:
    return [number for number, line in enumerate(lines) if b"</" in line and not line.startswith(b"</")]


ANY_FILE: list[Mutation] = [truncated, holed, bytes_changed, lines_shuffled, line_repeated, binary]
XML_ONLY: list[Mutation] = [
    *(element_dropped, value_replaced, values_swapped, persons_repeated, tag_renamed, attribute_added, re_encoded),
    *(huge_text, deep, many_attributes, entity_bomb, wrapped),
]
CSV_ONLY: list[Mutation] = [cells_replaced, huge_cell]


@dataclass(frozen=True)
class Kind:
    """One kind of damage to one kind of file."""

    name: str
    damage: Mutation
    csv: bool = False


KINDS = (
    *(Kind(damage.__name__, damage) for damage in (*ANY_FILE, *XML_ONLY)),
    *(Kind(f"CSV {damage.__name__}", damage, csv=True) for damage in (*ANY_FILE, *CSV_ONLY)),
)


@dataclass
class Tally:
    """What happened to the files of one kind of damage."""

    files: int = 0
    reports: int = 0
    silent: int = 0
    """Reports without a finding: the damage changed nothing that counts."""
    refusals: int = 0
    longest: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.files += other.files
        self.reports += other.reports
        self.silent += other.silent
        self.refusals += other.refusals
        self.longest = max(self.longest, other.longest)
        self.failures += other.failures


class HangError(Exception):
    """A file took longer than it may."""


@dataclass
class Whole:
    """The undamaged files of one year."""

    year: int
    xml: bytes
    csv: dict[str, bytes]

    @classmethod
    def of(cls, year: int, folder: Path) -> Whole:
        """Two persons, one with everything a return can hold."""
        con = duckdb.connect()
        tables = baseline(SEN2, year)
        tables["sen2_person"]["P2"] = tables["sen2_person"]["P1"] | {"persontableid": "P2", "personorder": 2}
        tables["sen2_requests"]["R2"] = tables["sen2_requests"]["R1"] | {"requeststableid": "R2", "persontableid": "P2"}
        load_tables(con, SEN2, tables, year=year)
        settings = load_settings("931", collection=year)
        path = write_sen2(con, folder / f"{year}.xml", year=year, settings=settings, validate=False).path
        exported = folder / str(year)
        write_collect_csv(con, exported, year=year, exported_on=dt.date(year, 1, 31))
        return cls(year, path.read_bytes(), {file.name: file.read_bytes() for file in sorted(exported.iterdir())})

    def damaged(self, kind: Kind, rng: random.Random) -> tuple[str, bytes]:
        """Ending and bytes of a file damaged in that way."""
        if not kind.csv:
            return ".xml", kind.damage(self.xml, rng)
        hit = rng.choice(sorted(self.csv))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in self.csv.items():
                archive.writestr(name, kind.damage(content, rng) if name == hit else content)
        return ".zip", packed.getvalue()


def run(numbers: Sequence[int], folder: Path, *, years: Sequence[int] | None = None) -> dict[str, Tally]:
    """Damage, check and report on as many files as there are numbers; a number gives the same file on any machine."""
    folder.mkdir(parents=True, exist_ok=True)
    wholes = [Whole.of(year, folder) for year in years or defined_years(SEN2)]
    checkers: dict[int, FileChecker] = {}
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    signal.signal(signal.SIGALRM, _hang)
    for done, number in enumerate(numbers):
        kind, whole = KINDS[number % len(KINDS)], wholes[number // len(KINDS) % len(wholes)]
        if done % RENEW_AFTER == 0:
            checkers.clear()
        if whole.year not in checkers:
            checkers[whole.year] = FileChecker(whole.year, small=True)
        ending, data = whole.damaged(kind, random.Random(f"{kind.name} {number}"))
        file = folder / f"{number}{ending}"
        file.write_bytes(data)
        tally = tallies[kind.name]
        started = time.monotonic()
        signal.alarm(LONGEST_SECONDS)
        try:
            _check(checkers[whole.year], file, folder / "report", tally)
        except HangError:
            tally.failures.append(f"{file.name}: longer than {LONGEST_SECONDS} s")
            checkers.clear()
        except Exception:  # whatever else comes out is what this looks for
            tally.failures.append(f"{file.name}: {traceback.format_exc()}")
            checkers.clear()
        finally:
            signal.alarm(0)
            tally.files += 1
            tally.longest = max(tally.longest, time.monotonic() - started)
            file.unlink()
    return dict(tallies)


def _check(checker: FileChecker, file: Path, out: Path, tally: Tally) -> None:
    try:
        found = checker.check(file)
        words = "".join(path.read_text(encoding="utf-8") for path in write_report(found, out))
        tally.reports += 1
        tally.silent += not found.findings
    except ReturnRefusedError as refused:
        words = str(refused)
        tally.refusals += 1
        if not ("expected" in words and "came" in words):
            tally.failures.append(f"{file.name}: a refusal that does not say what was expected and what came")
    seen = [word for word in PERSONAL if word in words]
    if seen:
        tally.failures.append(f"{file.name}: personal data in the output ({len(seen)} values)")


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise HangError


@dataclass
class Outcome:
    """What happened to all files."""

    by_kind: dict[str, Tally]
    peak_mb: float
    """Most memory that a process had."""
    seconds: float

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.by_kind.values():
            total.add(tally)
        return total


def check_files(files: int, *, processes: int | None = None) -> Outcome:
    """Check that many damaged files, the kinds and the years in turn, on all cores."""
    by_kind = {kind.name: Tally() for kind in KINDS}
    peak, started = 0.0, time.monotonic()
    cores = processes or os.cpu_count() or 1
    size = min(500, -(-files // cores))
    with (
        tempfile.TemporaryDirectory(prefix="send-mutations-") as name,
        multiprocessing.get_context("spawn").Pool(cores) as pool,
    ):
        tasks = [(range(start, min(start + size, files)), Path(name)) for start in range(0, files, size)]
        for tallies, memory in pool.imap_unordered(_part, tasks):
            peak = max(peak, memory)
            for kind, tally in tallies.items():
                by_kind[kind].add(tally)
    return Outcome(by_kind, peak, time.monotonic() - started)


def _part(task: tuple[Sequence[int], Path]) -> tuple[dict[str, Tally], float]:
    numbers, folder = task
    return run(numbers, folder / str(os.getpid())), most_memory()


def main() -> None:
    """Check the damaged files and print what happened. Exit code 1: one was not dealt with cleanly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    files = parser.parse_args().files
    outcome = check_files(files)
    table = Table(title=f"{files:,} damaged SEN2 files", title_justify="left", box=None, pad_edge=False)
    for heading in ("damage", "files", "reports", "without a finding", "refusals", "longest s", "failures"):
        table.add_column(heading, justify="left" if heading == "damage" else "right")
    for name, tally in outcome.by_kind.items():
        table.add_row(name, *_cells(tally))
    table.add_section()
    table.add_row("all", *_cells(outcome.total))
    console = Console(width=110, highlight=False)
    console.print(table)
    console.print(f"{outcome.seconds:,.0f} s on {os.cpu_count()} cores; at most {outcome.peak_mb:,.0f} MB in a process")
    for failure in outcome.total.failures[:20]:
        console.print(failure, markup=False)
    sys.exit(1 if outcome.total.failures else 0)


def _cells(tally: Tally) -> Iterator[str]:
    for number in (tally.files, tally.reports, tally.silent, tally.refusals):
        yield f"{number:,}"
    yield f"{tally.longest:.2f}"
    yield f"{len(tally.failures):,}"


if __name__ == "__main__":
    main()
