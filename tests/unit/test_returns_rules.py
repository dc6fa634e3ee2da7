"""The rules of every return, each against its own cases; and what else the rules of SEN2 and their engine promise."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area.errors import ContractError, RuleBrokenError
from returns.definition.load import defined_years, load_definition
from returns.kinds import RETURNS, SEN2, ReturnKind
from returns.rules import book, run
from returns.rules.book import FAMILIES, Rule, all_rules, rules_of
from returns.rules.cases import Case, baseline, cases_of, load_tables
from returns.rules.coverage import book_page, coverage_page, page_file
from returns.rules.run import run_rules
from tests.support.rule_cases import case_tables

YEARS = [(kind, year) for kind in RETURNS.values() for year in defined_years(kind)]
RULES = {rule.id: (kind, rule) for kind in RETURNS.values() for rule in all_rules(kind)}
CASES = [case for kind, rule in RULES.values() for case in cases_of(kind, rule)]
ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
# Ids and severities the other parts of the warehouse point to.
AGREED = {
    "error": "P01 P02 P03 P04 P05 P06 P07 P09 P10 P15 P16 P17 P18 R01 R02 R03 R04 R05 A01 A02 N01 N02 N03 "
    "N04 D01 D02 D03 D04 D07 C03 C04 C05",
    "query": "P08 P11 A03 D05 D06 C01 C02 C06 X01 X02",
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(("kind", "year"), YEARS, ids=lambda each: getattr(each, "name", each))
def test_the_baseline_breaks_no_rule_and_every_rule_runs_on_it(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int
) -> None:
    load_tables(con, kind, baseline(kind, year), year=year)
    results = run_rules(con, kind, year)
    assert {rule: count for rule, count in results.by_rule.items() if count} == {}
    assert results.skipped == {}
    assert set(results.by_rule) == {rule.id for rule in rules_of(kind, year)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.name}")
def test_a_rule_finds_the_records_of_its_case_and_no_others(case: Case) -> None:
    _, rule = RULES[case.rule]
    assert case_tables(case.kind, case.year).found(case, rule) == set(case.at)


@pytest.mark.parametrize(("kind", "rule"), RULES.values(), ids=list(RULES))
def test_every_rule_has_a_case_that_fails_and_one_that_passes(kind: ReturnKind, rule: Rule) -> None:
    cases = cases_of(kind, rule)
    assert any(case.at for case in cases)
    assert any(not case.at for case in cases)


def test_the_committed_page_is_what_the_rules_give() -> None:
    assert page_file(SEN2).read_text(encoding="utf-8") == book_page(SEN2), "run `send sen2 rules --write`"


@pytest.mark.parametrize("year", defined_years(SEN2))
def test_the_coverage_counts_every_rule_of_the_year_once(year: int) -> None:
    rules = rules_of(SEN2, year)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in coverage_page(SEN2, year).splitlines()[2:]
    ]
    counted = [[sum(map(int, cell.split(" + "))) if cell else 0 for cell in row[1:]] for row in rows[2:]]
    assert [row[0] for row in rows[2:]] == [*FAMILIES, "all"]
    assert counted[-1][-1] == len(rules) >= 150
    for row in counted:
        assert sum(row[:-1]) == row[-1]
    for column in zip(*counted, strict=True):
        assert sum(column[:-1]) == column[-1]


def test_the_agreed_rules_are_there_with_their_severities() -> None:
    severities = {rule.id: rule.severity for rule in all_rules(SEN2)}
    for severity, ids in AGREED.items():
        assert {f"SEN2-{name}": severity for name in ids.split()}.items() <= severities.items()


@pytest.mark.parametrize("year", defined_years(SEN2))
def test_a_rule_holds_only_in_years_that_ask_for_an_item_it_looks_at(year: int) -> None:
    tags = {item.tag for _, item in load_definition(SEN2, year).walk()}
    assert {rule.id for rule in rules_of(SEN2, year) if rule.items[0] not in tags} == set()
    asked_some_year = {item.tag for each in defined_years(SEN2) for _, item in load_definition(SEN2, each).walk()}
    assert {item for rule in rules_of(SEN2, year) for item in rule.items} <= asked_some_year


def test_a_breach_names_the_file_and_row_of_its_record(con: duckdb.DuckDBPyConnection) -> None:
    tables = baseline(SEN2, 2025)
    tables["sen2_placement_detail"]["S1"]["leavingdate"] = tables["sen2_placement_detail"]["S1"]["entrydate"].replace(
        day=2
    )
    load_tables(con, SEN2, tables, year=2025)
    con.execute("update returns.sen2_placement_detail set _source_table = 'ehc_placement', _row = 41")
    run_rules(con, SEN2, 2025)
    breach = con.execute(
        "select rule_id, severity, module, record_key, persontableid, item, source_table, file_hash, row "
        "from returns.sen2_rule_breach where rule_id = 'SEN2-C03'"
    ).fetchall()
    assert breach == [
        ("SEN2-C03", "error", "placement_detail", "S1", "P1", "LeavingDate", "ehc_placement", "0" * 64, 41)
    ]


def test_a_pupil_only_the_census_knows_is_named_by_the_census_row(con: duckdb.DuckDBPyConnection) -> None:
    tables = baseline(SEN2, 2025)
    tables["fct_census_sen"]["K2"] = tables["fct_census_sen"]["K1"] | {"person_id": "K2"}
    load_tables(con, SEN2, tables, year=2025)
    run_rules(con, SEN2, 2025)
    breach = con.execute(
        "select rule_id, module, record_key, persontableid, source_table, row from returns.sen2_rule_breach"
    ).fetchall()
    assert breach == [("SEN2-X02", "census", "K2", None, "census_pupilonroll", 3)]


def test_rules_that_need_missing_tables_are_skipped_and_said_so(con: duckdb.DuckDBPyConnection) -> None:
    load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    con.execute("drop table facts.fct_census_sen")
    results = run_rules(con, SEN2, 2025)
    against_census = {rule.id for rule in rules_of(SEN2, 2025) if "census" in rule.needs}
    assert set(results.skipped) == against_census >= {"SEN2-X01", "SEN2-X02"}
    assert "SEN2-X01" not in results.by_rule
    states = con.execute("select state, count(*) from returns.sen2_rule group by all order by all").fetchall()
    skipped = len(against_census)
    assert states == [("run", len(rules_of(SEN2, 2025)) - skipped), ("skipped", skipped)]


def test_a_rule_that_cannot_be_evaluated_is_named_and_never_passes(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (SEN2.rules / "SEN2-P01.sql").read_text(encoding="utf-8")
    (tmp_path / "SEN2-P01.sql").write_text(source, encoding="utf-8")
    entry = source.partition("*/")[0].replace("SEN2-P01", "SEN2-P99")
    sql = "select 'person' as module, cast(surname as integer)::varchar as record_key, '' as item "
    (tmp_path / "SEN2-P99.sql").write_text(f"{entry}*/\n{sql} from returns.sen2_person", encoding="utf-8")
    (tmp_path / "context.sql").write_text((SEN2.rules / "context.sql").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(ReturnKind, "rules", tmp_path)
    all_rules.cache_clear()
    try:
        load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
        with pytest.raises(RuleBrokenError, match="SEN2-P99") as raised:
            run_rules(con, SEN2, 2025)
        assert "Testing" not in str(raised.value)
    finally:
        monkeypatch.undo()
        all_rules.cache_clear()


@pytest.mark.parametrize(
    "text",
    ["select 1", "/*\nid: X\n*/ select 1", "/*\n: [\n*/ select 1"],
    ids=["no catalogue entry", "half an entry", "no YAML"],
)
def test_a_file_that_is_not_a_rule_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "SEN2-Z01.sql"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match="SEN2-Z01"):
        book._read(file)


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    run.run_rules(con, SEN2, 2025, only=[])
    return con


@given(st.from_regex(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True))
@settings(deadline=None, max_examples=60)
def test_upn_check_letter_against_the_sum_done_by_hand(macros: duckdb.DuckDBPyConnection, upn: str) -> None:
    total = sum(
        place * (int(character) if character.isdigit() else ALPHABET.index(character))
        for place, character in enumerate(upn[1:], start=2)
    )
    answer = macros.execute("select upn_check_letter($upn), upn_is_sound($upn)", {"upn": upn}).fetchone()
    assert answer == (ALPHABET[total % 23], upn[0] == ALPHABET[total % 23])


@given(st.from_regex(r"[1-9][0-9]{9}", fullmatch=True))
@settings(deadline=None, max_examples=60)
def test_uln_check_digit_against_the_remainder_rule(macros: duckdb.DuckDBPyConnection, uln: str) -> None:
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), uln, strict=False)) % 11
    sound = remainder != 0 and int(uln[9]) == 10 - remainder
    assert macros.execute("select uln_is_sound(?)", [uln]).fetchone() == (sound,)


@given(st.text(max_size=14))
@settings(deadline=None, max_examples=60)
def test_no_text_breaks_the_number_checks(macros: duckdb.DuckDBPyConnection, text: str) -> None:
    upn, uln = macros.execute("select upn_is_sound($t), uln_is_sound($t)", {"t": text}).fetchone() or (None, None)
    assert upn in (True, False)
    assert uln in (True, False)
