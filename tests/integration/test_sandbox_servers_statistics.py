"""The pretend DfE statistics API with the real published figures, asked over real sockets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import yaml

from area.paths import PROJECT_ROOT
from sandbox import published
from tests.support.sandbox_servers import Serving, make_folder, serving

CONTRACT = PROJECT_ROOT / "ingest/contracts/reference/dfe_statistics.yml"


class Api:
    """The API as a client that knows titles and labels, never ids."""

    def __init__(self, running: Serving) -> None:
        self._running = running
        (publication,) = self.get("/publications", search="education, health and care").json()["results"]
        self.publication = publication["id"]
        listed = self.get(f"/publications/{self.publication}/data-sets", pageSize=20).json()["results"]
        self.data_sets = {entry["title"]: entry for entry in listed}
        self.caseload = self.data_sets["EHC plans in place"]["id"]
        self.meta = self.get(f"/data-sets/{self.caseload}/meta").json()

    def get(self, path: str, **query: Any) -> requests.Response:
        return requests.get(self._running.url("send_dfe_statistics", path), params=query, timeout=30)

    def post(self, body: Any, *, raw: str | None = None, **query: Any) -> requests.Response:
        url = self._running.url("send_dfe_statistics", f"/data-sets/{self.caseload}/query")
        sent = raw if raw is not None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        return requests.post(url, params=query, headers=headers, data=sent, timeout=30)

    def query(self, **query: Any) -> requests.Response:
        return self.get(f"/data-sets/{self.caseload}/query", **query)

    def filter(self, column: str) -> dict[str, Any]:
        return next(entry for entry in self.meta["filters"] if entry["column"] == column)

    def option(self, column: str, label: str) -> str:
        return str(next(o["id"] for o in self.filter(column)["options"] if o["label"] == label))

    def indicator(self, column: str) -> str:
        return str(next(entry["id"] for entry in self.meta["indicators"] if entry["column"] == column))

    def total(self) -> str:
        return self.option("breakdown_topic", "All EHC plans")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with serving(make_folder(tmp_path_factory.mktemp("statistics") / "out")) as running:
        yield Api(running)


def _rows(**wanted: str) -> list[dict[str, str]]:
    """Rows of the published caseload file with these values."""
    rows = published.table("caseload").to_pylist()
    return [row for row in rows if all(row[column] == value for column, value in wanted.items())]


# --- finding ------------------------------------------------------------------------------------------------------


def test_every_data_set_of_the_contract_is_found_by_title(api: Api) -> None:
    wanted = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["transport"]
    found = api.get("/publications", search=wanted["publication"]).json()["results"]
    assert wanted["publication"] in [entry["title"] for entry in found]
    assert {entry["title"] for entry in wanted["data_sets"]} <= set(api.data_sets)
    assert len(api.data_sets) == 14


def test_a_search_that_matches_nothing_has_one_empty_page(api: Api) -> None:
    said = api.get("/publications", search="fisheries").json()
    assert said == {"paging": {"page": 1, "pageSize": 20, "totalResults": 0, "totalPages": 1}, "results": []}


def test_lists_are_paged(api: Api) -> None:
    path = f"/publications/{api.publication}/data-sets"
    pages = [api.get(path, page=page, pageSize=5).json() for page in (1, 2, 3, 4)]
    assert [len(page["results"]) for page in pages] == [5, 5, 4, 0]
    assert {entry["id"] for page in pages for entry in page["results"]} == {d["id"] for d in api.data_sets.values()}
    assert api.get(path).json()["paging"] == {"page": 1, "pageSize": 10, "totalResults": 14, "totalPages": 2}


@pytest.mark.parametrize(
    ("path", "query", "code", "at"),
    [
        ("/publications", {"search": "ed"}, "MinimumLength", "search"),
        ("/publications", {"pageSize": 41}, "InclusiveBetween", "pageSize"),
        ("/publications", {"page": 0}, "GreaterThanOrEqual", "page"),
        ("/publications/{publication}/data-sets", {"pageSize": 21}, "InclusiveBetween", "pageSize"),
        ("/data-sets/{caseload}/versions", {"pageSize": "many"}, "InvalidValue", "pageSize"),
        ("/data-sets/{caseload}/meta", {"types": "Filters,Colours"}, "AllowedValue", "types[1]"),
    ],
)
def test_lists_refuse_what_cannot_be(api: Api, path: str, query: dict[str, Any], code: str, at: str) -> None:
    answer = api.get(path.format(publication=api.publication, caseload=api.caseload), **query)
    assert answer.status_code == 400
    assert [(e["code"], e["path"]) for e in answer.json()["errors"]] == [(code, at)]


def test_unknown_things_are_not_found(api: Api) -> None:
    unknown = "00000000-0000-0000-0000-000000000000"
    for path in (
        f"/publications/{unknown}",
        "/publications/not-an-id",
        f"/data-sets/{unknown}",
        f"/data-sets/{unknown}/query",
        f"/data-sets/{api.caseload}/versions/7.0",
        f"/data-sets/{api.caseload}/meta?dataSetVersion=2.0",
        "/nothing",
    ):
        answer = api.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.5",
            "title": "Not Found",
            "status": 404,
        }


def test_meta_and_summary_tell_the_file(api: Api) -> None:
    latest = api.get(f"/data-sets/{api.caseload}").json()["latestVersion"]
    assert latest["totalResults"] == published.table("caseload").num_rows
    assert latest["timePeriods"] == {"start": "2018/19", "end": "2024/25"}
    assert latest["geographicLevels"] == ["National", "Regional", "Local authority"]
    assert [i["column"] for i in api.meta["indicators"]] == published.measures("caseload")
    assert [f["column"] for f in api.meta["filters"]] == ["breakdown_topic", "breakdown"]
    areas = next(group for group in api.meta["locations"] if group["level"]["code"] == "LA")["options"]
    oxfordshire = next(place for place in areas if place["oldCode"] == "931")
    assert (oxfordshire["label"], oxfordshire["code"]) == ("Oxfordshire", "E10000025")
    assert api.meta["timePeriods"][0] == {"code": "AY", "period": "2024/2025", "label": "2024/25"}
    ids = [o["id"] for f in api.meta["filters"] for o in f["options"]] + [i["id"] for i in api.meta["indicators"]]
    assert len(set(ids)) == len(ids)
    assert list(api.get(f"/data-sets/{api.caseload}/meta", types="TimePeriods").json()) == ["timePeriods"]


# --- answers ------------------------------------------------------------------------------------------------------


def test_values_are_the_published_text(api: Api) -> None:
    criteria = {
        "locations": {"eq": {"level": "LA", "oldCode": "931"}},
        "timePeriods": {"eq": {"period": "2024/2025", "code": "AY"}},
        "filters": {"eq": api.total()},
    }
    said = api.post({"criteria": criteria}).json()
    (row,) = said["results"]
    columns = {entry["id"]: entry["column"] for entry in api.meta["indicators"]}
    (expected,) = _rows(old_la_code="931", time_period="202425", breakdown_topic="All EHC plans")
    assert {columns[i]: v for i, v in row["values"].items()} == {c: expected[c] for c in columns.values()}
    assert row["values"][api.indicator("await_prov_2022")] == "x"
    assert row["timePeriod"] == {"code": "AY", "period": "2024/2025"}
    assert row["geographicLevel"] == "LA"
    assert list(row["locations"]) == ["NAT", "REG", "LA"]
    assert said["warnings"] == []


def test_england_has_only_its_own_place(api: Api) -> None:
    said = api.query(**{"geographicLevels.eq": "NAT", "filters.eq": api.total(), "pageSize": 1}).json()
    assert list(said["results"][0]["locations"]) == ["NAT"]


def test_every_page_together_is_the_whole_file_newest_first(api: Api) -> None:
    indicator = api.indicator("ehcplans")
    seen, periods, page, pages = 0, [], 1, 1
    while page <= pages:
        said = api.post({"indicators": [indicator], "page": page, "pageSize": 5000}).json()
        pages = said["paging"]["totalPages"]
        seen += len(said["results"])
        periods += [row["timePeriod"]["period"] for row in said["results"]]
        page += 1
    assert seen == said["paging"]["totalResults"] == published.table("caseload").num_rows
    assert periods == sorted(periods, reverse=True)
    assert list(said["results"][0]["values"]) == [indicator]


def test_an_empty_body_asks_for_everything(api: Api) -> None:
    said = api.post(None, raw="").json()
    assert said["paging"]["totalResults"] == published.table("caseload").num_rows
    assert (said["paging"]["pageSize"], len(said["results"])) == (1000, 1000)


def test_paging_of_a_post_is_read_from_the_body_only(api: Api) -> None:
    assert api.post({"pageSize": 3}, pageSize=7).json()["paging"]["pageSize"] == 3


def test_facets_and_conditions_select_the_right_rows(api: Api) -> None:
    england = {"geographicLevels": {"eq": "NAT"}}
    total = {"filters": {"eq": api.total()}}
    sexes = {"filters": {"in": [api.option("breakdown_topic", "Sex"), api.total()]}}
    old = {"timePeriods": {"lt": {"period": "2020", "code": "AY"}}}
    late = {"timePeriods": {"gte": {"period": "2023/2024", "code": "AY"}}}
    regions = {"locations": {"in": [{"level": "REG", "code": "E12000008"}, {"level": "LA", "oldCode": "931"}]}}

    def count(criteria: dict[str, Any]) -> int:
        said = api.post({"criteria": criteria, "pageSize": 1}).json()
        return int(said["paging"]["totalResults"])

    everything = _rows()
    national = [r for r in everything if r["geographic_level"] == "National"]
    assert count(england) == len(national)
    assert count({"and": [england, total]}) == len([r for r in national if r["breakdown_topic"] == "All EHC plans"])
    assert count({"or": [england, total]}) == len(
        [r for r in everything if r["geographic_level"] == "National" or r["breakdown_topic"] == "All EHC plans"]
    )
    assert count({"not": england}) == len(everything) - len(national)
    assert count({"and": [england, {"not": {"or": [sexes, old]}}]}) == len(
        [
            r
            for r in national
            if r["breakdown_topic"] not in ("Sex", "All EHC plans") and r["time_period"] not in ("201819", "201920")
        ]
    )
    assert count(england | late) == len([r for r in national if r["time_period"] in ("202324", "202425")])
    # A region's condition holds for the areas inside it as well.
    assert count(regions | total | late) == len(
        [
            r
            for r in everything
            if r["region_code"] == "E12000008"
            and r["breakdown_topic"] == "All EHC plans"
            and r["time_period"] in ("202324", "202425")
        ]
    )
    assert count({"geographicLevels": {"notIn": ["LA", "REG"]}}) == len(national)
    assert count({"geographicLevels": {"notEq": "NAT"}}) == len(everything) - len(national)


def test_get_and_post_give_the_same_answer(api: Api) -> None:
    given = {
        "filters.in": f"{api.total()},{api.option('breakdown_topic', 'Sex')}",
        "locations.in": "LA|oldCode|931,LA|code|E10000025",
        "timePeriods.gt": "2022/2023|AY",
        "indicators": api.indicator("ehcplans"),
        "sorts": "timePeriod|Asc,geographicLevel|Desc",
        "pageSize": 50,
    }
    body = {
        "criteria": {
            "filters": {"in": [api.total(), api.option("breakdown_topic", "Sex")]},
            "locations": {"in": [{"level": "LA", "oldCode": "931"}, {"level": "LA", "code": "E10000025"}]},
            "timePeriods": {"gt": {"period": "2022", "code": "AY"}},
        },
        "indicators": [api.indicator("ehcplans")],
        "sorts": [{"field": "timePeriod", "direction": "Asc"}, {"field": "geographicLevel", "direction": "Desc"}],
        "pageSize": 50,
    }
    said = api.query(**given).json()
    assert said == api.post(body).json()
    assert said["results"]


def test_repeated_and_indexed_lists_mean_the_same(api: Api) -> None:
    one, other = api.total(), api.option("breakdown_topic", "Sex")
    url = f"/data-sets/{api.caseload}/query?pageSize=5&"
    answers = [
        api.get(f"{url}filters.in={one},{other}"),
        api.get(f"{url}filters.in={one}&filters.in={other}"),
        api.get(f"{url}filters.in[0]={one}&filters.in[1]={other}"),
    ]
    assert answers[0].json() == answers[1].json() == answers[2].json()


def test_comments_in_a_body_are_put_up_with(api: Api) -> None:
    said = api.post(None, raw='{/* all */ "pageSize": 2 // few\n}')
    assert (said.status_code, len(said.json()["results"])) == (200, 2)


@pytest.mark.parametrize("direction", ["Asc", "Desc"])
@pytest.mark.parametrize("kind", ["timePeriod", "geographicLevel", "location|LA", "filter", "indicator"])
def test_sorts(api: Api, kind: str, direction: str) -> None:
    breakdown = api.filter("breakdown")
    indicator = api.indicator("ehcplans")
    field = {"filter": f"filter|{breakdown['id']}", "indicator": f"indicator|{indicator}"}.get(kind, kind)
    labels = {option["id"]: option["label"] for option in breakdown["options"]}
    areas = next(group for group in api.meta["locations"] if group["level"]["code"] == "LA")["options"]
    places = {place["id"]: place["label"] for place in areas}
    said = api.post(
        {
            "criteria": {"timePeriods": {"eq": {"period": "2024", "code": "AY"}}, "geographicLevels": {"eq": "LA"}}
            if kind != "timePeriod"
            else {"geographicLevels": {"in": ["NAT", "LA"]}},
            "indicators": [indicator],
            "sorts": [{"field": field, "direction": direction}],
            "pageSize": 10_000,
        }
    ).json()
    keys = {
        "timePeriod": lambda r: r["timePeriod"]["period"],
        "geographicLevel": lambda r: r["geographicLevel"],
        "location|LA": lambda r: places[r["locations"]["LA"]],
        "filter": lambda r: labels[r["filters"][breakdown["id"]]],
        "indicator": lambda r: r["values"][indicator],
    }
    found = [keys[kind](row) for row in said["results"]]
    assert found == sorted(found, reverse=direction == "Desc")
    assert len(found) > 100


def test_debug_names_everything(api: Api) -> None:
    said = api.query(
        **{"debug": "true", "locations.eq": "LA|oldCode|931", "filters.eq": api.total(), "pageSize": 1}
    ).json()
    (row,) = said["results"]
    topic = api.filter("breakdown_topic")
    assert row["filters"][f"{topic['id']} :: breakdown_topic"] == f"{api.total()} :: All EHC plans"
    assert row["locations"]["LA"].endswith(" :: Oxfordshire (code = E10000025, oldCode = 931)")
    assert row["locations"]["REG"].endswith(" :: South East (code = E12000008)")
    assert f"{api.indicator('ehcplans')} :: ehcplans" in row["values"]
    assert [warning["code"] for warning in said["warnings"]] == ["DebugEnabled"]


# --- warnings and errors ------------------------------------------------------------------------------------------


def test_unknown_things_are_warnings_on_a_200(api: Api) -> None:
    answer = api.post(
        {
            "criteria": {
                "and": [
                    {"locations": {"in": [{"level": "LA", "code": "E99999999"}, {"level": "LA", "oldCode": "931"}]}},
                    {"filters": {"notIn": ["nope", api.total()]}, "geographicLevels": {"in": ["LA", "WARD"]}},
                    {"timePeriods": {"in": [{"period": "1999", "code": "CY"}, {"period": "2024", "code": "AY"}]}},
                ]
            }
        }
    )
    assert answer.status_code == 200
    said = answer.json()
    assert said["paging"]["totalResults"] > 0
    assert [(w["code"], w["path"], w["detail"]["items"]) for w in said["warnings"]] == [
        ("LocationsNotFound", "criteria.and[0].locations.in", [{"level": "LA", "code": "E99999999"}]),
        ("FiltersNotFound", "criteria.and[1].filters.notIn", ["nope"]),
        ("GeographicLevelsNotFound", "criteria.and[1].geographicLevels.in", ["WARD"]),
        ("TimePeriodsNotFound", "criteria.and[2].timePeriods.in", [{"period": "1999", "code": "CY"}]),
    ]


def test_a_wrong_area_code_is_no_rows_and_two_warnings(api: Api) -> None:
    said = api.query(**{"locations.eq": "LA|oldCode|000", "timePeriods.gt": "1999|CY"}).json()
    assert said["results"] == []
    assert said["paging"] == {"page": 1, "pageSize": 1000, "totalResults": 0, "totalPages": 1}
    assert [(w["code"], w.get("path")) for w in said["warnings"]] == [
        ("LocationsNotFound", "locations.eq"),
        ("TimePeriodsNotFound", "timePeriods.gt"),
        ("QueryNoResults", None),
    ]
    assert said["warnings"][0]["detail"]["items"] == ["LA|oldCode|000"]
    assert said["warnings"][1]["detail"]["items"] == ["1999|CY"]


GET_ERRORS = [
    ({"indicators": "nope1,nope2"}, [("IndicatorsNotFound", "indicators")]),
    ({"indicators": "a" * 41}, [("MaximumLength", "indicators[0]")]),
    ({"filters.in": ",ok," + "a" * 11}, [("NotEmpty", "filters.in[0]"), ("MaximumLength", "filters.in[2]")]),
    ({"geographicLevels.eq": "National"}, [("AllowedValue", "geographicLevels.eq")]),
    ({"locations.eq": "Oxfordshire"}, [("LocationFormat", "locations.eq")]),
    ({"locations.eq": "LADD|code|1"}, [("LocationAllowedLevel", "locations.eq")]),
    ({"locations.in": "LA|urn|1"}, [("LocationAllowedProperty", "locations.in[0]")]),
    ({"locations.eq": "NAT|id| "}, [("LocationValueNotEmpty", "locations.eq")]),
    ({"locations.eq": "LA|oldCode|" + "1" * 21}, [("LocationValueMaxLength", "locations.eq")]),
    ({"timePeriods.in": "2024|AY,2024"}, [("TimePeriodFormat", "timePeriods.in[1]")]),
    ({"timePeriods.eq": "2024|XX"}, [("TimePeriodAllowedCode", "timePeriods.eq")]),
    ({"timePeriods.eq": "2024/2025|CY"}, [("TimePeriodAllowedCode", "timePeriods.eq")]),
    ({"timePeriods.eq": "2024/2026|AY"}, [("TimePeriodInvalidYearRange", "timePeriods.eq")]),
    ({"timePeriods.eq": "last|AY"}, [("TimePeriodInvalidYear", "timePeriods.eq")]),
    ({"sorts": "timePeriod"}, [("SortFormat", "sorts[0]")]),
    ({"sorts": "timePeriod|asc"}, [("SortDirection", "sorts[0]")]),
    ({"sorts": "|"}, [("SortFieldNotEmpty", "sorts[0]"), ("SortDirection", "sorts[0]")]),
    ({"sorts": "a" * 41 + "|Asc"}, [("SortFieldMaxLength", "sorts[0]")]),
    ({"sorts": "filter|nope|Asc,location|SCH|Desc"}, [("SortFieldsNotFound", "sorts")]),
    ({"page": 0}, [("GreaterThanOrEqual", "page")]),
    ({"pageSize": 10_001}, [("InclusiveBetween", "pageSize")]),
    ({"page": "first"}, [("InvalidValue", "page")]),
    ({"debug": "perhaps"}, [("InvalidValue", "debug")]),
]


@pytest.mark.parametrize(("query", "expected"), GET_ERRORS)
def test_errors_of_a_get(api: Api, query: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    _assert_errors(api.query(**query), expected)


def _facet(**facet: Any) -> dict[str, Any]:
    return {"criteria": facet}


POST_ERRORS = [
    ({"colour": 1}, [("UnknownField", "colour")]),
    ({"page": "1"}, [("InvalidValue", "page")]),
    ({"pageSize": 0}, [("InclusiveBetween", "pageSize")]),
    ({"indicators": []}, [("NotEmpty", "indicators")]),
    ({"indicators": ["nope"]}, [("IndicatorsNotFound", "indicators")]),
    ({"criteria": []}, [("InvalidValue", "criteria")]),
    (_facet(colours={}), [("UnknownField", "criteria.colours")]),
    (_facet(filters={"gt": "a"}), [("UnknownField", "criteria.filters.gt")]),
    (_facet(filters={"in": []}), [("NotEmpty", "criteria.filters.in")]),
    (_facet(filters={"eq": 7}), [("InvalidValue", "criteria.filters.eq")]),
    (_facet(**{"and": []}), [("NotEmpty", "criteria.and")]),
    (_facet(**{"and": [{}], "filters": {}}), [("UnknownField", "criteria.filters")]),
    (_facet(**{"or": [{}, {"not": {"filters": {"eq": ""}}}]}), [("NotEmpty", "criteria.or[1].not.filters.eq")]),
    (_facet(geographicLevels={"in": ["LA", "la"]}), [("AllowedValue", "criteria.geographicLevels.in[1]")]),
    (_facet(locations={"eq": {"code": "x"}}), [("RequiredValue", "criteria.locations.eq.level")]),
    (_facet(locations={"eq": {"level": "LAD"}}), [("RequiredValue", "criteria.locations.eq.id")]),
    (_facet(locations={"in": [{"level": "NAT", "id": "a" * 11}]}), [("MaximumLength", "criteria.locations.in[0].id")]),
    (_facet(locations={"eq": {"level": "ZZ", "id": "a"}}), [("AllowedValue", "criteria.locations.eq.level")]),
    (_facet(locations={"eq": {"level": "REG", "oldCode": "1"}}), [("UnknownField", "criteria.locations.eq.oldCode")]),
    (_facet(timePeriods={"gt": {"period": "2024"}}), [("RequiredValue", "criteria.timePeriods.gt.code")]),
    (
        _facet(timePeriods={"in": [{"period": "2024/2025", "code": "W10"}]}),
        [("TimePeriodAllowedCode", "criteria.timePeriods.in[0].code")],
    ),
    (
        _facet(timePeriods={"eq": {"period": "2024/2023", "code": "AY"}}),
        [("TimePeriodInvalidYearRange", "criteria.timePeriods.eq.period")],
    ),
    ({"sorts": [{"field": "timePeriod", "direction": "Up"}]}, [("AllowedValue", "sorts[0].direction")]),
    ({"sorts": [{"field": "", "direction": "Asc"}]}, [("NotEmpty", "sorts[0].field")]),
    ({"sorts": [{"field": "nope", "direction": "Asc"}]}, [("SortFieldsNotFound", "sorts")]),
]


@pytest.mark.parametrize(("body", "expected"), POST_ERRORS)
def test_errors_of_a_post(api: Api, body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    _assert_errors(api.post(body), expected)


def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    answer = api.post(None, raw='{"page": ')
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["InvalidValue"]


def _assert_errors(answer: requests.Response, expected: list[tuple[str, str]]) -> None:
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["type"] == "https://tools.ietf.org/html/rfc9110#section-15.5.1"
    assert said["title"] == "One or more validation errors occurred."
    assert [(error["code"], error["path"]) for error in said["errors"]] == expected
    assert all("{" not in error["message"] for error in said["errors"])


def test_unknown_indicators_are_listed(api: Api) -> None:
    (error,) = api.post({"indicators": ["nope", api.indicator("ehcplans"), "nor"]}).json()["errors"]
    assert error["detail"]["items"] == ["nope", "nor"]


# --- the file and its versions ------------------------------------------------------------------------------------


def test_the_csv_is_the_published_file(api: Api) -> None:
    answer = api.get(f"/data-sets/{api.caseload}/csv")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert f"{api.caseload}_v1.1.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    expected = [{column: value or "" for column, value in row.items()} for row in _rows()]
    assert rows == expected


def test_versions_and_what_they_changed(api: Api) -> None:
    path = f"/data-sets/{api.caseload}"
    versions = api.get(f"{path}/versions").json()["results"]
    assert [(v["version"], v["type"]) for v in versions] == [("1.1", "Minor"), ("1.0", "Major")]
    assert versions[1]["timePeriods"]["end"] == "2023/24"
    for asked, given in (("1", "1.0"), ("1.0", "1.0"), ("1.*", "1.1"), ("*", "1.1"), ("1.1.0", "1.1")):
        assert api.get(f"{path}/versions/{asked}").json()["version"] == given
    changed = api.get(f"{path}/versions/1.1/changes").json()
    assert changed["majorChanges"] == {}
    added = {"currentState": {"code": "AY", "period": "2024/2025", "label": "2024/25"}}
    assert changed["minorChanges"]["timePeriods"] == [added]
    (breakdowns, _) = sorted(changed["minorChanges"]["filterOptions"], key=lambda group: group["filter"]["column"])
    assert breakdowns["filter"]["column"] == "breakdown"
    assert any(option["currentState"]["label"] == "Male" for option in breakdowns["options"])
    first = api.get(f"{path}/versions/1.0/changes", includePatchHistory="true").json()
    assert (first["majorChanges"], first["minorChanges"], first["patchHistory"]) == ({}, {}, [])


def test_an_earlier_version_is_queried_as_it_was_with_the_same_ids(api: Api) -> None:
    body = {"criteria": {"geographicLevels": {"eq": "NAT"}, "filters": {"eq": api.total()}}}
    now, before = api.post(body).json(), api.post(body, dataSetVersion="1.0").json()
    assert before["results"] == now["results"][1:]
    assert api.query(dataSetVersion="3.0").status_code == 404


def test_answers_are_compressed_and_name_the_api_version(api: Api) -> None:
    answer = api.query(pageSize=50)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["api-supported-versions"] == "1.0"


def test_tribunal_figures_have_england_and_right_codes(api: Api) -> None:
    ident = api.data_sets["SEND tribunal appeal rate"]["id"]
    meta = api.get(f"/data-sets/{ident}/meta").json()
    columns = {entry["id"]: entry["column"] for entry in meta["indicators"]}

    def figures(**where: str) -> dict[str, str]:
        said = api.get(f"/data-sets/{ident}/query", **{"timePeriods.eq": "2024|CY", **where}).json()
        (row,) = said["results"]
        return {columns[i]: value for i, value in row["values"].items()}

    england = {"appeals_registered": "22276", "total_appealable_decisions": "689739", "appeal_rate": "3.2"}
    assert figures(**{"geographicLevels.eq": "NAT"}) == england
    assert figures(**{"locations.eq": "LA|oldCode|931"})["appeals_registered"] == "396"
    # Nottingham: the published table has Nottinghamshire's code beside it.
    assert figures(**{"locations.eq": "LA|oldCode|892"})["appeals_registered"] == "52"
    assert figures(**{"locations.eq": "LA|oldCode|891"})["appeals_registered"] == "184"
