"""The sandbox folder: which table becomes which file."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from area.errors import SettingsError
from area.settings import config_root
from sandbox import published
from sandbox.care_years import not_asked
from sandbox.writers.cin_xml import write_cin_xml
from sandbox.writers.files import CsvWriter, write_parquet
from sandbox.writers.workbook import write_workbook

_EHC = (
    "person", "request", "assessment", "plan", "plan_setting", "placement", "need", "review", "dispute", "advice",
)  # fmt: skip
_S903 = (
    "header", "episodes", "reviews", "uasc", "oc2", "oc3", "ad1", "placed_adoption", "prev_perm", "missing",
    "sw_episodes", "dolo",
)  # fmt: skip
_CENSUS = {
    "census_termlyexclusions": "termlyexclusionsonroll",
    **{
        f"census_{name}": name
        for name in (
            "schoolcensus", "school", "provisions", "pupilonroll", "senneeds", "termlysessiondetailsonroll",
            "addressesonroll", "fsmperiod", "learnersupportonroll", "learnerfamonroll", "approvisiondetailonroll",
            "schoolarrangedapdetailonroll", "pupilnolongeronroll", "termlyexclusionsoffroll",
            "termlysessiondetailsoffroll", "addressesoffroll", "schoolarrangedapdetailoffroll",
        )
    },
}  # fmt: skip
_CSDS = {
    "csds_mpi": "CYP001MPI",
    "csds_referral": "CYP101Referral",
    "csds_service": "CYP102ServiceType",
    "csds_contact": "CYP201CareContact",
}
_CSDS_LAKE = {
    "csds_lake_mpi": "CYP001MPI",
    "csds_lake_referral": "CYP101Referral",
    "csds_lake_service": "CYP102ServiceTypeReferredTo",
    "csds_lake_contact": "CYP201CareContact",
    "csds_lake_need": "CYP401SpEdNeedId",
    "csds_lake_provisional_diagnosis": "CYP606ProvDiag",
    "csds_lake_active_submission": "ActiveSubmission",
    "csds_lake_bridging": "Bridging",
}
_MHSDS = {
    "mhsds_mpi": "MHS001MPI",
    "mhsds_referral": "MHS101Referral",
    "mhsds_service": "MHS102ServiceTypeReferredTo",
    "mhsds_contact": "MHS201CareContact",
    "mhsds_active_submission": "ActiveSubmission",
    "mhsds_bridging": "Bridging",
}
# Table -> folder of the council's SFTP account.
_COUNCIL = {
    "nccis_client": "nccis",
    "nccis_characteristic": "nccis",
    "advice_request": "advice",
    "dispute_register": "disputes",
    "plan_audit": "audits",
    "plan_audit_section": "audits",
    "high_needs_cost": "finance",
    "high_needs_line": "finance",
}
_AP = ("pupil", "need", "placement")
# In the order in which a database takes them in.
SSD = ("ssd_person", "ssd_linked_identifiers", "ssd_disability", "ssd_send")
_MIS = ("mis_students", "mis_attendance", "mis_exclusions")
_ANNEX_A = {
    "annex_a_contact": "List 1 Contacts",
    "annex_a_referral": "List 3 Referrals",
    "annex_a_assessment": "List 4 Assessments",
    "annex_a_section47": "List 5 Section 47",
    "annex_a_child_in_need": "List 6 Children in need",
    "annex_a_protection_plan": "List 7 Child protection",
    "annex_a_looked_after": "List 8 Looked after",
    "annex_a_care_leaver": "List 9 Care leavers",
    "annex_a_adoption": "List 10 Adoption",
    "annex_a_adopter": "List 11 Adopters",
}
# Answers of the published table -> codes of the return's header (DSCO is voluntary in 2025: not all returned it).
_OFFICER = {"yes": "Y", "no": "N", "recruiting": "R", "not returned": ""}
MARK = "sandbox.json"  # what makes a folder a sandbox
RETURNS = "returns"  # drop of the SEN2 returns the council submitted


def csv_paths(as_of: dt.date) -> dict[str, str]:
    """Table -> path of its CSV below the sandbox folder."""
    stamp = f"{as_of:%Y%m%d}"
    s903 = [name for name in _S903 if f"s903_{name}" not in not_asked(as_of.year)]
    return {
        **{f"ehc_{name}": f"sftp/council/ehc/ehc_{name}_{stamp}.csv" for name in _EHC},
        **{f"s903_{name}": f"sftp/care/ssda903/{name}_{stamp}.csv" for name in s903},
        **{table: f"sftp/health/csds/{name}_{stamp}.csv" for table, name in _CSDS.items()},
        "health_waiting_list": f"mesh/waiting_list_{stamp}.csv",
        **{table: f"ssd/{table}.csv" for table in SSD},
        **{table: f"census/SchoolCensus_SPR{as_of.year}_{name}.csv" for table, name in _CENSUS.items()},
        **{f"ap_{name}": f"census/ap/APCensus_{as_of.year}_{name}.csv" for name in _AP},
        **{table: f"sftp/council/{folder}/{table}_{stamp}.csv" for table, folder in _COUNCIL.items()},
        **{table: f"sftp/health/csds_lake/{name}_{stamp}.csv" for table, name in _CSDS_LAKE.items()},
        **{table: f"sftp/health/mhsds/{name}_{stamp}.csv" for table, name in _MHSDS.items()},
        "published_suspension": "published/suspensions_202324.csv",
        "published_eyfsp": "published/eyfsp_202425.csv",
        "published_ks2": "published/ks2_202425.csv",
        "published_ks4": "published/ks4_202425.csv",
        "gias_establishment": "gias/edubasealldata.csv",
        "gias_link": "gias/links_edubasealldata.csv",
    }


def return_path(area: str, collection: int) -> str:
    """Path of the SEN2 return of `collection` below the sandbox folder."""
    return f"{RETURNS}/SEN2_{area}_{collection}.xml"


def prepare(out: Path) -> Path:
    """A new, empty folder beside `out` to build the sandbox in; `finish` puts it in place.

    Raises SettingsError when `out` holds anything that is not an earlier sandbox. Leftovers of a killed run go.
    """
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise SettingsError("--out", expected="a folder", came="a file", where="the call")
    if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
        raise SettingsError(
            "--out", expected="an empty folder or an earlier sandbox", came="a folder of other files", where="the call"
        )
    building = out.with_name(f".{out.name}.making")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True, mode=0o700)
    return building


def finish(building: Path, out: Path) -> None:
    """Put the finished folder in the place of `out`: there is a whole sandbox or none."""
    out = out.resolve()
    if out.exists():
        shutil.rmtree(out)
    building.rename(out)


def write_tables(
    out: Path, tables: Mapping[str, pa.Table], broken_lines: Mapping[str, list[str]], *, area: str, as_of: dt.date
) -> None:
    """Write every feed's files below `out`."""
    writer = CsvWriter()
    try:
        for table, path in csv_paths(as_of).items():
            encoding = "cp1252" if table.startswith("gias_") else "utf-8"
            writer.write(tables[table], out / path, encoding=encoding, broken_lines=broken_lines.get(table, ()))
    finally:
        writer.close()
    for name in _MIS:
        write_parquet(tables[name], out / "api" / f"{name}.parquet")
    sheets = {title: tables[name] for name, title in _ANNEX_A.items() if name in tables}
    if sheets:
        write_workbook(sheets, out / "sftp" / "care" / "annex_a" / f"annex_a_{as_of:%Y%m%d}.xlsx", day=as_of)
    write_cin_xml(tables, out / "sftp" / "care" / "cin" / f"CIN_{area}_{as_of:%Y%m%d}.xml", area=area, as_of=as_of)


def write_config(out: Path, area: str) -> None:
    """The project's default settings, and the area's own officers as published."""
    folder = out / "config"
    (folder / "areas").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(config_root() / "defaults.yml", folder / "defaults.yml")
    lines = ["# Designated officers of the area, as published for the collection.", "sen2:"]
    lines += [f'  {item}: "{answer}"' for item, answer in officers(area).items()]  # quoted: Y and N are words to some
    (folder / "areas" / f"{area}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def officers(area: str) -> dict[str, str]:
    """dmo, dco and dsco of the collection's header, out of the published table of designated officers."""
    year = published.SEN2_FILES["sen2_dmo_dco"]
    rows = [r for r in published.area_rows("sen2_dmo_dco", area) if r["time_period"] == year]
    if not rows:
        return {}
    names = {"dmo": "des_med_off", "dco": "des_clin_off", "dsco": "des_so_care_off"}
    return {item: _OFFICER[rows[0][column].strip().lower()] for item, column in names.items()}
