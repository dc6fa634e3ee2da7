"""The suite files: all can be read, and ask only for tables and columns that the contracts and the dbt models have."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from area.errors import ContractError
from expectations.evaluate import evaluate
from expectations.feeds import night_feeds
from expectations.suite_files import GATES, ROWS_TYPE, SUITES, load_suites
from ingest.quarantine.rows import EXPECTED
from ingest.reading.row_checks import BAD_DATE, BAD_INTEGER, MISSING_REQUIRED, TOO_LONG
from returns.kinds import SEN2
from returns.rules.book import all_rules
from tests.support.empty_warehouse import build_empty_warehouse
from tests.support.gate_warehouse import VARIABLES, build_warehouse, contracts

KNOWN = {**VARIABLES, "required_feeds": ["gias"], "optional_feeds": ["mis"]}
ENTRY = """
  - id: one
    type: expect_table_row_count_to_be_between
    kwargs: {min_value: 1}
    severity: critical
    expects: e
    why: w
    then: t
"""


def write_suite(root: Path, text: str) -> Path:
    (root / "reading").mkdir(parents=True, exist_ok=True)
    (root / "reading" / "one.yml").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("gate", GATES)
def test_every_table_and_column_a_suite_names_exists(gate: str, tmp_path: Path) -> None:
    warehouse = build_empty_warehouse(tmp_path / "empty.duckdb")
    raised = {r.id: r.problem for r in evaluate(load_suites(gate, KNOWN), warehouse) if r.outcome == "raised"}
    assert raised == {}


def test_the_gate_knows_every_reason_a_row_is_held_back_for() -> None:
    (suite,) = (suite for suite in load_suites("reading", KNOWN) if suite.table == "raw.quarantined")
    known = next(each.kwargs["value_set"] for each in suite.expectations if each.id == "quarantine-reason-known")
    assert set(known) == {*EXPECTED, MISSING_REQUIRED, BAD_DATE, BAD_INTEGER, TOO_LONG}


def test_each_table_of_the_return_and_each_fact_has_a_suite() -> None:
    modules = [
        "header",
        "person",
        "requests",
        "assessment",
        "named_plan",
        "plan_detail",
        "active_plans",
        "placement_detail",
        "sen_need",
    ]
    returns = {suite.table for suite in load_suites("returns", KNOWN)}
    assert {f"returns.sen2_{module}" for module in modules} <= returns
    facts = {suite.table for suite in load_suites("facts", KNOWN)}
    models = SUITES.parent.parent / "dbt_project" / "models" / "marts"
    built = {f"facts.{path.stem}" for path in models.rglob("*.sql") if not path.stem.startswith("fct_indicator")}
    helpers = {"facts.dim_ehc_person", "facts.fct_plan_setting"}
    assert built - facts - helpers == set()


def test_failing_rows_are_named_without_a_personal_field() -> None:
    personal = {
        name.replace(".", "_")
        for _, table in contracts().values()
        for name, field in table["fields"].items()
        if field.get("personal")
    } | {"surname", "forename", "upn", "postcode", "birth_date", "uniquelearnernumber", "personbirthdate"}
    for gate in GATES:
        for suite in load_suites(gate, KNOWN):
            for expectation in suite.expectations:
                query = str(expectation.kwargs.get("unexpected_rows_query", ""))
                place = query.rpartition(" as _where")[0].rpartition("select ")[2]
                words = set(place.replace("||", " ").replace(",", " ").replace(".", " ").split())
                assert not words & personal, expectation.id
                if expectation.type == ROWS_TYPE:
                    assert "_where" in query or "_row" in query, expectation.id


def test_a_rule_is_called_what_the_catalogue_and_the_check_report_call_it() -> None:
    known = {rule.id for rule in all_rules(SEN2)}
    called = {
        name: expectation.id
        for gate in GATES
        for suite in load_suites(gate, KNOWN)
        for expectation in suite.expectations
        for name in re.findall(r"[\w-]*\b[A-Z]\d\d\b", f"{expectation.expects} {expectation.why} {expectation.then}")
    }
    assert len(called) > 10
    assert {name: where for name, where in called.items() if name not in known} == {}


def test_every_gate_has_critical_expectations_and_warnings() -> None:
    for gate in GATES:
        severities = {e.severity for suite in load_suites(gate, KNOWN) for e in suite.expectations}
        assert severities == {"critical", "warning"}


def test_a_feed_nobody_has_connected_is_not_asked_for(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path / "w.duckdb", persons=3)
    with duckdb.connect(str(warehouse)) as con:
        con.execute("update raw.feed_status set is_connected = false where feed in ('mis', 'gias')")
    feeds = {feed.feed: feed.required for feed in night_feeds(warehouse)}
    assert "mis" not in feeds
    assert (feeds["gias"], feeds["ehc_casework"], feeds["waiting_list"]) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"table: raw.t\nexpectations:{ENTRY}".replace("critical", "fatal"), "severity"),
        (f"table: raw.t\nexpectations:{ENTRY}".replace("why: w", "why: ''"), "why"),
        (f"table: raw.t\nfilter: x\nexpectations:{ENTRY}", "(whole file)"),
        (f"table: raw.t\nexpectations:{ENTRY}{ENTRY}", "id"),
        (f"table: raw.t\nwhere: a = ${{nobody}}\nexpectations:{ENTRY}", "nobody"),
        ("table: raw.t\nexpectations: []", "expectations"),
        ("table: [", "(whole file)"),
    ],
)
def test_a_wrong_suite_file_is_refused_and_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(ContractError, match=r"suites/reading/one\.yml") as caught:
        load_suites("reading", KNOWN, root=write_suite(tmp_path, text))
    assert f"'{field}'" in str(caught.value)


def test_a_gate_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="at least one suite"):
        load_suites("reading", KNOWN, root=tmp_path)


@given(st.one_of(st.text(), st.text(alphabet="0123456789-';.: \n"), st.dates(), st.integers()))
def test_a_variable_never_changes_the_meaning_of_a_query(value: object) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = write_suite(Path(folder), f"table: raw.t\nwhere: a = '${{v}}'\nexpectations:{ENTRY}")
        try:
            (suite,) = load_suites("reading", {"v": value}, root=root)
        except ContractError:
            return
    inside = suite.query.removeprefix("select * from raw.t where a = '").removesuffix("'")
    assert not set(inside) & set("';\"\\\n $(){}")
    assert "--" not in inside


def test_a_kwarg_keeps_the_type_of_its_variable(tmp_path: Path) -> None:
    text = f"table: raw.t\nsettings: {{least: 3}}\nexpectations:{ENTRY}".replace(
        "min_value: 1", 'min_value: "${least}"'
    )
    root = write_suite(tmp_path, text)
    assert load_suites("reading", {}, root=root)[0].expectations[0].kwargs["min_value"] == 3
    assert load_suites("reading", {"least": 9.5}, root=root)[0].expectations[0].kwargs["min_value"] == 9.5


def test_the_files_say_in_plain_words_what_is_expected_why_and_what_to_do() -> None:
    for path in SUITES.glob("*/*.yml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]:
            for key in ("expects", "why", "then"):
                assert len(entry[key].split()) >= 3, (path.name, entry["id"], key)
                assert entry[key].rstrip().endswith("."), (path.name, entry["id"], key)
