"""A small area made by hand, built by dbt once a test run: each child in it is one case of matching.

The children have no likeness to anybody. `SENTINELS` are their personal values, which no analyst's or board's table may
hold.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from area.paths import PROJECT_ROOT
from tests.support.raw_fixture import create_raw, load_rows
from tests.support.synthetic_people import nhs_number, uln, upn

DBT = PROJECT_ROOT / "dbt_project"
KEY = "a key of the tests"

Row = Mapping[str, Any]


def ehc(ref: str, surname: str, forename: str, born: str, **more: Any) -> Row:
    return {"person_ref": ref, "surname": surname, "forename": forename, "birth_date": born} | more


def census(key: str, surname: str, forename: str, born: str, **more: Any) -> Row:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    year, month, day = born.split("-")
    return {
        "pupilonrolltableid": key, "schoolcensustableid": "1", "surname": surname, "forename": forename,
        "dob": f"{year}-{months[int(month) - 1]}-{day} 00:00:00", "enrolstatus": "C", "senprovision": "N",
    } | more  # fmt: skip


def mis(key: str, surname: str, forename: str, born: str, **more: Any) -> Row:
    return {"id": key, "last_name": surname, "first_name": forename, "dob": born} | more


def cin(key: str, born: str | None, **more: Any) -> Row:
    return {"lachildid": key, "birth_date": born} | more


def returned(collection: int, number: int, surname: str, forename: str, born: str, **more: Any) -> Row:
    """A person of an earlier SEN2 return."""
    return {
        "collection": str(collection), "persontableid": f"{number:08d}", "surname": surname, "forename": forename,
        "personbirthdate": born,
    } | more  # fmt: skip


def waiting(key: str, born: str, **more: Any) -> Row:
    return {
        "pathway_ref": key, "birth_date": born, "pathway": "ASD", "referral_received_date": "2024-06-01",
        "status": "WAITING", "extract_date": "2025-01-31",
    } | more  # fmt: skip


HILL, LAKE = "OX1 1AA", "OX2 2BB"
WRONG_UPN = "Z" + upn(60)[1:]  # the check letter does not hold

EHC = [
    ehc("E1", "Plainfield", "Ada", "2012-03-05", upn=upn(1), nhs_number=nhs_number(1), postcode=HILL),
    ehc("E3", "Mistaken", "Ben", "2010-09-09", upn=upn(3)),  # the UPN of P3, another child
    ehc("E4", "Twinley", "Cleo", "2013-04-04", upn=upn(42), postcode=HILL),  # her twin's UPN
    ehc("E5", "Swapham", "Dan", "2012-05-03", upn=upn(5)),  # born 2012-03-05, by the census
    ehc("E6", "Lettering", "Eve", "2014-01-01", upn=WRONG_UPN),
    ehc("E9", "O'Łukasz-Smith", "Zoë Mae", "2011-01-02", postcode="ox22bb"),  # nothing but name, birth date, postcode
    ehc("E10", "Careham", "Finn", "2015-06-06", social_care_id="L10"),
    ehc("E11", "Clerkson", "Grace", "2009-07-07", postcode=HILL),
    ehc("E12", "Splitter", "Hugo", "2009-08-08", upn=upn(12), postcode=LAKE),
    ehc("E13", "Kateham", "Katherine", "2010-10-10", upn=upn(13), postcode=HILL),
    ehc("E14", "Doubtful", "Ivy", "2010-11-11", upn=upn(14), postcode=HILL),
    ehc("E15", "Twoways", "Jude", "2010-12-12", upn=upn(15), uln=uln(15), postcode=HILL),
    ehc("E18", "Corrected", "Thomas", "2011-06-06", upn=upn(72), uln=uln(18), postcode=HILL),
    ehc("E19", "Onlyreturned", "Max", "2011-07-07", uln=uln(19), postcode=LAKE),  # in no other system of today
]
CENSUS = [
    census("P1", "PLAINFIELD", "ADA", "2012-03-05", upn=upn(1), postcode=HILL, senprovision="E"),
    census("P2", "Changed", "Kim", "2012-02-02", upn=upn(2), formerupn=upn(20), postcode=HILL),
    census("P3", "Rightful", "Leo", "2012-12-12", upn=upn(3)),
    census("P4a", "Twinley", "Cleo", "2013-04-04", upn=upn(41), postcode=HILL),
    census("P4b", "Twinley", "Cora", "2013-04-04", upn=upn(42), postcode=HILL),
    census("P5", "Swapham", "Dan", "2012-03-05", upn=upn(5)),
    census("P9", "OLukasz Smith", "Zoe-Mae", "2011-01-02", upn=upn(9), postcode=LAKE),
    census("P11", "Married", "Grace", "2009-07-08", postcode=LAKE),
    census("P12", "Splitter", "Hugo", "2009-08-08", upn=upn(12), postcode=LAKE),
    census("P13", "Kateham", "Kate", "2010-10-10", upn=upn(13), postcode=LAKE),
    census("P14", "Doubtful", "Noah", "2010-11-11", upn=upn(14), postcode=LAKE),
    census("P15", "Twoways", "Otis", "2010-12-12", upn=upn(15), uniquelearnernumber=uln(15), postcode=LAKE),
]
MIS = [
    mis("S1", "Plainfield", "Ada", "2012-03-05", upn=upn(1), postcode="OX9 9ZZ"),
    mis("S2", "Changed", "Kim", "2012-02-02", upn=upn(20), postcode=LAKE),  # the number before the move
    mis("S4b", "Twinley", "Cora", "2013-04-04", upn=upn(42), postcode=HILL),
]
CIN = [
    cin("L1", "2012-03-05", upn=upn(1)),
    cin("L4", "2013-04-04", upn=upn(42)),  # nameless, and holds the UPN that casework gave the wrong twin
    cin("L7", "2016-01-01"),
    cin("L10", None, upn=None),  # known by the social care id alone
]
S903: list[Row] = [
    {"child": "L1", "sex": "1", "dob": "05/03/2012", "upn": upn(1)},
    {"child": "L10", "sex": "F", "dob": "06/06/2015", "upn": "UN1"},
]
CSDS: list[Row] = [
    {"local_patient_id": "H1", "nhs_number": nhs_number(1), "birth_date": "2012-03-05", "gender": "2"},
    {"local_patient_id": "H8", "nhs_number": nhs_number(8), "birth_date": "2017-01-01"},
    {"local_patient_id": "H16", "nhs_number": "000 000 0000", "birth_date": "2017-01-02"},
    {"local_patient_id": "H17", "nhs_number": "0000000000", "birth_date": "2017-01-02"},
]
WAITING = [
    waiting("W1", "2012-03-05", nhs_number=f"{nhs_number(1)[:3]} {nhs_number(1)[3:6]} {nhs_number(1)[6:]}"),
    *[waiting(f"W9{i:02d}", f"2008-01-{i + 1:02d}", nhs_number=nhs_number(99)) for i in range(25)],  # a default value
]
RETURNED = {
    2023: [
        returned(2023, 1, "Plainfield", "Ada", "2012-03-05", upn=upn(1)),
        returned(2023, 2, "Corrected", "Tom", "2011-06-06", upn=upn(71), uniquelearnernumber=uln(18), postcode=HILL),
        returned(2023, 9, "Goneaway", "Ann", "2005-05-05", upn=upn(73)),
    ],
    2024: [
        returned(2024, 1, "Goneaway", "Ann", "2005-05-05", upn=upn(73)),  # left since
        returned(2024, 2, "Corrected", "Thomas", "2011-06-06", upn=upn(72), uniquelearnernumber=uln(18), postcode=HILL),
        returned(2024, 3, "Plainfield", "Ada", "2012-Mar-05 00:00:00", upn=upn(1)),  # as a COLLECT export writes it
        returned(2024, 4, "Onlyreturned", "Max", "2011-07-07", uniquelearnernumber=uln(19)),
    ],
    2025: [returned(2025, 1, "Plainfield", "Ada", "2012-03-05", upn=upn(1))],  # the collection in hand
}
CLERICAL = [
    "left_system,left_key,right_system,right_key,decision,decided_by,decided_on,note",
    "ehc,E11,census,P11,same,data team,2025-01-20,",
    "ehc,E12,census,P12,different,data team,2025-01-20,",
]
SENTINELS = {
    value.upper()
    for row in [*EHC, *CENSUS, *MIS, *CIN, *S903, *CSDS, *WAITING, *(row for rows in RETURNED.values() for row in rows)]
    for field, value in row.items()
    if value
    and field
    in {
        "surname", "last_name", "forename", "first_name", "upn", "formerupn", "uln", "uniquelearnernumber",
        "nhs_number", "social_care_id", "lachildid", "local_patient_id", "postcode", "person_ref",
    }
    and not str(value).startswith("UN")
}  # fmt: skip


def load_area(path: Path, *, reverse: bool = False, extra: Iterable[tuple[str, list[Row]]] = ()) -> None:
    """Write the raw tables; `reverse` turns the order of every file round, `extra` adds rows of a table."""
    create_raw(path)
    added = dict(extra)
    tables: dict[str, list[Row]] = {
        "ehc_person": EHC, "census_pupilonroll": CENSUS, "mis_students": MIS, "cin_child": CIN, "s903_header": S903,
        "csds_mpi": CSDS, "health_waiting_list": WAITING,
    }  # fmt: skip
    files = {"census_pupilonroll": "SchoolCensus_SPR2025_pupilonroll.csv"}
    for table, rows in tables.items():
        listed = [*rows, *added.get(table, [])]
        load_rows(path, table, listed[::-1] if reverse else listed, file_name=files.get(table))
    for collection, people in RETURNED.items():
        load_rows(path, "sen2r_person", people[::-1] if reverse else people, file_name=f"SEN2_931_{collection}.xml")
    load_rows(
        path, "census_schoolcensus",
        [{"schoolcensustableid": "1", "term": "SPR", "year": "2025", "referencedate": "2025-Jan-16 00:00:00",
          "lea": "931", "urn": "100001"}],
        file_name="SchoolCensus_SPR2025_schoolcensus.csv",
    )  # fmt: skip
    load_rows(
        path, "ehc_request",
        [{"request_ref": "R1", "person_ref": "E1", "received_date": "2024-01-01", "outcome": "Y",
          "outcome_date": "2024-02-01"}],
    )  # fmt: skip
    load_rows(
        path, "ehc_plan",
        [{"plan_ref": "N1", "request_ref": "R1", "start_date": "2024-05-20", "health_outcome": "1"}],
    )  # fmt: skip
    load_rows(path, "ehc_need", [{"plan_ref": "N1", "rank": "1", "sen_type": "ASD"}])
    load_rows(
        path, "ehc_placement",
        [{"placement_ref": "Q1", "plan_ref": "N1", "placement_rank": "1", "sen_setting": "OTH",
          "sen_setting_other": "At Plainfield's aunt", "entry_date": "2024-05-20"}],
    )  # fmt: skip
    load_rows(path, "ehc_review", [{"review_ref": "V1", "plan_ref": "N1", "meeting_date": "2024-12-01"}])
    load_rows(
        path, "mis_attendance",
        [{"student_id": "S1", "start_date": "2025-01-01", "end_date": "2025-01-31", "possible_sessions": "40",
          "attended_sessions": "38", "authorised_absence_sessions": "2", "unauthorised_absence_sessions": "0"}],
    )  # fmt: skip
    load_rows(
        path, "mis_exclusions",
        [{"id": "X1", "student_id": "S1", "exclusion_type": "SUSP", "start_date": "2025-01-10",
          "exclusion_length": "2"}],
    )  # fmt: skip
    load_rows(path, "cin_episode", [{"lachildid": "L1", "episode_number": "1", "referral_date": "2024-03-03"}])
    load_rows(path, "s903_episodes", [{"child": "L1", "decom": "01/03/2024", "ls": "C2", "cin": "N2", "place": "U1"}])
    load_rows(
        path, "csds_referral", [{"service_request_id": "F1", "local_patient_id": "H1", "received_date": "2024-09-01"}]
    )
    load_rows(path, "csds_service", [{"service_request_id": "F1", "team_type": "33"}])


def run_dbt(
    warehouse: Path, *arguments: str, folder: Path, clerical: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """`dbt ARGUMENTS` against `warehouse`, with a target and log folder of its own below `folder`."""
    environment = os.environ | {
        "SEND_WAREHOUSE": str(warehouse),
        "SEND_HMAC_KEY": KEY,
        "SEND_CLERICAL_LINKS": str(clerical or ""),
    }
    return subprocess.run(
        [
            sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments,
            "--project-dir", str(DBT), "--profiles-dir", str(DBT),
            "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        ],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


NIGHT = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def build(folder: Path, *select: str, **load: Any) -> Path:
    """The small area in a new warehouse file below `folder`, built by dbt: what `select` names, or all."""
    folder.mkdir(parents=True, exist_ok=True)
    warehouse, clerical = folder / "warehouse.duckdb", folder / "clerical.csv"
    clerical.write_text("\n".join(CLERICAL) + "\n", encoding="utf-8")
    load_area(warehouse, **load)
    built = run_dbt(
        warehouse,
        "build",
        "--select",
        *(select or ("tag:facts", "tag:board")),
        *NIGHT,
        folder=folder,
        clerical=clerical,
    )
    assert built.returncode == 0, built.stdout[-3000:]
    return warehouse


@functools.cache
def built_area() -> Path:
    """The small area with facts, board and pseudonymised tables; built once a test process."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-joins-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build(folder)
