"""What is published: one publication and a data set for each of its files."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

_NAMESPACE = uuid.UUID("5f1f3f4c-6d2b-5c1e-9b57-2f3a8c1d7e90")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class DataSet:
    """One published file. `name` is the file's name without ending."""

    name: str
    title: str
    summary: str

    @property
    def id(self) -> str:
        return stable_uuid("data-set", self.name)


@dataclass(frozen=True)
class Publication:
    id: str
    title: str
    slug: str
    summary: str
    last_published: str
    data_sets: tuple[DataSet, ...]


@dataclass(frozen=True)
class Release:
    """One yearly release. The version before the latest is the same file without its last period."""

    year: str
    published: str

    @property
    def title(self) -> str:
        return f"Reporting year {self.year}"


LATEST = Release(year="2025", published="2025-06-26T08:30:00+00:00")
EARLIER = Release(year="2024", published="2024-06-13T08:30:00+00:00")

PLANS = Publication(
    # The id in the data catalogue's address (data-guidance.txt of the release).
    id="88312cc0-fe1d-4ab5-81df-33fd708185cb",
    title="Education, health and care plans",
    slug="education-health-and-care-plans",
    summary="Requests, assessments, plans, reviews and placements of children and young people with education, health "
    "and care plans in England.",
    last_published=LATEST.published,
    data_sets=(
        DataSet("requests", "Requests for EHC needs assessments", "Requests received and their outcomes."),
        DataSet("assessments", "EHC needs assessments", "Assessments and their outcomes."),
        DataSet(
            "timeliness_20_week", "EHC plans issued within 20 weeks", "Plans issued within the statutory 20 weeks."
        ),
        DataSet("newplans", "New EHC plans", "Plans made during the calendar year, by placement."),
        DataSet("caseload", "EHC plans in place", "Plans in place in January, by placement."),
        DataSet("sen_needs_all_plans", "Primary need of EHC plans", "Plans in place in January, by primary need."),
        DataSet("sen_need_newplans", "Primary need of new EHC plans", "New plans, by primary need."),
        DataSet("annual_reviews", "Annual reviews", "Annual reviews of plans, their timing and outcome."),
        DataSet("ceased_plans", "Ceased EHC plans", "Plans that ceased during the calendar year, by reason."),
        DataSet("personal_budgets", "Personal budgets", "Plans with a personal budget."),
        DataSet("residential_settings", "Residential placements", "Plans with a residential placement."),
        DataSet(
            "work_based_placements", "Work-based placements", "Supported internships and other placements at work."
        ),
        DataSet("sen2_dmo_dco", "Designated officers", "Designated medical, clinical and social care officers."),
        DataSet("tribunal_appeals", "SEND tribunal appeal rate", "Appeals registered and the rate of appeal."),
    ),
)
PUBLICATIONS = (PLANS,)


def stable_uuid(*parts: str) -> str:
    """The same UUID for the same parts, always."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def short_ids(scope: str, labels: list[str]) -> list[str]:
    """Opaque five-character ids, one a label: distinct within `labels`, and a label keeps its id in every version."""
    taken: dict[str, str] = {}
    for label in labels:
        salt = 0
        while (candidate := _short(f"{scope}/{label}/{salt}")) in taken:
            salt += 1
        taken[candidate] = label
    return list(taken)


def _short(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = []
    for _ in range(5):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)
