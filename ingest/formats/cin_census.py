"""The children in need census: one XML file, a record a Child element (layout: facts, extracts 1.2)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from ingest.formats import SourceFile, TableRows
from ingest.formats.xml_blocks import read_blocks
from ingest.formats.xml_layout import Block, Layout
from ingest.formats.xml_survey import Survey, survey
from ingest.landing.extract_date import day_named

CHILD = {"lachildid": "ChildIdentifiers/LAchildID"}
EPISODE = {"episode_number": "CINdetails"}
ASSESSMENT = {**EPISODE, "assessment_number": "CINdetails/Assessments"}
PLAN = {**EPISODE, "plan_number": "CINdetails/ChildProtectionPlans"}
PRE_PROCEEDINGS = "CINdetails/PreProceedingsandFGDM"
COLLECTION = "Header/CollectionDetails/Collection"
YEAR = "Header/CollectionDetails/Year"
REFERENCE_DATE = "Header/CollectionDetails/ReferenceDate"
COUNCIL = "Header/Source/LEA"

LAYOUT = Layout(
    root="Message",
    record="Children/Child",
    needed=("ChildIdentifiers",),
    blocks=(
        Block("cin_child", inside=("ChildIdentifiers", "ChildCharacteristics")),
        Block("cin_disability", "ChildCharacteristics/Disabilities/Disability", own_text="disability", above=CHILD),
        Block("cin_episode", "CINdetails", above=CHILD, numbers=EPISODE),
        Block("cin_assessment", "CINdetails/Assessments", above=CHILD, numbers=ASSESSMENT),
        Block(
            "cin_assessment_factor",
            "CINdetails/Assessments/FactorsIdentifiedAtAssessment/AssessmentFactors",
            own_text="factor",
            above=CHILD,
            numbers=ASSESSMENT,
        ),
        Block("cin_plan", "CINdetails/CINPlanDates", above=CHILD, numbers=EPISODE),
        Block("cin_section47", "CINdetails/Section47", above=CHILD, numbers=EPISODE),
        Block("cin_protection_plan", "CINdetails/ChildProtectionPlans", above=CHILD, numbers=PLAN),
        Block(
            "cin_review",
            "CINdetails/ChildProtectionPlans/Reviews/CPPreviewDate",
            own_text="review_date",
            above=CHILD,
            numbers=PLAN,
        ),
        Block(
            "cin_pre_proceedings", PRE_PROCEEDINGS, above=CHILD, numbers={**EPISODE, "block_number": PRE_PROCEEDINGS}
        ),
    ),
)


def read(file: SourceFile) -> Iterator[TableRows]:
    """The tables of the census, some thousand children at a time (`read_blocks` says how, and what `_row` is).

    Refuses a file with another root, with a document type, of another collection or council, of no year, or not well
    formed (broken off, say). A child in which an element is repeated, nested or missing so that it cannot be read goes
    to quarantine with all its rows.
    """
    found = survey(file, LAYOUT)
    _check_header(file, found)
    yield from read_blocks(file, LAYOUT, found)


def _check_year(file: SourceFile, year: int, reference_date: str) -> None:
    """A census ends on 31 March of its Year. A file of a day is of the census that goes on then, or of the one before,
    which is corrected for months; an older one would take the place of this year's."""
    if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", reference_date) and int(reference_date[:4]) != year:
        file.refuse(expected=f"a ReferenceDate in the Year of the header ({year})", came=f"one in {reference_date[:4]}")
    day = day_named(file.name)
    if day is None:
        return
    goes_on = day.year + (day >= dt.date(day.year, 4, 1))
    if year not in (goes_on - 1, goes_on):
        file.refuse(
            expected=f"a census of {goes_on - 1} or {goes_on} in a file of {day}"
            " (an older one belongs to a day of its own year)",
            came=f"a census of {year}",
        )


def _check_header(file: SourceFile, found: Survey) -> None:
    """What the header says must be right; what it leaves out is not missed."""
    if found.head.get(COLLECTION, "CIN") != "CIN":
        file.refuse(expected="a children in need census (Collection CIN)", came="a return of another collection")
    year = found.head.get(YEAR)
    if year is not None and not re.fullmatch(r"20[0-9]{2}", year):
        file.refuse(expected="a census year such as 2025 in the header", came="a Year that is none")
    if year is not None:
        _check_year(file, int(year), found.head.get(REFERENCE_DATE, ""))
    council = found.head.get(COUNCIL, file.area)
    if file.area and council != file.area:
        came = council if re.fullmatch(r"[0-9]{3}", council) else "something that is no council's number"
        file.refuse(expected=f"a census of council {file.area} (LEA in the header)", came=came)
