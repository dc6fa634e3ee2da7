"""The daily GIAS download: `/edubase/downloads/public/edubasealldata<YYYYMMDD>.csv` (facts: extracts 2.5).

Any date up to the sandbox's night can be asked for and gets the same establishments; a later one is not there yet
(404). The bytes are as on disk (cp1252). Ranges, ETag and conditional requests work, so a broken download can be
resumed.
"""

from __future__ import annotations

import datetime as dt

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.servers.conditional import http_date, not_modified
from sandbox.servers.folder import SandboxFolder
from sandbox.servers.rows import fingerprint

PATH = "/edubase/downloads/public/edubasealldata{day}.csv"


def gias_app(folder: SandboxFolder) -> Starlette:
    """The download server over `folder`."""
    marks: list[str] = []

    async def download(request: Request) -> Response:
        day = _day(request.path_params["day"])
        if day is None or day > folder.as_of:
            return PlainTextResponse("The resource you are looking for was not found.", status_code=404)
        if not marks:
            marks.append(await run_in_threadpool(fingerprint, folder.gias))
        etag = f'"{marks[0]}"'
        published = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        headers = {"ETag": etag, "Last-Modified": http_date(published)}
        if not_modified(request, etag=etag, last_modified=published):
            return Response(status_code=304, headers=headers)
        # The charset is not said, as by the real server: the client has to know that the file is cp1252.
        return FileResponse(folder.gias, headers=headers | {"Content-Type": "text/csv"})

    return Starlette(routes=[Route(PATH, download, methods=["GET"])])


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
