"""The pretend GIAS download, asked over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.support.sandbox_servers import GIAS, Serving, make_folder, serving


@pytest.fixture(scope="module")
def gias(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(make_folder(tmp_path_factory.mktemp("gias") / "out")) as running:
        yield running


def _get(gias: Serving, day: str = "20250131", **headers: str) -> requests.Response:
    path = f"/edubase/downloads/public/edubasealldata{day}.csv"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(gias.url("send_gias", path), headers=named, timeout=10)


def test_the_file_comes_as_it_is(gias: Serving) -> None:
    answer = _get(gias)
    assert answer.content == GIAS
    assert answer.headers["Content-Length"] == str(len(GIAS))
    assert answer.headers["Content-Type"] == "text/csv"
    assert "’" in answer.content.decode("cp1252")


@pytest.mark.parametrize(("day", "status"), [("20200101", 200), ("20250201", 404), ("20250230", 404), ("", 404)])
def test_only_days_that_have_been(gias: Serving, day: str, status: int) -> None:
    assert _get(gias, day).status_code == status


def test_a_broken_download_is_resumed(gias: Serving) -> None:
    etag = _get(gias).headers["ETag"]
    rest = _get(gias, Range="bytes=10-", If_Range=etag)
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 10-{len(GIAS) - 1}/{len(GIAS)}"
    assert rest.content == GIAS[10:]
    assert _get(gias, Range="bytes=10-", If_Range='"of another file"').content == GIAS
    assert _get(gias, Range=f"bytes={len(GIAS)}-").status_code == 416


def test_the_same_file_is_not_sent_again(gias: Serving) -> None:
    first = _get(gias)
    assert _get(gias, If_None_Match=first.headers["ETag"]).status_code == 304
    assert _get(gias, If_None_Match='"other"').status_code == 200
    assert _get(gias, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304
