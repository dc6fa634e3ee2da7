"""Hundreds of damaged SEN2 files: each gets a clear report or a clear refusal, never a traceback, in bounded time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from area.errors import ReturnRefusedError
from area.settings import load_settings
from returns.kinds import SEN2
from returns.report.report import write_report
from returns.rules.cases import baseline, load_tables
from returns.sen2.check import CheckResult, check_sen2
from returns.sen2.xml.writer import write_sen2

SETTINGS = load_settings("931", collection=2025)
ROUNDS = 15
SECRET = "Zebedee"
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
    leaves = [number for number, line in enumerate(lines) if b"</" in line and not line.startswith(b"</")]
    del lines[rng.choice(leaves)]
    return b"".join(lines)


def value_replaced(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    leaves = [number for number, line in enumerate(lines) if b"</" in line and not line.startswith(b"</")]
    number = rng.choice(leaves)
    tag = lines[number].split(b">")[0].strip(b"<").decode()
    values = [
        "",
        SECRET,
        "-1",
        "99999999999999999999",
        "2024-02-30",
        "0000-00-00",
        "10000-01-01",
        "1e9",
        "&amp;",
        "NaN",
    ]
    lines[number] = f"<{tag}>{rng.choice(values)}</{tag}>\n".encode()
    return b"".join(lines)


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


MUTATIONS: list[Mutation] = [
    truncated,
    holed,
    bytes_changed,
    lines_shuffled,
    line_repeated,
    element_dropped,
    value_replaced,
    tag_renamed,
    attribute_added,
    re_encoded,
    huge_text,
    deep,
    many_attributes,
    entity_bomb,
    wrapped,
    binary,
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    con = duckdb.connect()
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P2"] = tables["sen2_person"]["P1"] | {"persontableid": "P2", "personorder": 2}
    tables["sen2_requests"]["R2"] = tables["sen2_requests"]["R1"] | {"requeststableid": "R2", "persontableid": "P2"}
    load_tables(con, SEN2, tables, year=2025)
    path = tmp_path_factory.mktemp("whole") / "whole.xml"
    return write_sen2(con, path, year=2025, settings=SETTINGS).path.read_bytes()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_damaged_file_gets_a_report_or_a_refusal(mutation: Mutation, data: bytes, tmp_path: Path) -> None:
    outcomes: list[CheckResult | ReturnRefusedError] = []
    for number in range(ROUNDS):
        damaged = mutation(data, random.Random(f"{mutation.__name__} {number}"))
        file = tmp_path / f"{number}.xml"
        file.write_bytes(damaged)
        started = time.monotonic()
        try:
            result = check_sen2(file, year=2025)
            outcomes.append(result)
            words = "".join(path.read_text(encoding="utf-8") for path in write_report(result, tmp_path / "report"))
        except ReturnRefusedError as refused:
            outcomes.append(refused)
            words = str(refused)
        assert time.monotonic() - started < 10
        assert not any(word in words for word in (SECRET, "Testing", "Zoë", "P207000016049", "2014-05-01")), words
        if isinstance(outcomes[-1], ReturnRefusedError):
            assert "expected" in words
            assert "came" in words
        file.unlink()
    said_something = [
        outcome for outcome in outcomes if isinstance(outcome, ReturnRefusedError) or outcome.faults or outcome.breaches
    ]
    # Damage can fall where it says nothing (two equal lines change places), but seldom.
    assert len(said_something) >= ROUNDS // 2


def test_an_undamaged_file_with_a_byte_order_mark_is_read(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bom.xml"
    file.write_bytes(b"\xef\xbb\xbf" + data)
    assert check_sen2(file, year=2025).rows["person"] == 2
