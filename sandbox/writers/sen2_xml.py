"""Last year's SEN2 return as XML: nesting and order of its year (facts/sen2.md section 2).

Written from the public descriptions alone, apart from the project's own definitions and writer, so that the one can
check the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree

from sandbox.last_year.types import Items, LastYear, Person, Plan, Request

_OFFICERS = {"DMO": "dmo", "DCO": "dco", "DSCO": "dsco"}
_GENDER = {"M": "1", "F": "2"}  # GenderCurrent, until 2023
_PERSON = ("Surname", "Forename", "PersonBirthDate", "Sex", "Ethnicity", "PostCode", "UPN", "UniqueLearnerNumber",
           "UPNunknown")  # fmt: skip
_REQUEST = ("ReceivedDate", "RequestSource", "RYA", "RequestOutcomeDate", "RequestOutcome", "RequestMediation",
            "RequestTribunal", "Exported")  # fmt: skip
_ASSESSMENT = ("AssessmentOutcome", "AssessmentOutcomeDate", "AssessmentMediation", "AssessmentTribunal",
               "OtherMediation", "OtherTribunal", "Week20")  # fmt: skip
_AFTER_SETTINGS = ("PlanRes", "PlanWBP", "PB", "OA", "DP", "CeaseDate", "CeaseReason")
_SETTING = ("URN", "UKPRN", "SENSetting", "SENSettingOther", "PlacementRank")
_UNITS = ("SENunitIndicator", "ResourcedProvisionIndicator")
_NEED = ("SENtype", "SENtypeRank")
# Inside ActivePlans after TransferLA and the placements: items, and SENneed for the block of needs. The order of 2025
# is that of the COLLECT export, as the project's default has it.
_REVIEWS = ("ReviewMeeting", "ReviewOutcome", "ReviewDraft", "PhaseTransferDueDate", "PhaseTransferFinalDate")
_ACTIVE = {
    2023: ("Res", "WBP", "SENneed", "LastReview"),
    2024: ("SENneed", "ReviewMeeting", "ReviewOutcome", "LastReview"),
    2025: ("SENneed", *_REVIEWS, "LastReview"),
}


def write_sen2_xml(year: LastYear, path: Path) -> None:
    """Write the return to `path`; an item without a value is left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with etree.xmlfile(str(path), encoding="utf-8", buffered=True) as out:
        out.write_declaration()
        with out.element("Message"):
            out.write(_header(year), pretty_print=True)
            with out.element("Persons"):
                for person in year.persons:
                    out.write(_person(person, year.collection), pretty_print=True)


def _header(year: LastYear) -> Any:
    header = etree.Element("Header")
    _leaves(
        etree.SubElement(header, "CollectionDetails"),
        {"Collection": "SEN2", "Year": str(year.collection), "ReferenceDate": year.census_day.isoformat()},
        ("Collection", "Year", "ReferenceDate"),
    )
    source: Items = {
        "SourceLevel": "L",
        "LEA": year.area,
        "SoftwareCode": "SANDBOX-SUPPLIER",
        "Release": "1",
        "SerialNo": "001",
        "DateTime": f"{dt.date(year.collection, 2, 20).isoformat()}T10:00:00",
        **{tag: year.officers.get(item) or None for tag, item in _OFFICERS.items()},
    }
    tags = [tag for tag in source if tag != "DSCO" or year.collection >= 2025]
    _leaves(etree.SubElement(header, "Source"), source, tags)
    return header


def _person(person: Person, year: int) -> Any:
    element = etree.Element("Person")
    items = dict(person.items)
    tags = list(_PERSON)
    if year < 2024:
        tags[tags.index("Sex")] = "GenderCurrent"
        items["GenderCurrent"] = _GENDER.get(str(items["Sex"]), "0")
    _leaves(element, items, tags)
    for request in person.requests:
        _request(etree.SubElement(element, "Requests"), request, year)
    return element


def _request(element: Any, request: Request, year: int) -> None:
    _leaves(element, request.items, [tag for tag in _REQUEST if tag != "RequestSource" or year >= 2025])
    if request.assessment is not None:
        assessment = etree.SubElement(element, "Assessment")
        _leaves(assessment, request.assessment, _ASSESSMENT)
        if request.plan is not None:
            _named_plan(etree.SubElement(assessment, "NamedPlan"), request.plan)
    if request.plan is not None:
        _active_plan(etree.SubElement(element, "ActivePlans"), request.plan, year)


def _named_plan(element: Any, plan: Plan) -> None:
    _leaves(element, plan.items, ("StartDate",))
    for setting in plan.settings:
        _leaves(etree.SubElement(element, "PlanDetail"), setting, (*_SETTING, *_UNITS))
    _leaves(element, plan.items, _AFTER_SETTINGS)


def _active_plan(element: Any, plan: Plan, year: int) -> None:
    _leaves(element, plan.active, ("TransferLA",))
    pattern = ("AttendancePattern",) if year < 2024 else ()
    kinds = ("Res", "WBP") if year >= 2024 else ()
    for placement in plan.placements:
        tags = (*_SETTING, "EntryDate", "LeavingDate", *pattern, *_UNITS, *kinds)
        _leaves(etree.SubElement(element, "PlacementDetail"), placement, tags)
    for tag in _ACTIVE[min(year, 2025)]:
        if tag == "SENneed":
            for need in plan.needs:
                _leaves(etree.SubElement(element, "SENneed"), need, _NEED)
        else:
            _leaves(element, plan.active, (tag,))


def _leaves(parent: Any, items: Items, tags: Iterable[str]) -> None:
    """One element an item that has a value, in the order of `tags`."""
    for tag in tags:
        value = items.get(tag)
        if value is not None:
            etree.SubElement(parent, tag).text = value
