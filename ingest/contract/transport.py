"""What a contract may say of how its feed comes: the values behind the keys of `transport`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ingest.contract.check import Checker

FINISHED = {"settle", "marker", "rename"}
CHECKSUMS = {"sha512", "sha256", "sha1", "md5"}
PAGING = {"auto", "page", "next", "cursor"}
PAGING_KEYS = {"kind", "parameter", "member", "pages", "first", "size_parameter"}


def check_transport(check: Checker, transport: dict[str, Any]) -> dict[str, Any]:
    """The transport as it was given, once its values hold. Raises ContractError for the first that does not."""
    for key, allowed in (("finished", FINISHED), ("checksum", CHECKSUMS)):
        if key in transport:
            check.one_of(transport[key], f"transport.{key}", allowed)
    if "etag_is_md5" in transport:
        check.yes_no(transport["etag_is_md5"], "transport.etag_is_md5")
    if "paging" in transport:
        paging = check.mapping(transport["paging"], "transport.paging", PAGING_KEYS)
        check.one_of(paging.get("kind", "auto"), "transport.paging.kind", PAGING)
    if transport["kind"] == "http_file":
        _check_paths(check, transport)
    return transport


def _check_paths(check: Checker, transport: dict[str, Any]) -> None:
    if ("path" in transport) == ("paths" in transport):
        check.fail("transport", "either a 'path' or a list of 'paths'", "both or neither")
    paths = transport.get("paths", [transport.get("path")])
    if not isinstance(paths, list) or not paths:
        check.fail("transport.paths", "a list of paths", type(paths).__name__)
    for path in paths:
        text = check.text(path, "transport.path")
        try:
            text.format(as_of=dt.date(2025, 1, 31), area="931")
        except (KeyError, ValueError, IndexError, AttributeError):
            check.fail("transport.path", "a path with {as_of:%Y%m%d} and {area} at most", repr(path))
