"""Damage that fits files of any return or extract: bytes in, damaged bytes out, by a random number generator."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

SECRET = "Zebedee"
ODD_NAMES = [
    'x"; drop table raw.delivery; --', "=cmd|' /C calc'!A0", "", " ", "\N{BELL}", "a" * 100_000, "é" * 300, "../../x",
    "_row", "_file_hash", "select", "NULL", "'; --", "\ufeff", "1",
]  # fmt: skip
ODD_VALUES = [
    "", SECRET, '"', '""', '"a', 'a"b', ",", "\n", "\r", "\x00", "=1+1", "@SUM(A1)", "-1", "9" * 40, "NaN",
    "2024-02-30", "é\N{COMBINING ACUTE ACCENT}", "\u202e", "\U0010ffff", "x" * 200_000, "' or 1=1 --", "\t", " ",
]  # fmt: skip
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
    del lines[rng.choice(leaves(lines))]
    return b"".join(lines)


def value_replaced(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    number = rng.choice(leaves(lines))
    tag = lines[number].split(b">")[0].strip(b"<").decode()
    values = ["", SECRET, "-1", "9" * 20, "2024-02-30", "0000-00-00", "10000-01-01", "1e9", "&amp;", "NaN", "=1+1"]
    lines[number] = f"<{tag}>{rng.choice(values)}</{tag}>\n".encode()
    return b"".join(lines)


def re_encoded(data: bytes, rng: random.Random) -> bytes:
    text = data.decode().replace("Invented", "Zoë")
    declared = rng.choice(["utf-8", "utf-16", "iso-8859-1", "ascii", "utf-7", "klingon", ""])
    return text.replace("utf-8", declared, 1).encode(rng.choice(["utf-8", "utf-16", "latin-1", "utf-32"]))


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


def leaves(lines: Sequence[bytes]) -> list[int]:
    """The lines that hold an element with nothing but a text in it."""
    return [number for number, line in enumerate(lines) if b"</" in line and not line.startswith(b"</")]
