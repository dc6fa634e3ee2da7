"""Damage to extracts that are packed: answers of an API, archives, workbooks, Parquet files."""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.damage import ODD_NAMES, ODD_VALUES, SECRET, Mutation, bytes_changed, holed, truncated
from bench.extract_samples import packed

BOMB, PIECE = 300_000_000, 10_000_000  # bytes that a small archive unpacks to, and how they are packed
ODD_JSON: list[Any] = [
    None, True, 1.5, 10**30, [], {}, [[]], {"a": {}}, "\x00", SECRET, "x" * 100_000, "\ud800", -1,
]  # fmt: skip


# --- answers of an API ----------------------------------------------------------------------------------------------


def inside_of(damage: Mutation) -> Mutation:
    """The damage done to what is inside."""

    def inside(data: bytes, rng: random.Random) -> bytes:
        return gzip.compress(damage(gzip.decompress(data), rng), 1, mtime=0)

    inside.__name__ = f"inside {damage.__name__}"
    return inside


def json_changed(data: bytes, rng: random.Random) -> bytes:
    """A value somewhere is of another type, or something is gone."""
    bodies = [json.loads(body) for body in gzip.decompress(data).split(b"\x1e")[1:]]
    for _ in range(rng.randrange(1, 4)):
        holder = rng.choice(bodies)
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.8:
                holder = holder[key]
                continue
            if rng.random() < 0.2:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(rng.choice(ODD_JSON))
            break
    return packed([json.dumps(body).encode() for body in bodies])


def json_odd(_: bytes, rng: random.Random) -> bytes:
    body = rng.choice(
        [
            b"[" * 100_000, b'{"data": [' + b'{"a":' * 50_000, b'{"data": null}', b"[]", b"1", b"",
            b'{"data": [1, "a"]}', b'{"data": [{"id": "\xff"}]}', b"NaN", b'{"data": [{"id": NaN}]}', b'{"data": {}}',
            b'"' + b"x" * 9_000_000 + b'"',
        ]
    )  # fmt: skip
    return packed([body])


CLIMBING = ["../../../tmp/x.csv", "/etc/x", "a/b.csv", "x.csv", "..\\x", "CON", "x" * 300]


# --- archives -------------------------------------------------------------------------------------------------------


def archived(data: bytes, rng: random.Random) -> bytes:
    """Packed, under a name that climbs out, as a link, twice, or with a bomb beside it."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for _ in range(rng.choice([1, 1, 2])):
            info = zipfile.ZipInfo(rng.choice(CLIMBING))
            info.external_attr = rng.choice([0o600, 0o120777]) << 16
            archive.writestr(info, data)
        if rng.random() < 0.2:
            with archive.open("bomb", "w") as bomb:
                for _ in range(BOMB // PIECE):
                    bomb.write(bytes(PIECE))
    return out.getvalue()


def gzipped(data: bytes, rng: random.Random) -> bytes:
    whole = gzip.compress(data, 1, mtime=0)
    return rng.choice([whole, whole[:-9], whole + b"rest", gzip.compress(whole, 1, mtime=0), whole + whole])


def gzip_bomb(_: bytes, rng: random.Random) -> bytes:
    filling = rng.choice([b"\x00", b" ", b"\x1e", b'"', b"["])
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as bomb:
        bomb.write(rng.choice([b"", b"\x1e"]))
        bomb.writelines([filling * PIECE] * (BOMB // PIECE))
    return out.getvalue()


def member_changed(data: bytes, rng: random.Random) -> bytes:
    """Of a packed workbook: one of its parts is damaged, gone, blown up, or given entities."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        hit = rng.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            if name == hit:
                damage = rng.choice([truncated, holed, bytes_changed, entity_bomb_member, blown_up, dropped])
                content = damage(content, rng)
            if content:
                target.writestr(name, content)
    return out.getvalue()


def entity_bomb_member(data: bytes, _: random.Random) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY b "%s">]>' % (b"ha" * 1000, b"&a;" * 1000)
    return data.replace(b"?>", b"?>" + bomb, 1).replace(b"<t>", b"<t>&b;", 3)


def blown_up(data: bytes, rng: random.Random) -> bytes:
    return data + rng.choice([b" ", b"<row/>"]) * PIECE


def dropped(_: bytes, __: random.Random) -> bytes:
    return b""


# --- Parquet --------------------------------------------------------------------------------------------------------


def parquet_changed(data: bytes, rng: random.Random) -> bytes:
    """Other types, other names, nested columns, huge values."""
    table = pq.read_table(io.BytesIO(data))
    place = rng.randrange(table.num_columns)
    odd: list[Callable[[], pa.Array]] = [
        lambda: pa.array([1.5] * table.num_rows),
        lambda: pa.array([[1]] * table.num_rows),
        lambda: pa.array([b"\xff\x00"] * table.num_rows),
        lambda: pa.array([rng.choice(ODD_VALUES).replace("\x00", "")] * table.num_rows),
        lambda: pa.array([{"a": SECRET}] * table.num_rows),
        lambda: pa.nulls(table.num_rows),
        lambda: pa.array(["a\x00b"] * table.num_rows),
        lambda: pa.array([True] * table.num_rows),
    ]
    name = rng.choice([table.column_names[place], *ODD_NAMES])
    table = table.set_column(place, name, rng.choice(odd)())
    out = io.BytesIO()
    pq.write_table(table, out, compression=rng.choice(["none", "snappy", "zstd", "gzip"]))
    return out.getvalue()
