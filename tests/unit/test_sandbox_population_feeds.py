"""The pretend area's newer feeds say the same as the rest of it: nobody on two rolls, events counted once, money adding
up, the same young people in casework and in the client system."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from lxml import etree

from sandbox.make import make_area
from sandbox.writers.folder import csv_paths

AREA = "831"  # Derby: large enough for all of it
NIGHT = dt.date(2025, 1, 31)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def derby(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("derby")
    make_area(AREA, out, seed=1, clean=True)
    return out


def rows(out: Path, table: str) -> Rows:
    with (out / csv_paths(NIGHT)[table]).open(encoding="cp1252" if table.startswith("gias") else "utf-8") as file:
        return list(csv.DictReader(file))


def day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y-%b-%d %H:%M:%S").date()


def test_whoever_left_is_on_one_other_roll_since(derby: Path) -> None:
    on_roll = {p["upn"]: p for p in rows(derby, "census_pupilonroll") if p["enrolstatus"] != "S"}
    leavers = rows(derby, "census_pupilnolongeronroll")
    assert len(leavers) > 200
    assert len({p["upn"] for p in leavers}) == len(leavers)
    slips = 0
    for left in leavers:
        now = on_roll.get(left["upn"])
        slips += now is None  # the census may have the number with two digits swapped
        if now is not None:
            assert now["schoolcensustableid"] != left["schoolcensustableid"]
            assert day(left["leavingdate"]) < day(now["entrydate"])
    assert slips < 5


def test_an_event_is_returned_by_the_school_it_happened_at_and_once(derby: Path) -> None:
    left = {p["pupilnolongeronrolltableid"]: day(p["leavingdate"]) for p in rows(derby, "census_pupilnolongeronroll")}
    entered = {p["pupilonrolltableid"]: day(p["entrydate"]) for p in rows(derby, "census_pupilonroll")}
    away = rows(derby, "census_termlyexclusionsoffroll")
    here = rows(derby, "census_termlyexclusions")
    assert all(day(event["startdate"]) <= left[event["pupilnolongeronrolltableid"]] for event in away)
    moved = {p["upn"] for p in rows(derby, "census_pupilnolongeronroll")}
    of_movers = {p["pupilonrolltableid"] for p in rows(derby, "census_pupilonroll") if p["upn"] in moved}
    for event in here:
        if event["pupilonrolltableid"] in of_movers:
            assert day(event["startdate"]) >= entered[event["pupilonrolltableid"]]
    assert Counter(event["category"] for event in away)["PERM"] > 0
    assert Counter(event["category"] for event in here)["PERM"] == 0, "whoever was excluded has left"


def test_sessions_missed_add_up_to_the_schools_own_systems(derby: Path) -> None:
    import pyarrow.parquet as pq

    attendance = pq.read_table(derby / "api/mis_attendance.parquet")
    missed: dict[str, int] = defaultdict(int)
    for session in rows(derby, "census_termlysessiondetailsonroll"):
        missed[session["attendancereason"]] += int(session["sessions"])
    authorised = sum(attendance["authorised_absence_sessions"].to_pylist())
    unauthorised = sum(attendance["unauthorised_absence_sessions"].to_pylist())
    assert missed["I"] + missed["C2"] == authorised
    assert missed["O"] == unauthorised
    assert missed["C2"] > 0


def test_alternative_provision_of_the_council_is_of_children_with_a_plan_and_on_no_roll(derby: Path) -> None:
    pupils = rows(derby, "ap_pupil")
    assert len(pupils) > 10
    assert not {p["upn"] for p in pupils} & {p["upn"] for p in rows(derby, "census_pupilonroll")}
    refs = {p["pupil_ref"] for p in pupils}
    stays = rows(derby, "ap_placement")
    assert {stay["pupil_ref"] for stay in stays} == refs
    for stay in stays:
        assert bool(stay["urn"]) + bool(stay["ukprn"]) + bool(stay["setting_type"]) == 1
        assert (stay["attendance_pattern"] == "FT") == (stay["sessions_per_week"] == "10")


def test_a_placement_of_neet_in_casework_is_neet_in_the_client_system(derby: Path) -> None:
    clients = {p["uln"]: p for p in rows(derby, "nccis_client") if p["uln"]}
    assert all(16 <= int(p["academic_age"]) <= 24 for p in clients.values())
    assert all(p["send_status"] == "EHCP" for p in clients.values() if int(p["academic_age"]) >= 18)
    request_of = {r["request_ref"]: r["person_ref"] for r in rows(derby, "ehc_request")}
    person_of = {p["plan_ref"]: request_of[p["request_ref"]] for p in rows(derby, "ehc_plan") if not p["cease_date"]}
    uln_of = {p["person_ref"]: p["uln"] for p in rows(derby, "ehc_person")}
    checked = 0
    for stay in rows(derby, "ehc_placement"):
        person = person_of.get(stay["plan_ref"])
        current = stay["placement_rank"] == "1" and not stay["leaving_date"]
        client = clients.get(uln_of[person]) if person and current and uln_of[person] else None
        if client and stay["sen_setting"] == "NEET":
            assert client["activity_group"] == "NEET"
            checked += 1
    assert checked > 20


def test_the_costs_of_a_kind_add_up_to_the_blocks_line(derby: Path) -> None:
    spent: dict[tuple[str, str], int] = defaultdict(int)
    stays = {stay["placement_ref"] for stay in rows(derby, "ehc_placement")}
    for cost in rows(derby, "high_needs_cost"):
        spent[cost["financial_year"], cost["kind"]] += int(cost["amount_pence"])
        assert cost["placement_ref"] in stays
        assert "2024-04-01" <= cost["from_date"] <= cost["to_date"] <= NIGHT.isoformat()
    lines = rows(derby, "high_needs_line")
    assert {(line["financial_year"], line["kind"]): int(line["spent_pence"]) for line in lines} == spent
    assert sum(spent.values()) > 10_000_000_00


def test_audits_are_of_plans_in_force_and_graded_by_section(derby: Path) -> None:
    running = {p["plan_ref"]: p["start_date"] for p in rows(derby, "ehc_plan") if not p["cease_date"]}
    audits = rows(derby, "plan_audit")
    assert all(audit["audit_date"] > running[audit["plan_ref"]] for audit in audits)
    sections = Counter(section["audit_ref"] for section in rows(derby, "plan_audit_section"))
    assert sections == dict.fromkeys((audit["audit_ref"] for audit in audits), 12)
    assert len({audit["overall_grade"] for audit in audits}) > 1


def test_the_registers_hold_nothing_that_casework_does_not(derby: Path) -> None:
    for register, casework, key in (
        ("advice_request", "ehc_advice", "advice_ref"),
        ("dispute_register", "ehc_dispute", "dispute_ref"),
    ):
        held = Counter(tuple(v for k, v in row.items() if k != key) for row in rows(derby, casework))
        noted = Counter(tuple(v for k, v in row.items() if k != key) for row in rows(derby, register))
        assert noted
        assert not noted - held
        assert not {row[key] for row in rows(derby, register)} & {row[key] for row in rows(derby, casework)}


def test_the_lake_holds_what_the_provider_has_under_pseudonyms(derby: Path) -> None:
    numbers = {p["nhs_number"] for p in rows(derby, "csds_mpi") if p["nhs_number"]}
    for table in ("csds_lake_mpi", "csds_lake_bridging", "mhsds_mpi", "mhsds_bridging"):
        assert not numbers & {value for row in rows(derby, table) for value in row.values()}
    active = {row["UNIQUE SUBMISSION ID"] for row in rows(derby, "csds_lake_active_submission")}
    referrals = rows(derby, "csds_lake_referral")
    assert any(row["UNIQUE SUBMISSION ID"] not in active for row in referrals), "a first try that was replaced"
    counting = [row for row in referrals if row["UNIQUE SUBMISSION ID"] in active]
    by_key = Counter(row["UNIQUE SERVICE REQUEST IDENTIFIER"] for row in counting)
    assert max(by_key.values()) == 2
    assert all(row["REFERRAL REQUEST RECEIVED DATE"] < "2025-01-01" for row in referrals)
    both = {row["UNIQUE SERVICE REQUEST IDENTIFIER"] for row in referrals} & {
        r["UniqServReqID"] for r in rows(derby, "mhsds_referral")
    }
    assert not both


def test_a_closed_school_and_its_successor_name_each_other(derby: Path) -> None:
    links = rows(derby, "gias_link")
    pairs = {(link["URN"], link["LinkURN"], link["LinkType"]) for link in links}
    assert pairs
    closed = {e["URN"] for e in rows(derby, "gias_establishment") if e["EstablishmentStatus (code)"] == "2"}
    for urn, other, kind in pairs:
        assert (other, urn, {"Successor": "Predecessor", "Predecessor": "Successor"}[kind]) in pairs
        assert (urn if kind == "Successor" else other) in closed
    special = [e for e in rows(derby, "gias_establishment") if e["SEN1 (name)"]]
    provisions = {p["specialschooltype"] for p in rows(derby, "census_provisions")}
    assert special
    assert provisions <= {
        e[f"SEN{n} (name)"].split(" - ")[0] for e in special for n in (1, 2, 3) if e[f"SEN{n} (name)"]
    }


def test_the_social_care_database_is_where_both_returns_came_from(derby: Path) -> None:
    persons = {p["pers_person_id"]: p for p in rows(derby, "ssd_person")}
    learners = {p["send_person_id"]: p for p in rows(derby, "ssd_send")}
    disabilities = {(d["disa_person_id"], d["disa_disability_code"]) for d in rows(derby, "ssd_disability")}
    told = set()
    children = [each for _, each in etree.iterparse(next((derby / "sftp/care/cin").glob("*.xml")), tag="Child")]
    assert len(children) > 1000
    for child in children:
        person = persons[child.findtext(".//LAchildID")]
        assert (person["pers_dob"] or None) == child.findtext(".//PersonBirthDate")
        assert (person["pers_expected_dob"] or None) == child.findtext(".//ExpectedPersonBirthDate")
        if (upn := child.findtext(".//UPN")) is not None:
            assert learners[person["pers_person_id"]]["send_upn"] == upn
        told |= {(person["pers_person_id"], code.text) for code in child.findall(".//Disability")}
    assert disabilities == told
    cared_for = rows(derby, "s903_header")
    assert {child["CHILD"] for child in cared_for} <= persons.keys()
    known = {p["CHILD"]: p["UPN"] for p in cared_for if not p["UPN"].startswith("UN")}
    agree = [learners[child]["send_upn"] for child in known]
    assert all(agree)
    assert sum(map(str.__eq__, agree, known.values())) == len(known)
    links = Counter(link["link_identifier_type"] for link in rows(derby, "ssd_linked_identifiers"))
    assert links["Unique Pupil Number"] == sum(bool(learner["send_upn"]) for learner in learners.values())
    assert 0.2 < links["NHS Number"] / len(persons) < 0.4
