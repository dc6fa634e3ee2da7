"""A small stand-in for the DfE statistics API, whose answers a test can change (the sandbox's serves real figures)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.contract.model import load_contract
from tests.support.loopback import Answer, Asked


class Statistics:
    """A statistics API of one indicator a data set; remembers the questions."""

    def __init__(self) -> None:
        contract = load_contract("dfe_statistics")
        self.titles = [each["title"] for each in contract.transport["data_sets"]]
        self.publication = contract.transport["publication"]
        self.questions: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        self.version = "1.0"
        self.values = ("x", "12", "12")  # one a page

    def __call__(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.path.removeprefix("/statistics/v1"))
        query = parse_qs(parts.query)
        body = json.dumps(self.answer(parts.path, query, asked)).encode()
        return Answer(body, headers={"Content-Type": "application/json"})

    def answer(self, path: str, query: dict[str, list[str]], asked: Asked) -> dict[str, Any]:
        match path.strip("/").split("/"):
            case ["publications"]:
                return self.listed([{"id": "p1", "title": self.publication}], query)
            case ["publications", "p1", "data-sets"]:
                listed = [self.data_set(f"d{number}") for number in range(len(self.titles))]
                return self.listed(listed, query, size=4)
            case ["data-sets", _, "versions", _, "changes"]:
                gone = [{"previousState": {"id": "i", "column": "plans", "label": "Plans"}}]
                return {"versionNumber": self.version, "majorChanges": {"indicators": gone}, "minorChanges": {}}
            case ["data-sets", ident, "meta"]:
                assert ident.startswith("d")
                places = [{"id": "a", "label": "Oxfordshire", "code": "E10000025", "oldCode": "931"}]
                return {
                    "filters": [],
                    "indicators": [{"id": "i", "column": "plans"}],
                    "locations": [{"level": {"code": "LA"}, "options": places}],
                }
            case ["data-sets", _, "query"]:
                question = json.loads(asked.body)
                self.questions.append(question)
                page = question["page"]
                result = {
                    "timePeriod": {"code": "CY", "period": f"{2020 + page}"},
                    "geographicLevel": "LA",
                    "locations": {"LA": "a"},
                    "filters": {},
                    "values": {"i": self.values[page - 1]},
                }
                paging = {"page": page, "pageSize": question["pageSize"], "totalResults": 3, "totalPages": 3}
                return {"paging": paging, "results": [result], "warnings": self.warnings}
            case ["data-sets", ident]:
                return self.data_set(ident)
        raise AssertionError(path)

    def data_set(self, ident: str) -> dict[str, Any]:
        title = self.titles[int(ident[1:])]
        return {"id": ident, "title": title, "status": "Published", "latestVersion": {"version": self.version}}

    def listed(self, entries: list[Any], query: dict[str, list[str]], size: int = 20) -> dict[str, Any]:
        page = int(query["page"][0])
        pages = -(-len(entries) // size)
        return {
            "paging": {"page": page, "totalPages": pages},
            "results": entries[(page - 1) * size : page * size],
        }
