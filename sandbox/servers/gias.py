"""The daily GIAS downloads (facts: extracts 2.5): establishments, `…/public/edubasealldata<YYYYMMDD>.csv`, and the
links between them, `…/public/links_edubasealldata<YYYYMMDD>.csv`.

Any date up to the sandbox's night can be asked for and gets the same files; a later one is not there yet
(404). The bytes are as on disk (cp1252). Ranges, ETag and conditional requests work, so a broken download can be
resumed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.servers.conditional import http_date, not_modified
from sandbox.servers.folder import SandboxFolder
from sandbox.servers.rows import fingerprint

FOLDER = "/edubase/downloads/public"


def gias_app(folder: SandboxFolder) -> Starlette:
    """The download server over `folder`."""
    routes = [
        Route(f"{FOLDER}/{name}{{day}}.csv", _download(folder, file), methods=["GET"])
        for name, file in (("links_edubasealldata", folder.gias_links), ("edubasealldata", folder.gias))
    ]
    return Starlette(routes=routes)


def _download(folder: SandboxFolder, file: Path) -> Callable[[Request], Awaitable[Response]]:
    marks: list[str] = []

    async def download(request: Request) -> Response:
        day = _day(request.path_params["day"])
        if day is None or day > folder.as_of:
            return PlainTextResponse("The resource you are looking for was not found.", status_code=404)
        if not marks:
            marks.append(await run_in_threadpool(fingerprint, file))
        etag = f'"{marks[0]}"'
        published = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        headers = {"ETag": etag, "Last-Modified": http_date(published)}
        if not_modified(request, etag=etag, last_modified=published):
            return Response(status_code=304, headers=headers)
        # The charset is not said, as by the real server: the client has to know that the file is cp1252.
        return FileResponse(file, headers=headers | {"Content-Type": "text/csv"})

    return download


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
