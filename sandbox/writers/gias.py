"""The daily GIAS file: real header names in their real order, cp1252, dates dd-mm-yyyy (facts/extracts.md 2.5).

Columns this project has no figure for are blank.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from sandbox.establishments.needs import NAMES, approved_needs
from sandbox.population.schools import SPECIAL_TYPES


def _both(*names: str) -> list[str]:
    return [f"{name} ({part})" for name in names for part in ("code", "name")]


_SEN = [f"SEN{n} (name)" for n in range(1, 14)]
HEADER: tuple[str, ...] = (
    "URN", *_both("LA"), "EstablishmentNumber", "EstablishmentName", *_both("TypeOfEstablishment"),
    *_both("EstablishmentTypeGroup", "EstablishmentStatus", "ReasonEstablishmentOpened"), "OpenDate",
    *_both("ReasonEstablishmentClosed"), "CloseDate", *_both("PhaseOfEducation"), "StatutoryLowAge", "StatutoryHighAge",
    *_both("Boarders"), "NurseryProvision (name)", *_both("OfficialSixthForm", "Gender", "ReligiousCharacter"),
    "ReligiousEthos (name)", *_both("Diocese", "AdmissionsPolicy"), "SchoolCapacity", *_both("SpecialClasses"),
    "CensusDate", "NumberOfPupils", "NumberOfBoys", "NumberOfGirls", "PercentageFSM",
    *_both("TrustSchoolFlag", "Trusts"), "SchoolSponsorFlag (name)", "SchoolSponsors (name)", "FederationFlag (name)",
    *_both("Federations"), "UKPRN", "FEHEIdentifier", "FurtherEducationType (name)", "LastChangedDate",
    "Street", "Locality", "Address3", "Town",
    "County (name)", "Postcode", "SchoolWebsite", "TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName",
    "HeadPreferredJobTitle", "BSOInspectorateName (name)", "InspectorateReport", "DateOfLastInspectionVisit",
    "NextInspectionVisit", "TeenMoth (name)", "TeenMothPlaces", "CCF (name)", "SENPRU (name)", "EBD (name)",
    "PlacesPRU", "FTProv (name)", "EdByOther (name)", "Section41Approved (name)", *_SEN,
    "TypeOfResourcedProvision (name)", "ResourcedProvisionOnRoll", "ResourcedProvisionCapacity",
    "SenUnitOnRoll", "SenUnitCapacity",
    *_both("GOR", "DistrictAdministrative", "AdministrativeWard", "ParliamentaryConstituency", "UrbanRural"),
    "GSSLACode (name)", "Easting", "Northing", "MSOA (name)", "LSOA (name)", "InspectorateName (name)", "SENStat",
    "SENNoStat", "BoardingEstablishment (name)", "PropsName", *_both("PreviousLA"), "PreviousEstablishmentNumber",
    "Country (name)", "UPRN", "SiteName", *_both("QABName"), "EstablishmentAccredited (code)",
    "EstablishmentAccredited (name)", "QABReport", "CHNumber", "MSOA (code)", "LSOA (code)", "FSM",
    "AccreditationExpiryDate",
)  # fmt: skip

# Column of the file -> field of the GIAS contract, which is what the pretend establishments have.
FIELDS: dict[str, str] = {
    "URN": "urn",
    "LA (code)": "la_code",
    "LA (name)": "la_name",
    "EstablishmentNumber": "estab_number",
    "EstablishmentName": "name",
    "TypeOfEstablishment (code)": "type_code",
    "TypeOfEstablishment (name)": "type_name",
    "EstablishmentTypeGroup (code)": "type_group_code",
    "EstablishmentTypeGroup (name)": "type_group_name",
    "EstablishmentStatus (code)": "status_code",
    "OpenDate": "open_date",
    "CloseDate": "close_date",
    "PhaseOfEducation (code)": "phase_code",
    "PhaseOfEducation (name)": "phase_name",
    "StatutoryLowAge": "low_age",
    "StatutoryHighAge": "high_age",
    "SchoolCapacity": "capacity",
    "NumberOfPupils": "pupils",
    "UKPRN": "ukprn",
    "Postcode": "postcode",
    "Section41Approved (name)": "section41",
    "TypeOfResourcedProvision (name)": "resourced_provision_type",
    "ResourcedProvisionCapacity": "resourced_provision_capacity",
    "SenUnitCapacity": "sen_unit_capacity",
}
_STATUS = {"1": "Open", "2": "Closed", "3": "Open, but proposed to close", "4": "Proposed to open"}


def gias_table(establishments: pa.Table) -> pa.Table:
    """The establishments (fields of the contract) as the file's columns, all text."""
    count = establishments.num_rows
    nothing = pa.nulls(count, pa.string())
    columns: dict[str, pa.Array] = {}
    for column in HEADER:
        field = FIELDS.get(column)
        have = field is not None and field in establishments.column_names
        columns[column] = _text(establishments[field]) if have else nothing
    status = columns["EstablishmentStatus (code)"].to_pylist()
    columns["EstablishmentStatus (name)"] = pa.array([_STATUS.get(s or "") for s in status], type=pa.string())
    needs = [
        approved_needs(urn) if kind in SPECIAL_TYPES else ()
        for urn, kind in zip(columns["URN"].to_pylist(), columns["TypeOfEstablishment (code)"].to_pylist(), strict=True)
    ]
    for place, column in enumerate(_SEN):
        columns[column] = pa.array([NAMES[n[place]] if place < len(n) else None for n in needs], type=pa.string())
    return pa.table(columns)


def links_table(establishments: pa.Table) -> pa.Table:
    """The links file: each closed school and its successor, an open one of the same type and authority, told from both
    sides. Facts (extracts 2.5) name the columns."""
    rows = establishments.select(["urn", "name", "la_code", "type_code", "status_code", "close_date"]).to_pylist()
    heirs: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in rows:
        if row["status_code"] == "1":
            heirs.setdefault((row["la_code"], row["type_code"]), []).append(row)
    links: list[tuple[object, ...]] = []
    for number, row in enumerate(row for row in rows if row["status_code"] == "2"):
        able = heirs.get((row["la_code"], row["type_code"]))
        if able:
            heir, day = able[number % len(able)], _day(row["close_date"])
            links.append((row["urn"], heir["urn"], heir["name"], "Successor", day))
            links.append((heir["urn"], row["urn"], row["name"], "Predecessor", day))
    names = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    return pa.table({name: pa.array([link[i] for link in links], type=pa.string()) for i, name in enumerate(names)})


def _text(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return pa.array([_day(v) for v in column.to_pylist()], type=pa.string())
    return column.cast(pa.string()).combine_chunks()


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.strftime("%d-%m-%Y")
