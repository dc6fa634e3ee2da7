"""The routes of the statistics API."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from typing import Any

import pyarrow.csv as pa_csv
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.servers.statistics import views
from sandbox.servers.statistics.catalogue import PUBLICATIONS, DataSet, Publication
from sandbox.servers.statistics.changes import changes
from sandbox.servers.statistics.problems import Problems
from sandbox.servers.statistics.published import PublishedFigures
from sandbox.servers.statistics.requests import Query, query_from_body, query_from_parameters, read_paging
from sandbox.servers.statistics.responses import (
    COMMON_HEADERS,
    InvalidRequest,
    http_error,
    json_response,
    page_of,
    stop_if,
    validation_error,
)
from sandbox.servers.statistics.selection import select
from sandbox.servers.statistics.versions import Library, Version

BASE_PATH = "/statistics/v1"
PUBLICATION_PAGES = (20, 40)
DATA_SET_PAGES = (10, 20)
"""Default and largest page size."""
MIN_SEARCH = 3


def statistics_app() -> Starlette:
    """The API over the project's copy of the published files, each read when it is first asked for."""
    api = _Api()
    paths: list[tuple[str, Callable[[Request], Response]]] = [
        ("/publications", api.publications),
        ("/publications/{publication}", api.publication),
        ("/publications/{publication}/data-sets", api.data_sets),
        ("/data-sets/{data_set}", api.data_set),
        ("/data-sets/{data_set}/meta", api.meta),
        ("/data-sets/{data_set}/csv", api.csv),
        ("/data-sets/{data_set}/versions", api.versions),
        ("/data-sets/{data_set}/versions/{version}", api.version),
        ("/data-sets/{data_set}/versions/{version}/changes", api.changes),
    ]
    routes = [Route(BASE_PATH + path, _threaded(answer), methods=["GET"]) for path, answer in paths]
    routes.append(Route(BASE_PATH + "/data-sets/{data_set}/query", api.query, methods=["GET", "POST"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)],
        exception_handlers={HTTPException: http_error, InvalidRequest: validation_error},
    )


class _Api:
    def __init__(self) -> None:
        self._library = Library(PublishedFigures())

    # --- publications

    def publications(self, request: Request) -> Response:
        problems = Problems()
        page, size = read_paging(dict(request.query_params), *PUBLICATION_PAGES, problems)
        search = request.query_params.get("search", "")
        if search and len(search) < MIN_SEARCH:
            problems.add("MinimumLength", "search", value=search, minLength=MIN_SEARCH, totalLength=len(search))
        stop_if(problems)
        words = re.findall(r"\w+", search.lower())
        found = [p for p in PUBLICATIONS if all(word in f"{p.title} {p.summary}".lower() for word in words)]
        return page_of(found, page, size, views.publication)

    def publication(self, request: Request) -> Response:
        return json_response(views.publication(_publication(request)))

    def data_sets(self, request: Request) -> Response:
        wanted = _publication(request)
        page, size = _paging(request)
        known = [d for d in wanted.data_sets if d.id in self._library.data_sets]
        return page_of(sorted(known, key=lambda d: d.title), page, size, self._shown)

    def _shown(self, data_set: DataSet) -> views.View:
        return views.data_set(data_set, self._library.versions(data_set)[0])

    # --- data sets

    def data_set(self, request: Request) -> Response:
        return json_response(self._shown(self._data_set(request)))

    def meta(self, request: Request) -> Response:
        version = self._asked_version(request)
        given = [item for value in request.query_params.getlist("types") for item in value.split(",")]
        problems = Problems()
        for n, item in enumerate(given):
            if item not in views.META_TYPES:
                problems.add("AllowedValue", f"types[{n}]", value=item, allowed=list(views.META_TYPES))
        stop_if(problems)
        return json_response(views.meta(version.table, set(given or views.META_TYPES)))

    async def query(self, request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(self._answer, request, body)

    def _answer(self, request: Request, body: bytes) -> Response:
        version = self._asked_version(request)
        problems = Problems()
        query: Query
        if request.method == "POST":
            query = query_from_body(body, problems)
        else:
            query = query_from_parameters(request.query_params.multi_items(), problems)
        stop_if(problems)
        selection = select(version.table, query, problems)
        stop_if(problems)
        return json_response(views.results(version.table, query, selection))

    def csv(self, request: Request) -> Response:
        version = self._asked_version(request)
        text = io.BytesIO()
        pa_csv.write_csv(version.table.rows, text, pa_csv.WriteOptions(quoting_style="needed", quoting_header="none"))
        name = f"{version.data_set.id}_v{version.number}.csv"
        return Response(
            gzip.compress(text.getvalue(), compresslevel=1, mtime=0),
            media_type="text/csv",
            headers=COMMON_HEADERS
            | {
                "Content-Encoding": "gzip",
                "Content-Disposition": f"attachment; filename={name}",
                "X-Robots-Tag": "noindex",
            },
        )

    # --- versions

    def versions(self, request: Request) -> Response:
        page, size = _paging(request)
        return page_of(self._library.versions(self._data_set(request)), page, size, views.version)

    def version(self, request: Request) -> Response:
        return json_response(views.version(self._named_version(request)))

    def changes(self, request: Request) -> Response:
        version = self._named_version(request)
        older = [v for v in self._library.versions(version.data_set) if v.number < version.number]
        with_patches = request.query_params.get("includePatchHistory", "").lower() == "true"
        return json_response(changes(version, older[0] if older else None, with_patches=with_patches))

    # --- finding

    def _data_set(self, request: Request) -> DataSet:
        found = self._library.data_sets.get(request.path_params["data_set"].lower())
        if found is None:
            raise HTTPException(404)
        return found

    def _asked_version(self, request: Request) -> Version:
        return self._version_or_404(self._data_set(request), request.query_params.get("dataSetVersion"))

    def _named_version(self, request: Request) -> Version:
        return self._version_or_404(self._data_set(request), request.path_params["version"])

    def _version_or_404(self, data_set: DataSet, wanted: str | None) -> Version:
        found = self._library.find(data_set, wanted)
        if found is None:
            raise HTTPException(404)
        return found


def _publication(request: Request) -> Publication:
    wanted = request.path_params["publication"].lower()
    found = next((p for p in PUBLICATIONS if p.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def _paging(request: Request) -> tuple[int, int]:
    problems = Problems()
    page, size = read_paging(dict(request.query_params), *DATA_SET_PAGES, problems)
    stop_if(problems)
    return page, size


def _threaded(answer: Callable[[Request], Response]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint
