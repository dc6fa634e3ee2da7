"""A whole pretend area: the same bytes for a seed, files as their contracts say, rates as stated, truth that points
at real records, a clean area without planted faults, and nothing personal printed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from lxml import etree
from typer.testing import CliRunner

from area.errors import SettingsError
from area.paths import PROJECT_ROOT
from area.settings import load_settings
from ingest.contract.model import load_contracts
from sandbox.cli import app
from sandbox.faults.breaches import BREACHES
from sandbox.identifiers import is_valid_nhs_number, is_valid_uln, is_valid_upn
from sandbox.made import Made
from sandbox.make import make_area
from sandbox.population.rates import ABSENCE, MESS, SEN_SUPPORT_SHARE
from sandbox.writers.folder import csv_paths

AREA = "857"  # Rutland, the smallest county
MIDDLE = "831"  # Derby: large enough for rates
STAMP = "20250131"
CONTRACTS = [
    yaml.safe_load(path.read_text(encoding="utf-8")) for path in (PROJECT_ROOT / "ingest/contracts").rglob("*.yml")
]
FIELDS: dict[str, dict[str, Any]] = {
    name: table["fields"] for contract in CONTRACTS for name, table in contract["tables"].items()
}
KEYS = {name: table["key"] for contract in CONTRACTS for name, table in contract["tables"].items()}
FEED_OF = {table.name: contract.feed for contract in load_contracts() for table in contract.tables}
for each in (table for contract in load_contracts() if contract.layouts for table in contract.tables_of_year(2025)):
    KEYS[each.name] = list(each.key)
    FIELDS[each.name] = {
        field.name: {"column": field.source, "type": field.kind, "required": field.required, "codes": field.codes,
                     "format": field.date_format, "max_length": field.max_length or 10_000, "optional": field.optional}
        for field in each.fields
    }  # fmt: skip
Rows = list[dict[str, str]]
# Of which a small area may have nobody: pupils who left and had been in alternative provision, closed schools.
# Of the 903: adoptions, asylum seekers.
# Files as published, of which a contract names the columns that are read.
WITH_MORE_COLUMNS = {"gias_establishment", "published_suspension", "published_eyfsp", "published_ks2", "published_ks4"}
MAY_BE_EMPTY = {
    "s903_ad1",
    "s903_uasc",
    "s903_placed_adoption",
    "census_schoolarrangedapdetailoffroll",
    "census_termlyexclusionsoffroll",
    "gias_link",
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    out = tmp_path_factory.mktemp("faulty")
    return out, make_area(AREA, out, seed=3)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    out = tmp_path_factory.mktemp("clean")
    return out, make_area(AREA, out, seed=3, clean=True)


@pytest.fixture(scope="module")
def derby(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("derby")
    make_area(MIDDLE, out, seed=1, clean=True)
    return out


def rows(out: Path, table: str) -> Rows:
    path = out / csv_paths(dt.date(2025, 1, 31))[table]
    encoding = "cp1252" if table.startswith("gias_") else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def columns_of(out: Path, table: str) -> list[str]:
    with (out / csv_paths(dt.date(2025, 1, 31))[table]).open(encoding="cp1252", newline="") as file:
        return next(csv.reader(file))


def heading(name: str, field: dict[str, Any], header: list[str]) -> str:
    """What a field is called in a file: its own heading, or the one of other years that is there."""
    own = str(field.get("column", name))
    return next((each for each in (own, *field.get("also", [])) if each in header), own)


def hashes(out: Path) -> dict[str, str]:
    files = sorted(p for p in out.rglob("*") if p.is_file())
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(faulty: tuple[Path, Made], tmp_path: Path) -> None:
    make_area(AREA, tmp_path / "again", seed=3)
    assert hashes(tmp_path / "again") == hashes(faulty[0])
    make_area(AREA, tmp_path / "again", seed=4)  # an earlier sandbox may be replaced
    other = hashes(tmp_path / "again")
    same = {name for name, value in other.items() if hashes(faulty[0])[name] == value}
    assert same == {
        f"config/areas/{AREA}.yml",
        "config/defaults.yml",
        "gias/links_edubasealldata.csv",  # no closed school in so small an area
        "published/eyfsp_202425.csv",
        "published/ks2_202425.csv",
        "published/ks4_202425.csv",
        "published/suspensions_202324.csv",
        f"sftp/care/ssda903/ad1_{STAMP}.csv",  # nor a child adopted in the year
    }


def test_every_file_of_the_layout_is_there(faulty: tuple[Path, Made]) -> None:
    out = faulty[0]
    expected = {
        *csv_paths(dt.date(2025, 1, 31)).values(),
        *(f"api/mis_{name}.parquet" for name in ("students", "attendance", "exclusions")),
        f"sftp/care/annex_a/annex_a_{STAMP}.xlsx",
        f"sftp/care/cin/CIN_{AREA}_{STAMP}.xml",
        f"returns/SEN2_{AREA}_2024.xml",
        "truth/faults.parquet",
        "truth/persons.parquet",
        "config/defaults.yml",
        f"config/areas/{AREA}.yml",
        "sandbox.json",
    }
    assert {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()} == expected
    assert f"sftp/council/ehc/ehc_person_{STAMP}.csv" in expected
    assert "census/SchoolCensus_SPR2025_termlyexclusionsonroll.csv" in expected


@pytest.mark.parametrize("table", sorted(csv_paths(dt.date(2025, 1, 31))))
def test_a_clean_csv_holds_to_its_contract(clean: tuple[Path, Made], table: str) -> None:
    """Columns, required values, dates, whole numbers, lengths, codes."""
    have = rows(clean[0], table)
    fields = FIELDS[table]
    assert have or table in MAY_BE_EMPTY
    header = columns_of(clean[0], table)
    columns = {name: heading(name, field, header) for name, field in fields.items()}
    if table in WITH_MORE_COLUMNS:
        fields = {name: field for name, field in fields.items() if columns[name] in header or not field.get("optional")}
        columns = {name: columns[name] for name in fields}
        assert set(columns.values()) <= set(header)
        nulls = {"", "Not applicable", "Does not apply", "None", "-"}
    else:
        left_out = {columns[name] for name, field in fields.items() if field.get("optional")} - set(header)
        assert header == [column for column in columns.values() if column not in left_out]
        columns = {name: column for name, column in columns.items() if column not in left_out}
        fields = {name: fields[name] for name in columns}
        nulls = {""}
    for name, field in fields.items():
        values = [row[columns[name]] for row in have if row[columns[name]] not in nulls]
        if field.get("required"):
            assert len(values) == len(have), name
        if field["type"] == "date":
            for value in set(values):
                dt.datetime.strptime(value, field["format"])
        if field["type"] == "integer":
            assert all(value.isdigit() for value in values), name
        if field["type"] == "code" and field.get("codes") and columns[name] not in ("category", "SEX"):
            assert set(values) <= {str(code) for code in field["codes"]}, name
        assert all(len(value) <= field.get("max_length", 10_000) for value in values), name


@pytest.mark.parametrize("table", sorted(csv_paths(dt.date(2025, 1, 31))))
def test_no_key_comes_twice_in_a_clean_area(clean: tuple[Path, Made], table: str) -> None:
    header = columns_of(clean[0], table)
    key = [heading(name, FIELDS[table][name], header) for name in KEYS[table]]
    keys = Counter(tuple(row.get(name) for name in key) for row in rows(clean[0], table))
    assert set(keys.values()) <= {1}


def test_the_api_tables_hold_to_their_contract(clean: tuple[Path, Made]) -> None:
    students = pq.read_table(clean[0] / "api/mis_students.parquet")
    demographics = {f.name for f in students.schema.field("demographics").type}
    top = {name for name in students.column_names if name not in ("demographics", "sen_needs")}
    assert {f"demographics.{name}" for name in demographics} | top == set(FIELDS["mis_students"])
    need = students.schema.field("sen_needs").type.value_type
    assert {f.name for f in need} | {"student_id"} == set(FIELDS["mis_sen_needs"])
    known = set(students["id"].to_pylist())
    assert len(known) == students.num_rows
    for table in ("attendance", "exclusions"):
        other = pq.read_table(clean[0] / f"api/mis_{table}.parquet")
        assert other.column_names == list(FIELDS[f"mis_{table}"])
        assert set(other["student_id"].to_pylist()) <= known


def test_the_cin_file_has_the_real_layout(clean: tuple[Path, Made]) -> None:
    root = etree.parse(str(clean[0] / f"sftp/care/cin/CIN_{AREA}_{STAMP}.xml")).getroot()
    assert root.tag == "Message"
    assert root.findtext("Header/CollectionDetails/Collection") == "CIN"
    assert root.findtext("Header/Source/LEA") == AREA
    order = {
        "ChildIdentifiers": "LAchildID UPN FormerUPN UPNunknown PersonBirthDate ExpectedPersonBirthDate Sex",
        "CINdetails": "CINreferralDate ReferralSource PrimaryNeedCode CINclosureDate ReasonForClosure DateOfInitialCPC "
        "Assessments CINPlanDates Section47 ReferralNFA ChildProtectionPlans",
        "Section47": "S47ActualStartDate InitialCPCtarget DateOfInitialCPC ICPCnotRequired",
    }
    for block, wanted in order.items():
        for element in root.iter(block):
            found = [wanted.split().index(child.tag) for child in element]
            assert found == sorted(found), block
    seen = {element.tag for element in root.iter()}
    assert {"FactorsIdentifiedAtAssessment", "CPPreviewDate", "CINPlanStartDate", "Disability"} <= seen
    ids = [c.findtext("ChildIdentifiers/LAchildID") for c in root.iter("Child")]
    assert len(ids) == len(set(ids))
    for child in root.iter("Child"):
        codes = [d.text for d in child.iter("Disability")]
        assert "NONE" not in codes or codes == ["NONE"]
        for tag in ("CINreferralDate", "S47ActualStartDate", "CPPstartDate"):
            assert all(dt.date.fromisoformat(str(e.text)) <= dt.date(2025, 1, 31) for e in child.iter(tag))


def test_settings_can_be_read_and_name_the_published_officers(clean: tuple[Path, Made]) -> None:
    settings = load_settings(AREA, collection=2025, root=clean[0] / "config")
    assert {settings.sen2[item] for item in ("dmo", "dco", "dsco")} <= {"Y", "N", "R", ""}
    assert settings.sen2["dmo"] == "N"  # Rutland, published 2025: des_med_off No


def test_identifiers_of_a_clean_area_are_sound_and_own(clean: tuple[Path, Made]) -> None:
    people = rows(clean[0], "ehc_person")
    upns = [p["upn"] for p in people if p["upn"]]
    assert len(upns) == len(set(upns))
    assert all(map(is_valid_upn, upns))
    assert all(is_valid_uln(p["uln"]) for p in people if p["uln"])
    assert all(is_valid_nhs_number(p["nhs_number"]) for p in people if p["nhs_number"])
    for person in people:
        assert bool(person["upn"] or person["uln"]) != bool(person["upn_unknown_reason"])
        if person["upn_unknown_reason"] == "UN1":
            assert dt.date.fromisoformat(person["birth_date"]) > dt.date(2019, 1, 31)
    same = Counter((p["surname"], p["forename"], p["birth_date"]) for p in people)
    assert max(same.values()) == 1


def test_truth_points_at_records_that_exist(faulty: tuple[Path, Made]) -> None:
    out = faulty[0]
    truth = pq.read_table(out / "truth/faults.parquet").to_pylist()
    cin = (out / f"sftp/care/cin/CIN_{AREA}_{STAMP}.xml").read_text(encoding="utf-8")
    text = {
        table: (out / path).read_bytes().decode("latin-1") for table, path in csv_paths(dt.date(2025, 1, 31)).items()
    }
    for name in ("students", "attendance", "exclusions"):
        text[f"mis_{name}"] = str(pq.read_table(out / f"api/mis_{name}.parquet").to_pylist())
    people = (out / f"returns/SEN2_{AREA}_2024.xml").read_text(encoding="utf-8").count("<Person>")
    for row in truth:
        if row["feed"] == "sen2_returns":
            assert 1 <= int(row["record_key"].removeprefix("person:")) <= people
            continue
        assert row["feed"] == FEED_OF[row["table"]], row["kind"]
        if row["kind"] == "census_says_no_plan":
            continue  # the rule names the person of casework
        first = re.split(r"[|]", row["record_key"])[0]
        plan = first.rsplit("-", 1)[0] if re.fullmatch(r"PL\d+-\d", first) else first
        assert plan in (cin if row["table"].startswith("cin_") else text[row["table"]]), row["kind"]


def test_every_reason_and_rule_family_is_planted(faulty: tuple[Path, Made]) -> None:
    truth = pq.read_table(faulty[0] / "truth/faults.parquet").to_pylist()
    codes = defaultdict(set)
    for row in truth:
        codes[row["expected"]].add(row["expected_code"])
    assert codes["quarantined"] == {
        "MISSING_REQUIRED", "BAD_DATE", "BAD_INTEGER", "TOO_LONG", "WRONG_FIELD_COUNT", "KEY_CONFLICT", "BAD_ELEMENT",
    }  # fmt: skip
    kinds = {row["kind"] for row in truth}
    planted = {b.kind for b in BREACHES} - {"closed_before_entry"}  # Rutland's list has no closed school
    assert planted <= kinds
    assert len(codes["breach"]) >= 45
    assert sum(1 for row in truth if row["expected"] == "unmatched") >= 5


def test_an_alteration_stands_in_the_file(faulty: tuple[Path, Made]) -> None:
    truth = {r["kind"]: r["record_key"] for r in pq.read_table(faulty[0] / "truth/faults.parquet").to_pylist()}
    people = {p["person_ref"]: p for p in rows(faulty[0], "ehc_person")}
    assert not is_valid_upn(people[truth["upn_check_letter"]]["upn"])
    assert people[truth["ethnicity_missing"]]["ethnicity"] == ""
    assert people[truth["reason_beside_upn"]]["upn"] != ""
    plans = {p["plan_ref"]: p for p in rows(faulty[0], "ehc_plan")}
    assert plans[truth["cease_before_start"]]["cease_date"] < plans[truth["cease_before_start"]]["start_date"]


def test_a_clean_area_has_no_planted_fault(clean: tuple[Path, Made]) -> None:
    truth = pq.read_table(clean[0] / "truth/faults.parquet").to_pylist()
    assert {row["expected"] for row in truth} <= {"breach"}
    gaps = {"SEN2-C01", "SEN2-C02", "SEN2-R01", "SEN2-N01", "SEN2-C06"}  # what the published figures themselves lack
    assert {row["expected_code"] for row in truth} <= gaps
    assert "FLT" not in (clean[0] / f"sftp/council/ehc/ehc_person_{STAMP}.csv").read_text(encoding="utf-8")


def test_persons_name_every_source_person_once(clean: tuple[Path, Made]) -> None:
    persons = pq.read_table(clean[0] / "truth/persons.parquet").to_pylist()
    keys = Counter((p["source_system"], p["source_key"]) for p in persons)
    assert max(keys.values()) == 1
    by_system = Counter(p["source_system"] for p in persons)
    assert by_system["ehc"] == len(rows(clean[0], "ehc_person"))
    assert by_system["census"] == len(rows(clean[0], "census_pupilonroll"))
    assert by_system["csds"] == len(rows(clean[0], "csds_mpi"))
    assert by_system["waiting"] == len(rows(clean[0], "health_waiting_list"))
    assert by_system["s903"] == len(rows(clean[0], "s903_header"))


def test_whoever_has_a_plan_and_is_on_a_roll_has_provision_e(clean: tuple[Path, Made]) -> None:
    truth = {(p["source_system"], p["source_key"]): p["true_person"]
             for p in pq.read_table(clean[0] / "truth/persons.parquet").to_pylist()}  # fmt: skip
    person_of = {r["request_ref"]: r["person_ref"] for r in rows(clean[0], "ehc_request")}
    held = {
        truth["ehc", person_of[p["request_ref"]]]
        for p in rows(clean[0], "ehc_plan")
        if p["start_date"] <= "2025-01-16" and (p["cease_date"] or "9") >= "2025-01-16"
    }
    for pupil in rows(clean[0], "census_pupilonroll"):
        child = truth["census", pupil["pupilonrolltableid"]]
        if pupil["enrolstatus"] != "S":
            assert (pupil["senprovision"] == "E") == (child in held)


def test_sen_support_and_slips_are_at_their_stated_rates(derby: Path) -> None:
    census = rows(derby, "census_pupilonroll")
    main = [p for p in census if p["enrolstatus"] != "S"]
    support = sum(p["senprovision"] == "K" for p in main) / len(main)
    assert support == pytest.approx(SEN_SUPPORT_SHARE, abs=0.001)
    changed = sum(bool(p["formerupn"]) for p in main) / len(main)
    assert changed == pytest.approx(MESS["upn_changed"], rel=0.15)
    wrong = sum(not is_valid_upn(p["upn"]) for p in main) / len(main)
    assert wrong == pytest.approx(MESS["census_upn_transposed"], rel=0.4)
    people = rows(derby, "ehc_person")
    no_number = sum(not p["nhs_number"] for p in people) / len(people)
    assert no_number == pytest.approx(MESS["ehc_nhs_number_missing"], abs=0.03)


def test_absence_follows_the_published_rates(derby: Path) -> None:
    sen = {
        s["id"]: s["demographics"]["sen_category"]
        for s in pq.read_table(derby / "api/mis_students.parquet").to_pylist()
    }
    missed: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in pq.read_table(derby / "api/mis_attendance.parquet").to_pylist():
        absent = row["authorised_absence_sessions"] + row["unauthorised_absence_sessions"]
        assert absent + row["attended_sessions"] == row["possible_sessions"]
        missed[row["student_id"]][0] += absent
        missed[row["student_id"]][1] += row["possible_sessions"]
    for provision, (rate, persistent) in ABSENCE.items():
        group = [missed[i] for i, s in sen.items() if s == provision and i in missed]
        assert sum(a for a, _ in group) / sum(p for _, p in group) == pytest.approx(rate, abs=0.008)
        assert sum(a >= 0.1 * p for a, p in group) / len(group) == pytest.approx(persistent, abs=0.025)


def test_suspensions_rise_with_sen_and_some_are_in_both_systems(derby: Path) -> None:
    census = rows(derby, "census_pupilonroll")
    pupils = Counter(p["senprovision"] for p in census)
    events = rows(derby, "census_termlyexclusions")
    rate = {s: sum(e["senprovision"] == s for e in events) / pupils[s] for s in "NKE"}
    assert rate["K"] > 3 * rate["N"]
    assert rate["E"] > 3 * rate["N"]
    months = {e["startdate"][:8] for e in events}
    assert "2024-May" in months
    assert "2025-Jan" not in months
    mine = {e["start_date"][:7] for e in pq.read_table(derby / "api/mis_exclusions.parquet").to_pylist()}
    assert {"2024-10", "2025-01"} <= mine


def test_a_third_of_looked_after_pupils_has_a_plan(derby: Path) -> None:
    truth = {(p["source_system"], p["source_key"]): p["true_person"]
             for p in pq.read_table(derby / "truth/persons.parquet").to_pylist()}  # fmt: skip
    series = {e["CHILD"] for e in rows(derby, "s903_episodes") if e["LS"] == "V4"}  # short breaks are not counted
    looked_after = {truth["s903", h["CHILD"]] for h in rows(derby, "s903_header") if h["CHILD"] not in series}
    found = Counter(
        p["senprovision"]
        for p in rows(derby, "census_pupilonroll")
        if p["ncyearactual"] in {"R", *map(str, range(1, 12))}
        and truth["census", p["pupilonrolltableid"]] in looked_after
    )
    assert found["E"] / found.total() == pytest.approx(0.34, abs=0.05)
    assert found["K"] / found.total() == pytest.approx(0.27, abs=0.05)


def test_autism_waits_are_long_and_first_contacts_agree(derby: Path) -> None:
    waiting = rows(derby, "health_waiting_list")
    autism = [r for r in waiting if r["pathway"] == "ASD" and r["first_contact_date"]]
    days = sorted(
        (dt.date.fromisoformat(r["first_contact_date"]) - dt.date.fromisoformat(r["referral_received_date"])).days
        for r in autism
    )
    assert 180 < days[len(days) // 2] < 330
    for row in waiting:
        order = [row[c] for c in ("referral_received_date", "referral_accepted_date", "first_contact_date") if row[c]]
        assert order == sorted(order)
        assert (row["status"] == "WAITING") == (not row["first_contact_date"] and not row["rejected_date"])


def test_an_unknown_area_and_a_foreign_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="153"):
        make_area("999", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SettingsError, match="empty folder"):
        make_area(AREA, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sandbox.make.write_config", killed)
        with pytest.raises(KeyboardInterrupt):
            make_area("420", tmp_path / "out")
    assert not (tmp_path / "out").exists(), "a whole sandbox or none"
    make_area("420", tmp_path / "out")  # the Isles of Scilly
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_nothing_personal_is_printed_or_noted(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["make", "--area", AREA, "--seed", "3", "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "ehc_person" in result.output
    said = result.output + (tmp_path / "out" / "sandbox.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "sandbox.json").read_text())["area_name"] == "Rutland"
    for person in rows(tmp_path / "out", "ehc_person"):
        for value in (person["upn"], person["nhs_number"], person["uln"], person["postcode"], person["person_ref"]):
            assert not value or value not in said
        assert f"{person['forename']} {person['surname']}" not in said


@pytest.mark.slow
def test_a_large_area_takes_seconds(tmp_path: Path) -> None:
    made = make_area("931", tmp_path / "out", seed=1)
    assert made.rows["census_pupilonroll"] > 95_000
    assert sum(made.seconds.values()) < 25
    truth = Counter(r["kind"] for r in pq.read_table(tmp_path / "out/truth/faults.parquet").to_pylist())
    assert min(truth[b.kind] for b in BREACHES) >= 3
