"""Damage to extracts: to headings and cells of CSV files, to elements of XML; what is done to files of each form."""

from __future__ import annotations

import random
import re

from bench.damage import (
    ODD_NAMES,
    ODD_VALUES,
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
from bench.packed_damage import (
    archived,
    gzip_bomb,
    gzipped,
    inside_of,
    json_changed,
    json_odd,
    member_changed,
    parquet_changed,
)

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


def below_heading(damage: Mutation) -> Mutation:
    """The damage done to the rows: a heading may be shown, so nothing that may not is put there."""

    def below(data: bytes, rng: random.Random) -> bytes:
        head, end, rest = data.partition(b"\r\n")
        return head + end + damage(rest, rng)

    below.__name__ = damage.__name__
    return below


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


ANY: list[Mutation] = [truncated, holed, bytes_changed, binary]
TEXT: list[Mutation] = [lines_shuffled, line_repeated]
XML: list[Mutation] = [
    *ANY, *TEXT, element_dropped, value_replaced, values_swapped, records_repeated, tag_renamed, tags_dressed, deep,
    re_encoded, huge_text, many_attributes, entity_bomb, wrapped, archived, gzipped,
]  # fmt: skip
JSON: list[Mutation] = [*ANY, inside_of(truncated), inside_of(holed), inside_of(bytes_changed), json_changed, json_odd]
BY_FORM: dict[str, list[Mutation]] = {
    "csv": [
        *ANY, *TEXT, below_heading(cells_replaced), heading_changed, without_heading, heading_only, columns_moved,
        odd_values, quotes_planted, line_ends_changed, delimiter_changed, text_re_encoded, huge, archived, gzipped,
    ],
    "json pages": [*JSON, gzip_bomb],
    "statistics": [*JSON, gzip_bomb],
    "excel": [*ANY, archived, member_changed],
    "parquet": [*ANY, parquet_changed],
    "xml cin_census": XML,
    "xml ssda903": XML,
}  # fmt: skip
"""What is done to files of each form."""
