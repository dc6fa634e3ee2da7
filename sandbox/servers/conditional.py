"""Conditional requests (RFC 9110 section 13): has what the client holds changed?"""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request


def http_date(moment: dt.datetime) -> str:
    """`moment` (UTC) as an HTTP date."""
    return format_datetime(moment, usegmt=True)


def not_modified(request: Request, *, etag: str, last_modified: dt.datetime) -> bool:
    """Whether the answer is 304. If-None-Match is looked at first and, where given, alone; a date that cannot be read
    counts as none."""
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None:
        held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in held or etag in held
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return last_modified <= moment
