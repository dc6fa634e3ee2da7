"""The return as records: a person has requests, a request an assessment, an assessment a plan.

Items are named by their tags; a value that is None is not written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

Items = dict[str, str | None]


@dataclass
class Plan:
    """A named plan with where the child was and what the child needed."""

    plan_ref: str
    items: Items
    settings: list[Items]
    active: Items
    placements: list[Items]
    needs: list[Items]
    open_on_census_day: bool


@dataclass
class Request:
    items: Items
    assessment: Items | None = None
    plan: Plan | None = None


@dataclass
class Person:
    """One person; `person_ref` is casework's number, '' for one casework knows nothing of."""

    person_ref: str
    items: Items
    requests: list[Request] = field(default_factory=list)

    def plans(self) -> Iterator[Plan]:
        return (request.plan for request in self.requests if request.plan is not None)


@dataclass
class LastYear:
    """The return of `collection`: persons in the file's order, the first is person 1."""

    area: str
    collection: int
    census_day: dt.date
    officers: dict[str, str]
    persons: list[Person]

    @property
    def open_plans(self) -> int:
        """Plans in force on its census day."""
        return sum(plan.open_on_census_day for person in self.persons for plan in person.plans())
