"""The pretend schools' aggregator API, asked over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.sandbox_servers import MONTHS, PUPILS, Serving, make_folder, serving


@pytest.fixture(scope="module")
def mis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(make_folder(tmp_path_factory.mktemp("mis") / "out")) as running:
        yield running


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "Bearer wrong-token"])
def test_without_the_right_token_nothing_is_told(mis: Serving, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = requests.get(mis.url("send_931_mis_api", "/students"), headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "data" not in answer.json()


@pytest.mark.parametrize("per_page", [1, 4, 7, 10, 23, 5000])
def test_pages_together_are_all_records_once_in_order(mis: Serving, per_page: int) -> None:
    ids: list[str] = []
    page, pages = 1, 1
    while page <= pages:
        said = mis.mis("/students", page=page, per_page=per_page).json()
        assert (said["page"], said["per_page"], said["total_count"]) == (page, per_page, PUPILS)
        ids += [record["id"] for record in said["data"]]
        pages = said["total_pages"]
        page += 1
    assert ids == [f"S{n}" for n in range(PUPILS)]
    assert pages == -(-PUPILS // per_page)


def test_link_header_leads_from_first_to_last(mis: Serving) -> None:
    answer = mis.mis("/attendance-summaries", per_page=30)
    seen = 0
    while True:
        seen += len(answer.json()["data"])
        following = answer.links.get("next")
        if following is None:
            break
        answer = requests.get(
            following["url"], headers={"Authorization": answer.request.headers["Authorization"]}, timeout=10
        )
    assert seen == PUPILS * len(MONTHS)


def test_body_holds_no_address_so_that_two_servings_are_the_same_bytes(mis: Serving) -> None:
    assert b"127.0.0.1" not in mis.mis("/students", per_page=5).content


def test_page_past_the_end_and_an_empty_table_are_empty(mis: Serving) -> None:
    assert mis.mis("/students", page=99).json()["data"] == []
    assert mis.mis("/exclusions").json() == {"data": [], "page": 1, "per_page": 100, "total_pages": 1, "total_count": 0}


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"page": "-1"}, {"per_page": 5001}, {"per_page": 0}])
def test_impossible_pages_are_refused(mis: Serving, query: dict[str, Any]) -> None:
    assert mis.mis("/students", **query).status_code == 400


def test_nested_members_come_only_when_asked_for(mis: Serving) -> None:
    plain = mis.mis("/students").json()["data"][1]
    assert "demographics" not in plain
    assert "sen_needs" not in plain
    full = mis.mis("/students", demographics="true", sen_needs="true").json()["data"]
    assert full[1]["demographics"] == {"gender": "F", "sen_category": "E"}
    assert full[1]["sen_needs"] == [{"id": "N1", "sen_need_code": "ASD", "priority": 1}]
    assert full[0]["demographics"]["sen_category"] is None
    assert full[0]["sen_needs"] == []
    assert full[0]["last_name"] == 'Zoë "Quote", O’Neil\n'


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/vnd.assembly+json; version=1.1", 200),
        ("application/vnd.assembly+json; version=1.1, application/json;q=0.9", 200),
        ("*/*", 200),
        ("application/vnd.assembly+json; version=9", 406),
        ("text/html", 406),
    ],
)
def test_versions_of_the_answer(mis: Serving, accept: str, status: int) -> None:
    assert mis.mis("/students", headers={"Accept": accept}).status_code == status


def test_what_has_not_changed_is_not_sent_again(mis: Serving) -> None:
    first = mis.mis("/students", per_page=5)
    held = {"If-None-Match": first.headers["ETag"]}
    again = mis.mis("/students", headers=held, per_page=5)
    assert (again.status_code, again.content) == (304, b"")
    assert mis.mis("/students", headers=held, per_page=5, page=2).status_code == 200
    assert mis.mis("/students", headers=held, per_page=5, demographics="true").status_code == 200
    since = first.headers["Last-Modified"]
    assert since == "Fri, 31 Jan 2025 00:00:00 GMT"
    assert mis.mis("/students", headers={"If-Modified-Since": since}).status_code == 304
    assert mis.mis("/students", headers={"If-Modified-Since": "Thu, 30 Jan 2025 00:00:00 GMT"}).status_code == 200
    assert mis.mis("/students", headers={"If-Modified-Since": "not a date"}).status_code == 200


def test_a_child_cannot_be_named_in_the_address(mis: Serving) -> None:
    assert mis.mis("/students/S1").status_code == 404
