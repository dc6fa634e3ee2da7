"""CSDS and MHSDS out of the ICB's lake: every version is kept, columns of two ages stand side by side, and codes nobody
has published come as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.taking_in import csv_of, hand_in, raw_rows


def contact(submission: int, **more: Any) -> dict[str, Any]:
    return {
        "SK": 7, "UNIQUE SERVICE REQUEST IDENTIFIER": "RZZSR1", "UNIQUE CARE CONTACT IDENTIFIER": "RZZCC1",
        "CARE CONTACT DATE": "2024-11-05", "CONSULTATION TYPE": "01", "CONSULTATION MEDIUM USED": None,
        "CONSULTATION MECHANISM (COMMUNITY CARE)": "01", "ACTIVITY LOCATION TYPE CODE": "L01",
        "ATTENDED OR DID NOT ATTEND CODE": None, "ATTENDANCE STATUS": "5", "CARE CONTACT CANCELLATION DATE": None,
        "CARE CONTACT CANCELLATION REASON": None, "EFFECTIVE FROM": "2024-12-21 02:11:54.0000000", "RECORD NUMBER": 1,
        "CYP201 UNIQUE ID": 1, "ORGANISATION IDENTIFIER (CODE OF PROVIDER)": "RZZ", "PERSON ID": "1",
        "UNIQUE SUBMISSION ID": submission, "UNIQUE MONTH ID": 1496, "dmicCCGCode": "00X",
    } | more  # fmt: skip


def test_every_version_is_kept_and_both_columns_of_a_renamed_item(tmp_path: Path) -> None:
    rows = (
        contact(1),
        contact(2, **{"ATTENDANCE STATUS": None, "ATTENDED OR DID NOT ATTEND CODE": "6"}),
        contact(3, **{"ATTENDANCE STATUS": "Q9", "CYP201 UNIQUE ID": 2}),
        contact(4, **{"CARE CONTACT DATE": "2024-13-05"}),
    )
    result = hand_in(tmp_path, "csds_lake", {"CYP201CareContact_20250131.csv": csv_of(*rows)})
    balance = result.files[0].tables["csds_lake_contact"]
    assert (balance.read, balance.loaded, balance.quarantined, balance.reasons) == (4, 3, 1, {"BAD_DATE": 1})
    columns = "unique_submission_id, attendance, attendance_before, effective_from"
    at = "2024-12-21 02:11:54.0000000"
    found = raw_rows(tmp_path, "csds_lake_contact", columns)
    assert found == [("1", "5", None, at), ("2", None, "6", at), ("3", "Q9", None, at)]


def test_a_month_of_version_five_and_one_of_version_six_are_both_read(tmp_path: Path) -> None:
    def row(submission: int, **more: Any) -> dict[str, Any]:
        return {
            "UniqServReqID": "RZY1", "UniqCareContID": f"C{submission}", "CareContDate": "2024-05-01",
            "RecordNumber": 1,
            "MHS201UniqID": 1, "Person_ID": 9, "OrgIDProv": "RZY", "UniqSubmissionID": submission, "UniqMonthID": 1490,
            "EFFECTIVE_FROM": "2024-06-21 00:00:00", "AttendStatus": None, "ConsMechanismMH": None,
        } | more  # fmt: skip

    old = csv_of(row(1, AttendOrDNACode="6", ConsMediumUsed="03"))
    hand_in(tmp_path, "mhsds", {"MHS201CareContact_20240731.csv": old})
    new = csv_of(row(1, AttendStatus="5", ConsMechanismMH="11"))
    assert raw_rows(tmp_path, "mhsds_contact", "attendance, attendance_before, mechanism_before") == [(None, "6", "03")]
    hand_in(tmp_path, "mhsds", {"MHS201CareContact_20240831.csv": new})
    assert raw_rows(tmp_path, "mhsds_contact", "attendance, attendance_before, mechanism") == [("5", None, "11")]
