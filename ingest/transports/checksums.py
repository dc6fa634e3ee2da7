"""Checksums that a source states for a file: in a file beside it, or in the headers of its answer."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

# Digests a source may state, by the name contracts use; the strongest first.
ALGORITHMS = ("sha512", "sha256", "sha1", "md5")
_LENGTHS = {"sha512": 128, "sha256": 64, "sha1": 40, "md5": 32}
_HEADER_NAMES = {"sha-512": "sha512", "sha-256": "sha256", "sha": "sha1", "sha-1": "sha1", "md5": "md5"}


def stated_beside(text: bytes, name: str, algorithm: str) -> str | None:
    """The digest (hex) that a checksum file states for the file `name`, or None when it states none.

    Read are lines as `sha256sum` writes them (`<hex>  <name>`), as BSD's tools do (`SHA256 (<name>) = <hex>`), and a
    digest alone.
    """
    digest = rf"(?P<digest>[0-9a-fA-F]{{{_LENGTHS[algorithm]}}})"
    for line in text.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines():
        found = re.fullmatch(rf"\s*{digest}(?:\s+\*?(?P<name>\S.*?))?\s*", line) or re.fullmatch(
            rf"\s*[\w-]+\s*\((?P<name>.+)\)\s*=\s*{digest}\s*", line
        )
        if found and (found["name"] is None or re.split(r"[/\\]", found["name"])[-1] == name):
            return str(found["digest"]).lower()
    return None


def stated_in_headers(headers: Mapping[str, str], *, whole: bool, etag: bool = False) -> dict[str, str]:
    """The digests (hex, by algorithm) that an answer's headers state for the whole file.

    Repr-Digest (RFC 9530) and Digest (RFC 3230) are of the whole file also where a part was sent; Content-MD5 is of
    what was sent, so it counts only when that is the `whole`. With `etag` the entity tag is the file's MD5 (the
    contract says so).
    """
    said: dict[str, str] = {}
    pairs = [
        part.strip().partition("=") for name in ("Repr-Digest", "Digest") for part in headers.get(name, "").split(",")
    ]
    if whole:
        pairs.append(("md5", "=", headers.get("Content-MD5", "")))
    for name, _, value in pairs:
        algorithm = _HEADER_NAMES.get(name.strip().lower())
        digest = _hex(value.strip().strip(":"))
        if algorithm and len(digest) == _LENGTHS[algorithm]:
            said[algorithm] = digest
    tag = headers.get("ETag", "").strip('"').lower()
    if etag and re.fullmatch(r"[0-9a-f]{32}", tag):
        said["md5"] = tag
    return said


def _hex(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).hex()
    except (binascii.Error, ValueError):
        return ""
