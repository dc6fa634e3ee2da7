"""The data-quality page says first whether the night can be used, and what to do next."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from area.paths import RunPaths
from expectations.answers import actions, answer
from expectations.load import load_results
from expectations.quality_page import write_quality_page
from expectations.results import ExpectationResult, GateResult
from expectations.suite_files import GATES
from tests.support.gate_warehouse import build_warehouse

MET = ExpectationResult(
    gate="facts", id="one", table="facts.t", severity="critical", outcome="met", expects="All is well.",
    why="It has to be.", then="Mend it.", checked=10, unexpected=0, percent=0.0,
)  # fmt: skip
IN_TIME = {"feed": "ehc", "title": "EHC casework", "owner": "EHC team", "is_late": False}
LATE = {
    "feed": "mis", "title": "School systems", "owner": "Schools team", "is_late": True,
    "last_extract_date": dt.date(2025, 1, 2), "age_days": 29, "allowed_age_days": 7,
}  # fmt: skip


def gates(*changed: ExpectationResult) -> list[GateResult]:
    return [GateResult(gate=name, results=(MET, *changed) if name == "facts" else (MET,)) for name in GATES]


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize(
    ("results", "feeds", "kind", "says"),
    [
        (gates(), [IN_TIME], "yes", "Yes: every feed came in time"),
        (gates(), [IN_TIME, LATE], "care", "but School systems is late"),
        (gates(replace(MET, outcome="failed", severity="warning")), [IN_TIME], "care", "there is 1 warning."),
        (gates(replace(MET, outcome="failed", severity="warning")), [LATE], "care", "is late and there is 1 warning"),
        (gates(replace(MET, outcome="failed")), [IN_TIME], "no", "No: 1 critical check failed"),
        (gates(replace(MET, outcome="raised", problem="x")), [LATE], "no", "1 check could not be made"),
        (gates()[:2], [IN_TIME], "no", "Not yet: the checks after the return have not been made"),
        ([], [IN_TIME], "no", "Not yet"),
    ],
)
def test_the_first_sentence_answers_whether_the_night_can_be_used(
    results: list[GateResult], feeds: list[dict], kind: str, says: str
) -> None:
    found = answer(results, feeds)
    assert found.kind == kind
    assert says in found.sentence


def test_what_to_do_next_goes_from_pressing_to_patient() -> None:
    results = gates(
        replace(MET, outcome="failed", severity="warning", places=("a row 1", "a row 2", "a row 3", "a row 4")),
        replace(MET, outcome="failed"),
    )
    quarantine = [{"feed": "mis", "refused": 3}, {"feed": "mis", "refused": 2}]
    breaches = [
        {"severity": "error", "owner": "EHC team", "breaches": 4},
        {"severity": "query", "owner": "EHC team", "breaches": 90},
    ]
    found = actions(results, [LATE], quarantine, breaches)
    assert [a.kind for a in found] == ["critical", "late", "warning", "quarantine", "errors"]
    assert found[2].who == "facts.t: a row 1; a row 2; a row 3 and more"
    assert found[3].what == "School systems: 5 rows in quarantine."
    assert found[3].who == "Schools team"
    assert found[4].what == "4 errors in the SEN2 return."


@pytest.fixture
def night(tmp_path: Path) -> tuple[Path, RunPaths]:
    run = RunPaths(area="931", root=tmp_path / "run")
    failed = replace(MET, id="two", outcome="failed", severity="warning", places=("cafe row 9",))
    for gate in gates(failed):
        replace(gate, results=tuple(replace(r, gate=gate.gate) for r in gate.results)).write(run)
    return build_warehouse(tmp_path / "w.duckdb"), run


def test_the_page_shows_deliveries_quarantine_matching_checks_and_rules(night: tuple[Path, RunPaths]) -> None:
    warehouse, run = night
    with duckdb.connect(str(warehouse)) as con:
        con.execute("update raw.delivery set extract_date = date '2024-09-01' where feed = 'waiting_list'")
        con.execute(
            "update raw.feed_status set last_extract_date = date '2024-09-01', age_days = 152, is_late = true"
            " where feed = 'waiting_list'"
        )
        con.execute("update raw.gias_establishment set la_code = '931', la_name = 'Oxfordshire <b>'")
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
        read, refused = con.execute(
            "select sum(read_rows), sum(quarantined_rows) from raw.delivery where is_latest"
        ).fetchall()[0]
    page = Text(html := run.quality_page.read_text(encoding="utf-8"))
    assert "Yes, with care: every critical check was met, but Health waiting list is late" in page.text
    assert f"{read:,}" in page.text
    assert refused == 1
    for told in (
        "Night of 31 January 2025, area 931",
        "1 September 2024, 152 of 45 days",
        "ehc_plan_20250131.csv row 7",
        "BAD_DATE",
        "School census 60 60 0 100.0%",
        "no identifier 3",
        "cafe row 9",
        "SEN2-P08 Query The postcode is blank.",
        "After the facts: 1 of 2 met",
    ):
        assert told in page.text, told
    assert "Oxfordshire &lt;b&gt;" in html
    assert not page.tags & {"script", "iframe", "object"}
    assert re.findall(r'(?:src|href)="(?!#|data:)([^"]*)', html) == ["../../feeds/index.html"]


def test_the_page_says_how_rows_are_put_right_here_and_which_were(night: tuple[Path, RunPaths]) -> None:
    warehouse, run = night
    with duckdb.connect(str(warehouse)) as con:
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
        before = Text(run.quality_page.read_text(encoding="utf-8")).text
        con.execute("update raw.delivery set fixed_rows = 2 where table_name = 'ehc_plan'")
        con.execute("update raw.delivery set fixed_rows = 1 where table_name = 'ehc_person'")
        con.execute("update raw.delivery set fixed_rows = 9, is_latest = false where table_name = 'ehc_need'")
        con.execute("update raw.delivery set dismissed_rows = 1 where table_name = 'ehc_plan'")
        con.execute("update raw.quarantined set reason = 'DISMISSED'")
        write_quality_page(con, run.quality_page, run=run)
    after = Text(run.quality_page.read_text(encoding="utf-8")).text
    for command in ("send quarantine list --rows", "send quarantine export", "send quarantine fix --file"):
        assert command in before
    assert "put right in quarantine" not in before.lower()
    assert "says otherwise: 2 rows of ehc_plan, 1 row of ehc_person (newest" in after
    assert "EHC casework: 1 row in quarantine" in before
    assert "Dismissed" not in before
    # Nothing is to be done about a dismissed row.
    assert "row in quarantine" not in after
    assert "left in quarantine for good: 1 row of ehc_plan (newest" in after


def test_rows_of_deliveries_that_were_followed_by_others_are_not_to_be_put_right(night: tuple[Path, RunPaths]) -> None:
    warehouse, run = night
    with duckdb.connect(str(warehouse)) as con:
        load_results(con, run)
        con.execute("update raw.delivery set is_latest = false where table_name = 'ehc_plan'")
        write_quality_page(con, run.quality_page, run=run)
    assert "No row waits to be put right." in Text(run.quality_page.read_text(encoding="utf-8")).text


def test_the_page_says_what_became_of_corrections_and_notes(night: tuple[Path, RunPaths]) -> None:
    warehouse, run = night
    with duckdb.connect(str(warehouse)) as con:
        con.execute(
            "create table returns.sen2_correction_state as"
            " select unnest(['applied', 'applied', 'no_longer_needed', 'source_changed']) as state"
        )
        con.execute("create table returns.sen2_note_state as select unnest(['explained', 'lapsed', 'lapsed']) as state")
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
    page = Text(run.quality_page.read_text(encoding="utf-8"))
    for told in (
        "Corrections applied 2 Have the source put right",
        "Corrections no longer needed 1 Withdraw them",
        "Corrections not applied: the source has changed 1 Look again",
        "Queries explained by a note 1 Nothing.",
        "Notes lapsed: a value they depend on has changed 2 Explain the query again.",
    ):
        assert told in page.text, told


def test_the_page_can_be_written_when_the_night_went_no_further_than_reading(tmp_path: Path) -> None:
    run = RunPaths(area="931", root=tmp_path / "run")
    GateResult(gate="reading", results=(replace(MET, outcome="failed"),)).write(run)
    warehouse = build_warehouse(tmp_path / "w.duckdb")
    with duckdb.connect(str(warehouse)) as con:
        for schema in ("matching", "facts", "returns"):
            con.execute(f"drop schema {schema} cascade")
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
    page = Text(run.quality_page.read_text(encoding="utf-8"))
    assert "No: 1 critical check failed" in page.text
    assert "Children have not been matched on this night" in page.text
    assert "The rules have not been checked on this night" in page.text
