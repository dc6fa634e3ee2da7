"""`python -m bench.mutations --files 10000`: damaged SEN2 files by the thousand, of every year and both kinds of file.

Each must get a report or a refusal in plain words: never a traceback, never a hang, never a value of a child. Prints a
table by kind of damage and ends with exit code 1 if one did not.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import io
import random
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.errors import ReturnRefusedError
from area.settings import load_settings
from bench.campaign import Outcome, Tally, on_all_cores, show, tried
from bench.damage import (
    SECRET,
    Mutation,
    binary,
    bytes_changed,
    cells_replaced,
    element_dropped,
    holed,
    leaves,
    line_repeated,
    lines_shuffled,
    re_encoded,
    truncated,
    value_replaced,
)
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
PERSONAL = (SECRET, "Testing", "Invented", "Zoë", "P207000016049", "2014-05-01", "ZZ99 3WZ")


def values_swapped(data: bytes, rng: random.Random) -> bytes:
    """A child's data in the wrong boxes: what must not come out with the report."""
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 8)):
        number = rng.choice(leaves(lines))
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


def huge_cell(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"Testing", b"Z" * rng.choice([10_000, 1_000_000])).replace(
        b"M,", b'"M' + b"\n" * 5_000 + b'",'
    )


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


REPORTS, SILENT, REFUSALS = "reports", "without a finding", "refusals"
"""SILENT are those of the reports that have no finding: the damage changed nothing that counts."""


def run(numbers: Sequence[int], folder: Path, *, years: Sequence[int] | None = None) -> dict[str, Tally]:
    """Damage, check and report on as many files as there are numbers; a number gives the same file on any machine."""
    folder.mkdir(parents=True, exist_ok=True)
    wholes = [Whole.of(year, folder) for year in years or defined_years(SEN2)]
    checkers: dict[int, FileChecker] = {}
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    for done, number in enumerate(numbers):
        kind, whole = KINDS[number % len(KINDS)], wholes[number // len(KINDS) % len(wholes)]
        tally = tallies[kind.name]
        if done % RENEW_AFTER == 0 or tally.failures:
            checkers.clear()
        if whole.year not in checkers:
            checkers[whole.year] = FileChecker(whole.year, small=True)
        ending, data = whole.damaged(kind, random.Random(f"{kind.name} {number}"))
        file = folder / f"{number}{ending}"
        file.write_bytes(data)
        with tried(tally, file.name, seconds=LONGEST_SECONDS):
            _check(checkers[whole.year], file, folder / "report", tally)
        file.unlink()
    return dict(tallies)


def _check(checker: FileChecker, file: Path, out: Path, tally: Tally) -> None:
    try:
        found = checker.check(file)
        words = "".join(path.read_text(encoding="utf-8") for path in write_report(found, out))
        tally.ends.update([REPORTS] if found.findings else [REPORTS, SILENT])
    except ReturnRefusedError as refused:
        words = str(refused)
        tally.ends[REFUSALS] += 1
        if not ("expected" in words and "came" in words):
            tally.failures.append(f"{file.name}: a refusal that does not say what was expected and what came")
    seen = [word for word in PERSONAL if word in words]
    if seen:
        tally.failures.append(f"{file.name}: personal data in the output ({len(seen)} values)")


def check_files(files: int, *, processes: int | None = None) -> Outcome:
    """Check that many damaged files, the kinds and the years in turn, on all cores."""
    return on_all_cores(run, [kind.name for kind in KINDS], files, processes=processes)


def main() -> None:
    """Check the damaged files and print what happened. Exit code 1: one was not dealt with cleanly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    files = parser.parse_args().files
    sys.exit(show(f"{files:,} damaged SEN2 files", check_files(files), (REPORTS, SILENT, REFUSALS)))


if __name__ == "__main__":
    main()
