"""The children in need census: one XML file, a record a Child element (layout: facts, extracts 1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.formats import SourceFile, TableRows
from ingest.formats.xml_blocks import read_blocks
from ingest.formats.xml_layout import Block, Layout
from ingest.formats.xml_survey import survey

CHILD = {"lachildid": "ChildIdentifiers/LAchildID"}
EPISODE = {"episode_number": "CINdetails"}
COLLECTION = "Header/CollectionDetails/Collection"

LAYOUT = Layout(
    root="Message",
    record="Children/Child",
    needed=("ChildIdentifiers",),
    blocks=(
        Block("cin_child", inside=("ChildIdentifiers", "ChildCharacteristics")),
        Block("cin_disability", "ChildCharacteristics/Disabilities/Disability", own_text="disability", above=CHILD),
        Block("cin_episode", "CINdetails", above=CHILD, numbers=EPISODE),
        Block("cin_plan", "CINdetails/CINPlanDates", above=CHILD, numbers=EPISODE),
        Block("cin_protection_plan", "CINdetails/ChildProtectionPlans", above=CHILD, numbers=EPISODE),
    ),
)


def read(file: SourceFile) -> Iterator[TableRows]:
    """The tables of the census, some thousand children at a time (`read_blocks` says how, and what `_row` is).

    Refuses a file with another root, with a document type, of another collection, or not well formed (broken off,
    say). A child in which an element is repeated, nested or missing so that it cannot be read goes to quarantine
    with all its rows.
    """
    found = survey(file, LAYOUT)
    if found.head.get(COLLECTION, "CIN") != "CIN":
        file.refuse(expected="a children in need census (Collection CIN)", came="a return of another collection")
    yield from read_blocks(file, LAYOUT, found)
