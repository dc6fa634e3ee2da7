"""The schools' aggregator API: pupils, attendance and exclusions, in the shape of the Assembly API.

Source: facts/extracts.md 2.9. Every endpoint answers
`{"data": [...], "page": n, "per_page": n, "total_pages": n, "total_count": n}`, and names the neighbouring pages in a
Link header only: a body holds no address, so the same records are the same bytes wherever they are served. `page`
counts from 1; `per_page` is 1 to 5,000 (100 when not given); a page past the end is an empty one. Bearer token always;
`If-None-Match` and `If-Modified-Since` are answered with 304.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path

import orjson
import pyarrow.parquet as pq
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.servers.conditional import http_date, not_modified
from sandbox.servers.folder import SandboxFolder
from sandbox.servers.rows import JsonRows, fingerprint

PER_PAGE = 100
MAX_PER_PAGE = 5000
VERSIONS = ("1", "1.0", "1.1")
ENDPOINTS = {"/students": "students", "/attendance-summaries": "attendance", "/exclusions": "exclusions"}
OPTIONAL = {"students": ("demographics", "sen_needs")}
"""Members that are only given when the query asks for them with `=true`."""

_MEDIA_TYPE = re.compile(r"application/vnd\.assembly\+json(?:\s*;\s*version=(?P<version>[\w.]+))?$")


def mis_app(folder: SandboxFolder, token: str) -> Starlette:
    """The API over `folder`; `token` is the only one it takes."""
    api = _Api(folder, token)
    return Starlette(routes=[Route(path, api.answer, methods=["GET"]) for path in ENDPOINTS])


class _Api:
    def __init__(self, folder: SandboxFolder, token: str) -> None:
        self._folder = folder
        self._token = token
        self._rows: dict[tuple[str, tuple[str, ...]], tuple[JsonRows, str]] = {}
        self._lock = threading.Lock()

    async def answer(self, request: Request) -> Response:
        refusal = self._refuse(request)
        if refusal is not None:
            return refusal
        try:
            page = _whole(request.query_params, "page", 1, None)
            per_page = _whole(request.query_params, "per_page", PER_PAGE, MAX_PER_PAGE)
        except ValueError as error:
            return _error(400, "invalid_parameter", str(error))
        table = ENDPOINTS[request.url.path]
        wanted = tuple(name for name in OPTIONAL.get(table, ()) if request.query_params.get(name) == "true")
        rows, mark = await run_in_threadpool(self._open, table, wanted)
        etag = f'"{mark}-{"".join(name[0] for name in wanted) or "n"}-{page}-{per_page}"'
        fresh = {"ETag": etag, "Last-Modified": http_date(self._folder.night), "Vary": "Accept, Authorization"}
        if not_modified(request, etag=etag, last_modified=self._folder.night):
            return Response(status_code=304, headers=fresh)
        data = await run_in_threadpool(rows.slice, (page - 1) * per_page, page * per_page)
        total_pages = max(1, -(-rows.total // per_page))
        links = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in _links(request, page, total_pages).items())
        tail = {"page": page, "per_page": per_page, "total_pages": total_pages, "total_count": rows.total}
        return Response(
            b'{"data":[' + data + b"]," + orjson.dumps(tail)[1:],
            media_type=_content_type(request),
            headers=fresh | {"Link": links},
        )

    def _refuse(self, request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            return _unauthorised('Bearer realm="mis"', "A bearer token is required.")
        if not secrets.compare_digest(given.strip().encode(), self._token.encode()):
            return _unauthorised('Bearer realm="mis", error="invalid_token"', "The bearer token is not valid.")
        if not _acceptable(request.headers.get("accept", "*/*")):
            return _error(406, "not_acceptable", f"Version 1.1 of {_VENDOR} is served.")
        return None

    def _open(self, table: str, wanted: tuple[str, ...]) -> tuple[JsonRows, str]:
        with self._lock:
            if (table, wanted) not in self._rows:
                path = self._folder.mis(table)
                left_out = set(OPTIONAL.get(table, ())) - set(wanted)
                self._rows[table, wanted] = (JsonRows(path, _select(path, left_out)), fingerprint(path))
            return self._rows[table, wanted]


_VENDOR = "application/vnd.assembly+json"


def _select(path: Path, left_out: set[str]) -> str:
    """The STRUCT expression of one row. Columns `demographics_x` (or `demographics.x`) become one nested object."""
    members: list[str] = []
    nested: list[str] = []
    for field in pq.read_schema(path):
        quoted = '"' + field.name.replace('"', '""') + '"'
        group = re.match(r"demographics[._](?P<member>\w+)$", field.name)
        if group:
            nested.append(f'"{group["member"]}" := {quoted}')
        elif field.name in left_out:
            continue
        elif field.name == "sen_needs":
            members.append(f'"{field.name}" := coalesce({quoted}, [])')
        else:
            members.append(f"{quoted} := {quoted}")
    if nested and "demographics" not in left_out:
        members.append(f"demographics := struct_pack({', '.join(nested)})")
    return f"struct_pack({', '.join(members)})"


def _whole(query: Mapping[str, str], name: str, default: int, most: int | None) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise ValueError(f"{name} must be a whole number from 1.")
    if most is not None and int(text) > most:
        raise ValueError(f"{name} may be {most} at most.")
    return int(text)


def _links(request: Request, page: int, total_pages: int) -> dict[str, str]:
    pages = {"first": 1, "last": total_pages}
    if page > 1:
        pages["prev"] = min(page - 1, total_pages)
    if page < total_pages:
        pages["next"] = page + 1
    return {relation: str(request.url.include_query_params(page=number)) for relation, number in pages.items()}


def _acceptable(accept: str) -> bool:
    for item in accept.split(","):
        media = item.strip()
        if media.split(";")[0].strip() in ("*/*", "application/*", "application/json"):
            return True
        vendor = _MEDIA_TYPE.match(re.sub(r"\s*;\s*q=[\d.]+$", "", media))
        if vendor and (vendor["version"] is None or vendor["version"] in VERSIONS):
            return True
    return False


def _content_type(request: Request) -> str:
    vendor = _VENDOR in request.headers.get("accept", "")
    return f"{_VENDOR}; version=1.1" if vendor else "application/json"


def _unauthorised(challenge: str, message: str) -> Response:
    response = _error(401, "unauthorized", message)
    response.headers["WWW-Authenticate"] = challenge
    return response


def _error(status: int, error: str, message: str) -> Response:
    body = orjson.dumps({"error": error, "message": message})
    return Response(body, status_code=status, media_type="application/json")
