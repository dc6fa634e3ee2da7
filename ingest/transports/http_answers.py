"""What an answer must be before it is taken for what was asked: whole, as its checksums say, and of the right kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import requests

from ingest.transports.checksums import ALGORITHMS, stated_in_headers
from ingest.transports.retry import TryAgain

# Beginnings of pages that log-in forms, proxies and error handlers send with a 200 in place of a file.
_PAGES = (b"<!doctype html", b"<html")
_BINARY = {"csv": ("image/", "video/", "audio/", "application/pdf", "application/json", "application/zip")}


class ForeignContentError(Exception):
    """The answer is of another kind than what was asked for. `came` says of which, in words."""

    def __init__(self, came: str) -> None:
        self.came = came
        super().__init__(came)


def check_kind(content_type: str | None, first: bytes, wanted: str) -> None:
    """Raise ForeignContentError when an answer cannot be a file of the format `wanted` (a contract's `format.kind`).

    Servers name the types of files loosely, so only what certainly is something else is turned away: a page of HTML, by
    its type or by its first bytes, and for CSV also JSON, pictures and PDF.
    """
    kind = (content_type or "").split(";")[0].strip().lower()
    start = first[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if kind in ("text/html", "application/xhtml+xml") or start.startswith(_PAGES):
        raise ForeignContentError("a page of HTML, as log-in and error pages are")
    if kind.startswith(_BINARY.get(wanted, ("\0",))):
        raise ForeignContentError(f"an answer of type {kind[:60]}")


def check_digests(stated: dict[str, str], digest_of: Callable[[str], str]) -> None:
    """Raise TryAgain when what came does not have the strongest digest that is stated for it."""
    for algorithm in ALGORITHMS:
        if algorithm in stated:
            if digest_of(algorithm) != stated[algorithm]:
                raise TryAgain(f"what came does not have the {algorithm} that is stated for it")
            return


def whole_body(response: requests.Response, wanted: str = "json") -> bytes:
    """The body of an answer that is read at once. Raises TryAgain when it broke off, is empty or is damaged, and
    ForeignContentError when it is something else."""
    body = response.content
    length = response.headers.get("Content-Length")
    if "Content-Encoding" not in response.headers:
        if length and length.isdigit() and int(length) != len(body):
            raise TryAgain("the answer broke off")
        stated = stated_in_headers(response.headers, whole=response.status_code == 200)
        check_digests(stated, lambda name: hashlib.new(name, body, usedforsecurity=False).hexdigest())
    if not body:
        raise TryAgain("it answered with an empty body")
    check_kind(response.headers.get("Content-Type"), body, wanted)
    return body
