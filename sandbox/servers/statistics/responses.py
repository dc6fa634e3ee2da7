"""How the API answers: JSON, pages of a list, and problems (RFC 9110 error bodies; facts: extracts 4.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sandbox.servers.statistics import views
from sandbox.servers.statistics.problems import Problems

_SECTIONS = {400: "15.5.1", 403: "15.5.4", 404: "15.5.5", 405: "15.5.6"}
_TITLES = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
COMMON_HEADERS = {"api-supported-versions": "1.0"}


class InvalidRequest(Exception):  # noqa: N818 - never leaves the API
    """Carries the errors of a 400 to `validation_error`."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems


def page_of(found: list[Any], page: int, size: int, shown: Callable[[Any], views.View]) -> Response:
    """One page of `found`, each item as `shown` gives it."""
    first = (page - 1) * size
    listed = [shown(item) for item in found[first : first + size]]
    return json_response({"paging": views.paging(page, size, len(found)), "results": listed})


def stop_if(problems: Problems) -> None:
    """Raise InvalidRequest when there are any."""
    if problems:
        raise InvalidRequest(problems)


def json_response(content: Any) -> Response:
    """A 200 with `content`."""
    return Response(orjson.dumps(content), media_type="application/json", headers=COMMON_HEADERS)


def _problem(status: int, title: str, **more: Any) -> Response:
    kind = f"https://tools.ietf.org/html/rfc9110#section-{_SECTIONS[status]}"
    body = orjson.dumps({"type": kind, "title": title, "status": status, **more})
    return Response(body, status_code=status, media_type="application/problem+json", headers=COMMON_HEADERS)


async def http_error(_request: Request, error: Exception) -> Response:
    """The problem body of a 403, 404 or 405."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _problem(status, _TITLES.get(status, "Error"))


async def validation_error(_request: Request, error: Exception) -> Response:
    """The problem body of a 400, with the errors found."""
    found = error.problems.found if isinstance(error, InvalidRequest) else []
    return _problem(400, "One or more validation errors occurred.", errors=found)
