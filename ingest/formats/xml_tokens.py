"""A piece of well-formed XML as arrays: where each tag stands, how deep, on which known path, what text follows it.

Nothing here runs once an element: tags are found, numbered and matched by NumPy and Arrow over the whole piece. It
relies on `xml_survey.py` having found the file well formed and free of document types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]
LESS, GREATER, NEWLINE = ord("<"), ord(">"), ord("\n")
OPEN, CLOSE, EMPTY = 1, -1, 0
# Comments, processing instructions and CDATA; a `<` stands nowhere else unescaped.
_MARKUP = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ATTRIBUTES = re.compile(rb"""<([^\s<>/"'=]+)((?:\s+[^\s<>/"'=]+\s*=\s*(?:"[^"]*"|'[^']*'))+)\s*(/?)>""")
_ESCAPED = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class PathTable:
    """The paths somebody asked for, numbered from 1 (0 is any other). Names are local: a prefix is cut off."""

    def __init__(self, paths: Iterable[str]) -> None:
        known: dict[str, int] = {}
        for path in paths:
            steps = path.split("/")
            for count in range(1, len(steps) + 1):
                known.setdefault("/".join(steps[:count]), len(known) + 1)
        self.number = known
        names = dict.fromkeys(path.rpartition("/")[2] for path in known)
        self.names = {name.encode(): number for number, name in enumerate(names, start=1)}
        self.depth = max(path.count("/") + 1 for path in known)
        self.step = np.zeros((len(known) + 1, len(self.names) + 1), dtype=np.int16)
        for path, number in known.items():
            above, _, name = path.rpartition("/")
            self.step[known.get(above, 0), self.names[name.encode()]] = number
        # Only a path of one step may begin at nothing.
        self.first = self.step[0].copy()
        self.step[0] = 0


@dataclass(frozen=True)
class Tokens:
    """The tags of a piece, in order. `kind` is OPEN, CLOSE or EMPTY (`<a/>`); `level` the depth of the tag's element
    (the root has 1); `path` the number of its path, of opening tags; `name` that of its local name."""

    data: bytes
    starts: Whole
    kind: npt.NDArray[np.int8]
    level: Whole
    path: npt.NDArray[np.int16]
    name: npt.NDArray[np.int16]
    texts: pa.Array  # tag, text after it, tag, text after it …

    def first(self, count: int) -> Tokens:
        """The first `count` tags, and the data up to the next one."""
        cut = int(self.starts[count]) if count < self.starts.size else len(self.data)
        starts, kind, level = self.starts[:count], self.kind[:count], self.level[:count]
        return Tokens(self.data[:cut], starts, kind, level, self.path[:count], self.name[:count], self.texts)

    def line(self, token: Whole) -> Whole:
        """How many line ends come before each tag."""
        ends = np.flatnonzero(np.frombuffer(self.data, np.uint8) == NEWLINE)
        return np.searchsorted(ends, self.starts[token])

    def source(self, token: int) -> str:
        """The text of one element from its opening tag to its closing one."""
        end = token
        if self.kind[token] == OPEN:
            later = np.flatnonzero((self.level[token:] == self.level[token]) & (self.kind[token:] == CLOSE))
            end = token + int(later[0])
        stop = self.data.index(b">", int(self.starts[end])) + 1
        return self.data[int(self.starts[token]) : stop].decode(errors="replace")

    def values(self, token: Whole) -> pa.Array:
        """The text of elements without elements in them, -1 for none: white space around it cut off, empty = null."""
        wanted = np.where((token >= 0) & (self.kind[token] == OPEN), 2 * token + 1, -1)
        column = self.texts.take(pa.array(wanted, mask=wanted < 0))
        column = pc.utf8_trim_whitespace(column)
        if b"&" in self.data and pc.any(pc.match_substring(column, "&")).as_py():
            column = pa.array([text and unescaped(text) for text in column.to_pylist()], pa.string())
        return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def unescaped(text: str) -> str:
    """Character references as the characters they are. Well-formed XML without a document type has no others."""
    return _ESCAPED.sub(lambda found: _character(*found.groups()), text).strip()


def _character(decimal: str | None, hexadecimal: str | None, name: str) -> str:
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal or "", 16))


def plain(raw: bytes) -> tuple[bytes, bytes]:
    """As much of `raw` as ends before a tag, without comments, processing instructions and CDATA sections (their line
    ends stay, so lines count as before); and the rest, for the next time."""
    cut = raw.rfind(b"<")
    if b"<!" in raw or b"<?" in raw:
        at = 0
        parts: list[bytes] = []
        for found in _MARKUP.finditer(raw):
            parts += [raw[at : found.start()], _kept(found)]
            at = found.end()
        tail = raw[at:]
        open_markup = min((place for mark in (b"<!", b"<?") if (place := tail.find(mark)) >= 0), default=-1)
        cut = open_markup if open_markup >= 0 else tail.rfind(b"<")
        cut = len(tail) if cut < 0 else cut
        done, rest = b"".join((*parts, tail[:cut])), tail[cut:]
    else:
        cut = len(raw) if cut < 0 else cut
        done, rest = raw[:cut], raw[cut:]
    if b"\r" in done:
        done = done.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return done, rest


def _kept(found: re.Match[bytes]) -> bytes:
    if found[1] is None:
        return b"\n" * found[0].count(b"\n")
    return found[1].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def tokens_of(data: bytes, paths: PathTable, above: Sequence[int], *, bare: bool = False) -> Tokens:
    """The tags of `data`, which holds whole tags only. `above` are the path numbers of the elements open where it
    begins, outermost first; `bare` says that its attributes have been cut out already."""
    starts, ends = _tags(data)
    texts = _pieces(data, starts, ends)
    tags = texts.take(pa.array(np.arange(0, 2 * starts.size, 2))).dictionary_encode()
    said = tags.dictionary.to_pylist()
    if not bare and any('"' in tag or "'" in tag for tag in said):
        return tokens_of(_ATTRIBUTES.sub(_without_attributes, data), paths, above, bare=True)
    read = [_read_tag(tag, paths.names) for tag in said]
    code = tags.indices.to_numpy()
    kind = np.array([each[0] for each in read], dtype=np.int8)[code] if read else np.empty(0, np.int8)
    name = np.array([each[1] for each in read], dtype=np.int16)[code] if read else np.empty(0, np.int16)
    level = len(above) + np.cumsum(kind, dtype=np.int64) + (kind != OPEN)
    return Tokens(data, starts, kind, level, _paths(kind, level, name, paths, above), name, texts)


def _tags(data: bytes) -> tuple[Whole, Whole]:
    """Where each tag begins and ends. A `>` may also stand in a text."""
    letters = np.frombuffer(data, np.uint8)
    starts, ends = np.flatnonzero(letters == LESS), np.flatnonzero(letters == GREATER)
    if ends.size != starts.size:
        ends = ends[np.searchsorted(ends, starts)]
    return starts, ends


def _pieces(data: bytes, starts: Whole, ends: Whole) -> pa.Array:
    """Every tag and every text between tags as one array of strings over the same memory."""
    borders = np.empty(2 * starts.size + 1, dtype=np.int32)
    borders[0:-1:2], borders[1:-1:2], borders[-1] = starts, ends + 1, len(data)
    return pa.StringArray.from_buffers(2 * starts.size, pa.py_buffer(borders), pa.py_buffer(data))


def _without_attributes(found: re.Match[bytes]) -> bytes:
    return b"<" + found[1] + b"\n" * found[2].count(b"\n") + found[3] + b">"


def _read_tag(tag: str, names: dict[bytes, int]) -> tuple[int, int]:
    kind = CLOSE if tag.startswith("</") else EMPTY if tag.endswith("/>") else OPEN
    return kind, names.get(local_name(tag).encode(), 0)


def local_name(tag: str) -> str:
    """The name in a tag without attributes: no brackets, no prefix."""
    return tag.strip("</> \t\n\r").rpartition(":")[2]


def _paths(
    kind: npt.NDArray[np.int8], level: Whole, name: npt.NDArray[np.int16], paths: PathTable, above: Sequence[int]
) -> npt.NDArray[np.int16]:
    """The path of each opening tag, level by level: that of the last tag opened one level up, and its own name."""
    path = np.zeros(kind.size, dtype=np.int16)
    shallow = np.where(kind == CLOSE, 0, np.minimum(level, paths.depth + 1)).astype(np.int8)
    order = np.argsort(shallow, kind="stable")
    borders = np.searchsorted(shallow[order], np.arange(paths.depth + 2))
    parents: Whole = np.empty(0, np.int64)
    for depth in range(1, paths.depth + 1):
        here = order[borders[depth] : borders[depth + 1]]
        if depth == 1:
            path[here] = paths.first[name[here]]
        else:
            outer = above[depth - 2] if depth - 2 < len(above) else 0
            at = np.searchsorted(parents, here) - 1
            parent = np.where(at >= 0, path[parents[at]] if parents.size else 0, outer)
            path[here] = paths.step[parent, name[here]]
        parents = here
    return path
