"""A first look at an XML file: is it well formed, of the right root, and without anything to be fetched or expanded?

Expat reads it through once, at the speed of the disk and without building anything. What is read after that
(`xml_tokens.py`) may rely on it.
"""

from __future__ import annotations

import codecs
import re
import xml.parsers.expat as expat
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.formats import SourceFile
from ingest.formats.xml_layout import Layout

CHUNK = 1 << 20
# A single element's text, tag or comment longer than this is no field of a return (libxml2 draws the same line).
LONGEST_TOKEN = 10_000_000
MOST_HEAD = 1_000
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


@dataclass
class Survey:
    """What was found: the file's encoding, whether each row's element begins on a line of its own, and the values that
    stand before the first record, by path below the root (`Header/Source/LEA`)."""

    encoding: str = "utf-8"
    by_line: bool = True
    head: dict[str, str] = field(default_factory=dict)


class _DocumentTypeError(Exception):
    """The file has a document type. No return has one; what does is out to make us fetch or expand something."""


class _OtherRootError(Exception):
    """The root element has another name (given)."""


def survey(file: SourceFile, layout: Layout) -> Survey:
    """Read the file through.

    Raises FileRefusedError for an empty file, one that is not well formed, has another root or a document type, is in
    an encoding nobody knows, or holds a text of more than 10 MB.
    """
    look = _Look(layout)
    parser = look.parser
    fed = 0
    try:
        with file.path.open("rb") as opened:
            chunk = opened.read(CHUNK)
            if not chunk.strip():
                file.refuse(expected="an XML file", came="an empty file")
            wide = WIDE.get(chunk[:2])
            while chunk:
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - max(parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
                    file.refuse(
                        expected="XML without giant elements", came=f"one text of more than {LONGEST_TOKEN:,} bytes"
                    )
                chunk = opened.read(CHUNK)
            parser.Parse(b"", True)
    except _DocumentTypeError:
        file.refuse(expected="XML without a document type", came="one with a document type or entities")
    except _OtherRootError as other:
        file.refuse(expected=f"root element {layout.root}", came=f"root element {str(other)[:40]}")
    except expat.ExpatError as error:
        file.refuse(
            expected="well-formed XML", came=f"XML that breaks off or is not well formed at line {error.lineno}"
        )
    except (LookupError, ValueError):
        file.refuse(expected="XML in an encoding that can be read", came="another encoding")
    found = Survey(wide or _codec(file, look.encoding), head=look.head)
    found.by_line = _by_line(file, found.encoding, layout.row_elements)
    return found


def utf8_chunks(file: SourceFile, encoding: str) -> Iterator[bytes]:
    """The file's bytes as UTF-8, without a byte-order mark, in pieces of about 1 MB."""
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    first = True
    with file.path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            if first and decoder is None:
                chunk = chunk.removeprefix(codecs.BOM_UTF8)
            first = False
            try:
                yield chunk if decoder is None else decoder.decode(chunk).encode()
            except UnicodeError:
                file.refuse(expected=f"XML in {encoding}", came="bytes that are not")


def _codec(file: SourceFile, declared: str | None) -> str:
    try:
        name = codecs.lookup(declared or "utf-8").name
    except LookupError:
        file.refuse(expected="XML in an encoding that can be read", came="another encoding")
    return "utf-8" if name in ("utf-8", "ascii", "utf-8-sig", "utf-16") else name


class _Look:
    """Expat's handlers. They go as soon as the first record begins: from there on no Python runs for an element."""

    def __init__(self, layout: Layout) -> None:
        self.encoding: str | None = None
        self.head: dict[str, str] = {}
        self._root, self._record = layout.root, layout.record_path
        self._path: list[str] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding

    def _document_type(self, *_: object) -> None:
        raise _DocumentTypeError

    def _start(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition(":")[2]
        if not self._path and name != self._root:
            raise _OtherRootError(name)
        self._path.append(name)
        self._text.clear()
        if "/".join(self._path) == self._record or len(self.head) > MOST_HEAD or len(self._path) > MOST_HEAD:
            self.parser.StartElementHandler = self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None

    def _end(self, _tag: str) -> None:
        text = "".join(self._text).strip()
        if text:
            self.head.setdefault("/".join(self._path[1:]), text)
        self._text.clear()
        self._path.pop()


def _by_line(file: SourceFile, encoding: str, rows: tuple[str, ...]) -> bool:
    """Whether no line holds two elements that become rows of the same table: only then do line numbers tell rows
    apart."""
    names = "|".join(re.escape(name) for name in dict.fromkeys(rows))
    twice = re.compile(rf"<(?:[\w.-]+:)?({names})[\s/>][^\n]*<(?:[\w.-]+:)?\1[\s/>]".encode())
    rest = b""
    for chunk in utf8_chunks(file, encoding):
        text = (rest + chunk).replace(b"\r", b"\n") if b"\r" in chunk else rest + chunk
        end = text.rfind(b"\n") + 1
        if twice.search(text, 0, end) or len(text) - end > CHUNK:
            return False
        rest = text[end:]
    return twice.search(rest) is None
