"""Damage to extracts: to headings and cells of CSV files, to elements of XML, to packed answers, workbooks and Parquet
files, and archives where none is wanted."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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
from bench.extract_samples import packed

BOMB, PIECE = 300_000_000, 10_000_000  # bytes that a small archive unpacks to, and how they are packed
ODD_NAMES = [
    'x"; drop table raw.delivery; --', "=cmd|' /C calc'!A0", "", " ", "\N{BELL}", "a" * 100_000, "é" * 300, "../../x",
    "_row", "_file_hash", "select", "NULL", "'; --", "\ufeff", "1",
]  # fmt: skip
ODD_VALUES = [
    "", SECRET, '"', '""', '"a', 'a"b', ",", "\n", "\r", "\x00", "=1+1", "@SUM(A1)", "-1", "9" * 40, "NaN",
    "2024-02-30", "é\N{COMBINING ACUTE ACCENT}", "\u202e", "\U0010ffff", "x" * 200_000, "' or 1=1 --", "\t", " ",
]  # fmt: skip

ODD_JSON: list[Any] = [
    None, True, 1.5, 10**30, [], {}, [[]], {"a": {}}, "\x00", SECRET, "x" * 100_000, "\ud800", -1,
]  # fmt: skip

# --- CSV ------------------------------------------------------------------------------------------------------------


def heading_changed(data: bytes, rng: random.Random) -> bytes:
    head, end, rest = data.partition(b"\r\n")
    names = head.split(b",")
    place = rng.randrange(len(names))
    change = rng.choice(["other", "twice", "gone", "added", "case"])
    if change == "other":
        names[place] = rng.choice(ODD_NAMES).encode()
    elif change == "twice":
        names[place] = rng.choice(names)
    elif change == "gone":
        del names[place]
    elif change == "added":
        names.insert(place, rng.choice(ODD_NAMES).encode())
    else:
        names[place] = names[place].swapcase()
    return b",".join(names) + end + rest


def without_heading(data: bytes, rng: random.Random) -> bytes:
    return data.partition(b"\r\n")[2] * rng.choice([1, 3])


def heading_only(data: bytes, rng: random.Random) -> bytes:
    return data.partition(b"\r\n")[0] + rng.choice([b"", b"\n", b"\r\n\r\n\r\n", b"\r"])


def columns_moved(data: bytes, rng: random.Random) -> bytes:
    """From some line on a column is gone or there twice."""
    lines = data.split(b"\r\n")
    place = rng.randrange(lines[0].count(b",") + 1)
    for at in range(rng.randrange(1, len(lines)), len(lines)):
        cells = lines[at].split(b",")
        if place < len(cells):
            cells[place : place + 1] = rng.choice([[], [cells[place]] * 2])
        lines[at] = b",".join(cells)
    return b"\r\n".join(lines)


def odd_values(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(1, len(lines))
        cells = lines[at].split(b",")
        cells[rng.randrange(len(cells))] = rng.choice(ODD_VALUES).encode()
        lines[at] = b",".join(cells)
    return b"\r\n".join(lines)


def quotes_planted(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice([1, 2, 3, 50])):
        out[rng.randrange(len(out)) : 0] = rng.choice([b'"', b'""', b'","', b'"\r\n', b',"'])
    return bytes(out)


def line_ends_changed(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\r\n", rng.choice([b"\n", b"\r", b"\n\r", b"\r\r\n", b"\r\n" * 500, b"\x0b", b"\x00\r\n"]))


def delimiter_changed(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b",", rng.choice([b";", b"\t", b"|", b", ", b",,"]))


def text_re_encoded(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace").replace(SECRET, rng.choice(["Zoë", "Zo\u2019", "\U0001f600", SECRET]))
    encoding = rng.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "cp037", "utf-7"])
    return text.encode(encoding, "replace")


def huge(data: bytes, rng: random.Random) -> bytes:
    """A field, a line or a file of blank lines of several MB."""
    size = rng.choice([900_000, 3_000_000, 12_000_000])
    filling = rng.choice([b"x" * size, b'"' + b"x" * size, b'"' + b"y\n" * (size // 8) + b'"', b'"\n' * 20_000])
    return data.replace(SECRET.encode(), filling, 1) if SECRET.encode() in data else data + filling


# --- XML ------------------------------------------------------------------------------------------------------------


def _record(data: bytes) -> bytes:
    """The name of the element that repeats."""
    return b"Child" if b"<Child>" in data else b"CHILD" if b"<CHILD>" in data else b"Person"


def values_swapped(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 20)):
        number = rng.choice(leaves(lines))
        tag = lines[number].split(b">")[0].strip(b"<")
        lines[number] = b"<%s>%s</%s>\n" % (tag, SECRET.encode(), tag)
    return b"".join(lines)


def records_repeated(data: bytes, rng: random.Random) -> bytes:
    name = _record(data)
    start, end = data.find(b"<%s>" % name), data.rfind(b"</%s>" % name)
    return data[:end] + data[start:end] * rng.choice([1, 3, 200]) + data[end:]


def tag_renamed(data: bytes, rng: random.Random) -> bytes:
    tag = rng.choice(re.findall(rb"<([A-Za-z0-9]+)>", data))
    new = rng.choice([b"Thing", tag.lower(), b"x:" + tag, b"a" * 50_000, _record(data)])
    whole = rng.random() < 0.5
    return re.sub(rb"<(/?)%s>" % tag, rb"<\1%s>" % new, data, count=0 if whole else rng.randrange(1, 4))


def tags_dressed(data: bytes, rng: random.Random) -> bytes:
    """Attributes, namespaces, comments, CDATA, processing instructions: all legal, some with misleading content."""
    name = _record(data)
    dress = rng.choice(
        [
            b'<%s a="1" b=\'2\'>' % name, b'<%s a=">">' % name, b'<%s xmlns="urn:x>y">' % name, b"<%s\n\n>" % name,
            b"<!-- <%s> -->" % name + b"<%s>" % name, b"<?x <%s> ?><%s>" % (name, name),
            b"<%s><![CDATA[ </%s> & ]]>" % (name, name), b"<%s>a > b &#60; &#x3c; &amp;lt;" % name,
            b"<%s/><%s>" % (name, name), b"<%s a=1>" % name, b"<%s a='x' a='y'>" % name,
        ]
    )  # fmt: skip
    return data.replace(b"<%s>" % name, dress, rng.choice([1, 5, -1]))


def deep(data: bytes, rng: random.Random) -> bytes:
    name, depth = _record(data), rng.choice([1, 50, 300, 20_000])
    opened = data.replace(b"<%s>" % name, b"<%s>" % name * (depth + 1), 1)
    return opened.replace(b"</%s>" % name, b"</%s>" % name * (depth + 1), 1)


def huge_text(data: bytes, rng: random.Random) -> bytes:
    return data.replace(rng.choice([b"<Sex>M", b"<SEX>M", b">"]), b">" + b"Z" * rng.choice([9_000_000, 11_000_000]), 1)


def many_attributes(data: bytes, rng: random.Random) -> bytes:
    added = b"".join(b' a%d="%d"' % (number, number) for number in range(rng.choice([10, 5_000, 60_000])))
    return data.replace(b"<%s>" % _record(data), b"<%s%s>" % (_record(data), added), 2)


def entity_bomb(data: bytes, rng: random.Random) -> bytes:
    root = re.findall(rb"<([A-Za-z0-9]+)>", data)[0]
    levels = rng.choice([3, 12])
    declared = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (number, (b"&a%d;" % (number - 1)) * 10) for number in range(1, levels)
    )
    outside = b'<!ENTITY a2 SYSTEM "file:///etc/hostname">'
    kind = rng.choice([declared, outside, b'<!ENTITY % p "x"> %p;', b'<!ENTITY a2 SYSTEM "http://127.0.0.1:9/x">'])
    before = rng.choice([b"", b"<!-- " + b"x" * 200_000 + b" -->"])
    told = data.replace(b"<%s>" % root, before + b"<!DOCTYPE %s [%s]><%s>" % (root, kind, root), 1)
    return re.sub(rb">([^<\n]+)<", b">&a2;<", told, count=2)


def wrapped(data: bytes, rng: random.Random) -> bytes:
    body = data.partition(b"?>")[2]
    return rng.choice([b"<Batch>" + body + b"</Batch>", data + body, b"\n" + data, b"<!-- " + data, data[::-1], body])


# --- answers of an API ----------------------------------------------------------------------------------------------


def _unpacked(damage: Mutation) -> Mutation:
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
                holder[key] = rng.choice(ODD_JSON)
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


ANY: list[Mutation] = [truncated, holed, bytes_changed, binary]
TEXT: list[Mutation] = [lines_shuffled, line_repeated]
XML: list[Mutation] = [
    *ANY, *TEXT, element_dropped, value_replaced, values_swapped, records_repeated, tag_renamed, tags_dressed, deep,
    re_encoded, huge_text, many_attributes, entity_bomb, wrapped, archived, gzipped,
]  # fmt: skip
JSON: list[Mutation] = [*ANY, _unpacked(truncated), _unpacked(holed), _unpacked(bytes_changed), json_changed, json_odd]
BY_FORM: dict[str, list[Mutation]] = {
    "csv": [
        *ANY, *TEXT, cells_replaced, heading_changed, without_heading, heading_only, columns_moved, odd_values,
        quotes_planted, line_ends_changed, delimiter_changed, text_re_encoded, huge, archived, gzipped,
    ],
    "json pages": [*JSON, gzip_bomb],
    "statistics": [*JSON, gzip_bomb],
    "excel": [*ANY, archived, member_changed],
    "parquet": [*ANY, parquet_changed],
    "xml cin_census": XML,
    "xml ssda903": XML,
}  # fmt: skip
"""What is done to files of each form."""
