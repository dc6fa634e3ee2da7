"""The CIN census as XML, a child at a time (layout: facts/extracts.md 1.2)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

Row = dict[str, str | None]
SEX_FROM = 2024  # first census with Sex in letters
_GENDERS = {"M": "1", "F": "2", "U": "0"}
_IDENTIFIERS = {
    "LAchildID": "lachildid",
    "UPN": "upn",
    "FormerUPN": "former_upn",
    "UPNunknown": "upn_unknown",
    "PersonBirthDate": "birth_date",
    "ExpectedPersonBirthDate": "expected_birth_date",
    "GenderCurrent": "gender",  # until then
    "Sex": "sex",
    "PersonDeathDate": "death_date",
}
_EPISODE = {
    "CINreferralDate": "referral_date",
    "ReferralSource": "referral_source",
    "PrimaryNeedCode": "primary_need",
    "CINclosureDate": "closure_date",
    "ReasonForClosure": "closure_reason",
    "DateOfInitialCPC": "initial_conference",
}
_BY_EPISODE = ("cin_assessment", "cin_factor", "cin_plan", "cin_section47", "cin_protection_plan", "cin_review")


def write_cin_xml(tables: Mapping[str, pa.Table], path: Path, *, area: str, as_of: dt.date) -> None:
    """Write the `cin_*` tables (sandbox/population/extracts/cin.py) as one census file.

    A child row may carry an `extra` column: a line of XML put into ChildIdentifiers as it is (planted faults).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    disabilities = _grouped(tables["cin_disability"], "lachildid")
    episodes = _grouped(tables["cin_episode"], "lachildid")
    census_year = _census_year(as_of)
    blocks = {name: _grouped(tables[name], "lachildid", "episode_number") for name in _BY_EPISODE}
    with etree.xmlfile(str(path), encoding="utf-8", buffered=True) as out:
        out.write_declaration()
        with out.element("Message"):
            out.write(_header(area, as_of), pretty_print=True)
            with out.element("Children"):
                for child in tables["cin_child"].to_pylist():
                    row = child if census_year >= SEX_FROM else _with_gender(child)
                    out.write(_child(row, disabilities, episodes, blocks), pretty_print=True)


def _grouped(table: pa.Table, *keys: str) -> dict[tuple[str | None, ...], list[Row]]:
    grouped: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        grouped[tuple(row[k] for k in keys)].append(row)
    return grouped


def _census_year(as_of: dt.date) -> int:
    """The census year is named by its end: 1 April of the year before to 31 March."""
    return as_of.year if as_of.month <= 3 else as_of.year + 1


def _with_gender(child: Row) -> Row:
    return {**child, "gender": _GENDERS.get(child["sex"] or ""), "sex": None}


def _header(area: str, as_of: dt.date) -> Any:
    end = _census_year(as_of)
    header = etree.Element("Header")
    collection = etree.SubElement(header, "CollectionDetails")
    _leaves(collection, Collection="CIN", Year=str(end), ReferenceDate=f"{end}-03-31")
    source = etree.SubElement(header, "Source")
    _leaves(
        source,
        SourceLevel="L",
        LEA=area,
        SoftwareCode="Sandbox",
        Release="1",
        SerialNo="001",
        DateTime=f"{as_of.isoformat()}T02:00:00",
    )
    return header


def _child(
    row: Row,
    disabilities: Mapping[tuple[str | None, ...], list[Row]],
    episodes: Mapping[tuple[str | None, ...], list[Row]],
    blocks: Mapping[str, Mapping[tuple[str | None, ...], list[Row]]],
) -> Any:
    key = row["lachildid"]
    child = etree.Element("Child")
    identifiers = etree.SubElement(child, "ChildIdentifiers")
    _leaves(identifiers, **{tag: row.get(field) for tag, field in _IDENTIFIERS.items()})
    if row.get("extra"):
        identifiers.append(etree.fromstring(str(row["extra"])))
    characteristics = etree.SubElement(child, "ChildCharacteristics")
    _leaves(characteristics, Ethnicity=row["ethnicity"])
    if disabilities.get((key,)):
        wrapper = etree.SubElement(characteristics, "Disabilities")
        for disability in disabilities[(key,)]:
            _leaves(wrapper, Disability=disability["disability"])
    for episode in episodes.get((key,), []):
        of = {name: rows.get((key, episode["episode_number"]), []) for name, rows in blocks.items()}
        _episode(etree.SubElement(child, "CINdetails"), episode, of)
    return child


def _episode(details: Any, row: Row, of: Mapping[str, list[Row]]) -> None:
    _leaves(details, **{tag: row[field] for tag, field in _EPISODE.items()})
    for assessment in of["cin_assessment"]:
        block = etree.SubElement(details, "Assessments")
        _leaves(
            block,
            AssessmentActualStartDate=assessment["start_date"],
            AssessmentInternalReviewDate=None,
            AssessmentAuthorisationDate=assessment["authorised"],
        )
        if of["cin_factor"] and assessment["authorised"]:
            factors = etree.SubElement(block, "FactorsIdentifiedAtAssessment")
            for factor in of["cin_factor"]:
                _leaves(factors, AssessmentFactors=factor["factor"])
    for plan in of["cin_plan"]:
        block = etree.SubElement(details, "CINPlanDates")
        _leaves(block, CINPlanStartDate=plan["start_date"], CINPlanEndDate=plan["end_date"])
    for enquiry in of["cin_section47"]:
        block = etree.SubElement(details, "Section47")
        _leaves(
            block,
            S47ActualStartDate=enquiry["start_date"],
            InitialCPCtarget=enquiry["target"],
            DateOfInitialCPC=enquiry["conference"],
            ICPCnotRequired=enquiry["not_required"],
        )
    _leaves(details, ReferralNFA=row["referral_nfa"])
    for plan in of["cin_protection_plan"]:
        block = etree.SubElement(details, "ChildProtectionPlans")
        _leaves(
            block,
            CPPstartDate=plan["start_date"],
            CPPendDate=plan["end_date"],
            InitialCategoryOfAbuse=plan["initial_category"],
            LatestCategoryOfAbuse=plan["latest_category"],
            NumberOfPreviousCPP=plan["earlier_plans"],
        )
        reviews = of["cin_review"]
        if reviews:
            wrapper = etree.SubElement(block, "Reviews")
            for review in reviews:
                _leaves(wrapper, CPPreviewDate=review["review_date"])


def _leaves(parent: Any, **values: str | None) -> None:
    """One element a value; none for a missing one."""
    for tag, value in values.items():
        if value is not None:
            etree.SubElement(parent, tag).text = value
