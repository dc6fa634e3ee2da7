"""The school census of three terms and many years: columns that come, go and are renamed, and tables nobody reads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from area.errors import FileRefusedError
from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.status.freshness import feed_age
from tests.support.taking_in import AREA, MORNING, NIGHT, csv_of, hand_in, raw_rows

FEED = "school_census"


def pupil(key: str, **more: Any) -> dict[str, Any]:
    """A pupil on roll with the columns that every term and year has, and COLLECT's own beside them."""
    return {
        "pupilonrolltableid": key, "NativeId": "931", "dob": "2014-Jul-03 00:00:00", "surname": "Pretend",
        "forename": "Pupil", "upn": "", "formerupn": "", "uniquelearnernumber": "", "entrydate": "2021-Sep-02 00:00:00",
        "pupilonrollorderseqcolumn": "1", "sourceid": "5", "schoolcensustableid": "1", "senunitindicator": "False",
        "resourcedprovisionindicator": "0", "enrolstatus": "C", "senprovision": "K", "ncyearactual": "5",
    } | more  # fmt: skip


def named(period: str, table: str) -> str:
    return f"SchoolCensus_{period}_{table}.csv"


def test_each_term_and_year_has_columns_of_its_own_and_all_are_read(tmp_path: Path) -> None:
    terms = {
        "SPR2022": pupil("1", gender="F", ethnicity="WBRI", adoptedfromcare="N"),
        "AUT2024": pupil("2", sex="M", qualhrs="12", mathsgcsehighestpriorattainment="A*", ftemp="True"),
        "SPR2025": pupil("3", sex="F", ethnicity="AIND", youngcarer="S", plaa="A", unitcontacttime="11"),
        "SUM2026": pupil("4", sex="M", expandedhours="15", eligibilitycode="50012345678"),
        "SUM2023": pupil("5", gender="M", thirtyhourcode="50012345679"),
    }  # fmt: skip
    result = hand_in(tmp_path, FEED, {named(term, "pupilonroll"): csv_of(row) for term, row in terms.items()})
    assert {file.outcome for file in result.files} == {"loaded"}
    assert {file.period for file in result.files} == set(terms)
    columns = "pupilonrolltableid, sex, ethnicity, plaa, qualhrs, eligibilitycode"
    assert raw_rows(tmp_path, "census_pupilonroll", columns) == [
        ("1", "F", "WBRI", "N", None, None),
        ("2", "M", None, None, "12", None),
        ("3", "F", "AIND", "A", None, None),
        ("4", "M", None, None, None, "50012345678"),
        ("5", "M", None, None, None, "50012345679"),
    ]


def test_sessions_and_reasons_had_other_names_once(tmp_path: Path) -> None:
    def sessions(key: str, heading: str) -> bytes:
        return csv_of(
            {
                "termlysessiondetailsoffrolltableid": key,
                "pupilnolongeronrolltableid": "9",
                "attendancereason": "C2",
                heading: 7,
            }
        )

    def exclusion(key: str, **reasons: str) -> bytes:
        event = {"termlyexclusionsoffrolltableid": key, "pupilnolongeronrolltableid": "9", "category": "FIXD"}
        return csv_of(event | {"startdate": "2019-Oct-01 00:00:00", "sessions": 4, "senprovision": "P"} | reasons)

    hand_in(
        tmp_path,
        FEED,
        {
            named("SPR2020", "termlysessiondetailsoffroll"): sessions("1", "absencesessions"),
            named("SPR2025", "termlysessiondetailsoffroll"): sessions("2", "sessions"),
            named("SPR2020", "termlyexclusionsoffroll"): exclusion("1", reason="DB", reviewresult="A"),
            named("SPR2025", "termlyexclusionsoffroll"): exclusion("2", reason1="VA", reason2="PP", reason3=""),
        },
    )
    assert raw_rows(tmp_path, "census_termlysessiondetailsoffroll", "attendancereason, sessions") == [("C2", "7")] * 2
    columns = "termlyexclusionsoffrolltableid, reason1, reason2, reviewresult"
    found = raw_rows(tmp_path, "census_termlyexclusionsoffroll", columns)
    assert found == [("1", "DB", None, "A"), ("2", "VA", "PP", None)]


def test_a_later_delivery_of_a_term_replaces_it_and_leaves_the_others(tmp_path: Path) -> None:
    hand_in(tmp_path, FEED, {named("SPR2025", "pupilonroll"): csv_of(pupil("1", sex="F"), pupil("2", sex="F"))})
    hand_in(tmp_path, FEED, {named("AUT2024", "pupilonroll"): csv_of(pupil("7", sex="M"))})
    again, corrected = MORNING + dt.timedelta(hours=1), csv_of(pupil("1", sex="M"), pupil("3", sex="F"))
    hand_in(tmp_path, FEED, {named("SPR2025", "pupilonroll"): corrected}, received=again)
    found = raw_rows(tmp_path, "census_pupilonroll", "pupilonrolltableid, sex")
    assert found == [("1", "M"), ("3", "F"), ("7", "M")]


def test_a_table_nobody_reads_is_kept_and_no_table_but_four_makes_the_feed_late(tmp_path: Path) -> None:
    head = {
        "schoolcensustableid": 1, "term": "SPR", "year": 2026, "referencedate": "2026-Jan-15 00:00:00", "lea": "931",
        "estab": "4001", "urn": "100001", "nativeid": "1",
    }  # fmt: skip
    need = {"senneedstableid": 1, "pupilonrolltableid": 1, "sentyperank": 1, "sentype": "SLCN"}
    event = {
        "termlyexclusionsonrolltableid": 1, "pupilonrolltableid": 1, "startdate": "2025-Oct-01 00:00:00", "sessions": 4,
        "category": "SUSP", "senprovision": "K", "reason1": "DB", "reason2": "", "reason3": "",
    }  # fmt: skip
    contract, paths = load_contract(FEED), AreaPaths.of(AREA, tmp_path)
    files = {
        named("SPR2026", "classes"): csv_of({"classestableid": 1, "classname": "1A"}),
        named("SPR2026", "schoolcensus"): csv_of(head),
        named("SPR2026", "senneeds"): csv_of(need),
        named("SPR2026", "termlyexclusionsonroll"): csv_of(event),
    }
    result = hand_in(tmp_path, FEED, files)
    assert [file.outcome for file in result.files] == ["unread", "loaded", "loaded", "loaded"]
    assert feed_age(contract, paths, as_of=NIGHT, allowed={}).late
    hand_in(tmp_path, FEED, {named("SPR2026", "pupilonroll"): csv_of(pupil("1", sex="F"))})
    assert not feed_age(contract, paths, as_of=NIGHT, allowed={}).late


def test_a_file_without_a_column_that_every_term_has_is_refused_and_the_column_named(tmp_path: Path) -> None:
    short = {name: value for name, value in pupil("1", sex="F").items() if name != "senprovision"}
    with pytest.raises(FileRefusedError, match="senprovision"):
        hand_in(tmp_path, FEED, {named("SPR2026", "pupilonroll"): csv_of(short)})
