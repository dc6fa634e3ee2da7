"""Opens XML offered as a return: streamed, without entities or network, and with refusals in plain words.

The parser's own messages are never passed on, because they can quote what stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from area.call import CHECK_PATH, READABLE, unreadable
from area.errors import ReturnRefusedError
from returns.definition.model import Definition

# lxml keeps its limits on depth and on the size of one text, because huge_tree is not set.
SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}
BIG_LINE = 65_535
LONGEST_NAME = 40
MOST_DIGITS = 4  # of an element's name: those of a year
UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
NOT_UTF8 = "bytes that are not in the encoding the file says it has"
CUT_OFF = "a file that ends before its last element is closed"
REASONS = {
    "ERR_DOCUMENT_EMPTY": "something that is not XML",
    "ERR_DOCUMENT_START": "something that is not XML",
    "ERR_DOCUMENT_END": "text after the end of the return, or a file that is cut off",
    "ERR_TAG_NOT_FINISHED": CUT_OFF,
    "ERR_TAG_NAME_MISMATCH": "an element that is closed under another name",
    "ERR_GT_REQUIRED": "a tag that is not closed",
    "ERR_LT_REQUIRED": "a tag that is not opened",
    "ERR_NAME_REQUIRED": "a tag without a name, or an ampersand that is not written as &amp;",
    "ERR_INVALID_CHAR": "a character that XML cannot hold",
    "ERR_INVALID_CHARREF": "a character that XML cannot hold",
    "ERR_INVALID_ENCODING": NOT_UTF8,
    "ERR_UNSUPPORTED_ENCODING": "an encoding that is not known",
    "ERR_UNKNOWN_ENCODING": "an encoding that is not known",
    "I18N_CONV_FAILED": NOT_UTF8,
    "I18N_NO_OUTPUT": NOT_UTF8,
    "ERR_UNDECLARED_ENTITY": "an entity that XML does not know (an ampersand must be written &amp;)",
    "ERR_ENTITYREF_SEMICOL_MISSING": "an ampersand that is not written as &amp;",
    "ERR_NAME_TOO_LONG": "a name that is too long",
    "ERR_RESOURCE_LIMIT": "a value or a nesting that is too large to be real",
    "ERR_INTERNAL_ERROR": "a value or a nesting that is too large to be real",
}

ERROR_NAMES = {
    code: name
    for name, code in vars(etree.ErrorTypes).items()
    if isinstance(code, int) and name.startswith(("ERR_", "I18N_"))
}


def refuse_unreadable(path: Path, definition: Definition) -> None:
    """Look at the beginning of the file only. Raises ReturnRefusedError when it is not a return: no XML, a document
    type declaration (entities), another root element."""
    expected = f"an XML file whose root element is '{definition.root}'"
    for _, root in elements(path, events=("start",)):
        if root.getroottree().docinfo.internalDTD is not None:
            raise ReturnRefusedError(
                path.name, line=None, expected="XML without a document type declaration", came="one that has it"
            )
        if root.tag != definition.root:
            raise ReturnRefusedError(path.name, line=root.sourceline, expected=expected, came=_named(root.tag))
        return
    raise ReturnRefusedError(path.name, line=None, expected=expected, came="a file without any element")


def elements(path: Path, **options: Any) -> Iterator[tuple[str, Any]]:
    """lxml's iterparse over the file with our limits. Raises ReturnRefusedError where the XML breaks."""
    try:
        if path.stat().st_size == 0:
            raise ReturnRefusedError(path.name, line=None, expected="an XML file", came="an empty file")
        with path.open("rb") as file:
            yield from etree.iterparse(file, **SAFE, **options)
    except etree.XMLSyntaxError as error:
        raise refusal(path, error) from None
    except OSError as error:
        raise ReturnRefusedError(
            path.name, line=None, expected=READABLE, came=unreadable(error), do=CHECK_PATH
        ) from None


def refusal(path: Path, error: etree.XMLSyntaxError) -> ReturnRefusedError:
    name = ERROR_NAMES.get(getattr(error, "code", -1), "")
    came = REASONS.get(name, "XML that is not well formed")
    if name == "ERR_TAG_NAME_MISMATCH" and "EndTag" in str(error.msg):
        came = CUT_OFF
    return ReturnRefusedError(path.name, line=error.lineno or None, expected="well-formed XML", came=came)


def release(element: Any) -> None:
    """Give back the memory of an element that has been dealt with, and of its elder siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def line_of(element: Any) -> int | None:
    """The line of the element's start tag.

    Beyond line 65,534 the XML library knows lines of text only, where the text ends, and answers for an element with
    the line of the text inside it or else after it; so the line feeds of that text are taken off again. None where
    there is no such text.
    """
    line: int | None = element.sourceline
    if line is None or line == BIG_LINE:
        return None
    if line < BIG_LINE:
        return line
    if element.text:
        return line - str(element.text).count("\n")
    if len(element):
        return line_of(element[0])
    return line - str(element.tail or "").count("\n")


def name_of(tag: str) -> str:
    """The name of an element as it came, its namespace left off, made safe to print: 40 characters at most.

    A name is the layout of a file and no value, so it may be told. But whoever made the file could have put anything
    there: so it is told in the plain letters of XML names alone (nothing that a page, a spreadsheet or a terminal
    obeys, and no letters that only look alike), and not at all with as many digits as a birth date or an identifier
    has.
    """
    plain = tag.rsplit("}", 1)[-1]
    if sum(character.isdigit() for character in plain) > MOST_DIGITS:
        return "(an element with a number in its name)"
    safe = UNSAFE.sub("?", plain)
    return safe if len(safe) <= LONGEST_NAME else f"{safe[: LONGEST_NAME - 1]}…"


def _named(tag: str) -> str:
    return f"'{name_of(tag)}' in a namespace" if "}" in tag else f"'{name_of(tag)}'"
