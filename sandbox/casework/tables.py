"""Cut the assembled cases into the ten tables of the casework extract (ingest/contracts/education/ehc_casework.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.casework import events, placements
from sandbox.casework.calendar import NONE, Days, Period
from sandbox.casework.cases import NOTHING, Cases
from sandbox.casework.columns import (
    cease_reasons,
    flag,
    need_columns,
    person_columns,
    placement_columns,
    plan_setting_columns,
    refs,
    review_columns,
    sources_and_rya,
)
from sandbox.casework.extras import make_extras
from sandbox.casework.figures import Figures
from sandbox.casework.gaps import published_gaps
from sandbox.casework.reviews import make_reviews
from sandbox.establishments import Chooser

# Table -> columns in the contract's order; names ending in _date are dates. ehc_person is as far as casework goes:
# names, postcode and identifiers are the population's to add.
COLUMNS: dict[str, tuple[str, ...]] = {
    "ehc_person": ("person_ref", "birth_date", "sex", "ethnicity"),
    "ehc_request": (
        "request_ref", "person_ref", "received_date", "source", "rya", "outcome", "outcome_date", "exported_to",
        "transferred_from", "transfer_date",
    ),
    "ehc_assessment": ("request_ref", "outcome", "outcome_date", "exception_20_week"),
    "ehc_plan": (
        "plan_ref", "request_ref", "start_date", "residential", "work_based", "personal_budget",
        "organised_arrangements", "direct_payments", "health_outcome", "care_outcome", "amended_date", "cease_date",
        "cease_reason",
    ),
    "ehc_plan_setting": (
        "plan_ref", "placement_rank", "urn", "ukprn", "sen_setting", "sen_setting_other", "sen_unit",
        "resourced_provision",
    ),
    "ehc_placement": (
        "placement_ref", "plan_ref", "placement_rank", "urn", "ukprn", "sen_setting", "sen_setting_other", "entry_date",
        "leaving_date", "sen_unit", "resourced_provision", "residential", "work_based", "attendance_pattern",
    ),
    "ehc_need": ("plan_ref", "rank", "sen_type"),
    "ehc_review": (
        "review_ref", "plan_ref", "meeting_date", "decision_date", "outcome", "draft_date", "final_date",
        "phase_transfer_due_date", "phase_transfer_final_date",
    ),
    "ehc_dispute": ("dispute_ref", "request_ref", "kind", "about", "opened_date", "closed_date", "result"),
    "ehc_advice": ("advice_ref", "request_ref", "advice_type", "requested_date", "received_date", "exception"),
}  # fmt: skip


@dataclass(frozen=True)
class Sheets:
    """The ten tables and, for the truth, where the published figures themselves leave gaps."""

    tables: dict[str, pa.Table]
    gaps: list[tuple[str, str, str, str]]  # kind, table, record key, rule


def make_sheets(
    cases: Cases,
    figures: Figures,
    establishments: pa.Table,
    period: Period,
    notes: list[str],
    rng: np.random.Generator,
    *,
    offset: int = 0,
) -> Sheets:
    """The tables of `cases`; record numbers start after `offset`."""
    chooser = Chooser(establishments, figures.area, rng)
    person, persons = person_columns(cases, offset, rng)
    request = refs("R", len(cases), offset)
    plan = refs("PL", len(cases), offset)
    plans = np.flatnonzero(cases["start"] != NONE)
    stays = placements.make_stays(cases, period, rng)
    standing = placements.in_force(stays, cases, period)
    extras = make_extras(cases, stays.case[standing], figures, period, rng)
    reviews = make_reviews(cases, figures, period, notes, rng)
    of_reviews, amended = review_columns(reviews, cases, plan, period, rng)
    assessed = np.flatnonzero(cases["assessment"] != "")
    disputes = events.make_disputes(cases, figures.area, period, rng)
    advice = events.make_advice(cases, period, rng)
    columns: dict[str, dict[str, Any]] = {
        "ehc_person": persons,
        "ehc_request": {
            "request_ref": request,
            "person_ref": person,
            **{name: cases[name] for name in ("outcome", "exported_to", "transferred_from", "transfer_date")},
            "received_date": cases["received"],
            "outcome_date": cases["outcome_date"],
            **sources_and_rya(cases, figures, period, rng),
        },
        "ehc_assessment": {
            "request_ref": request[assessed],
            "outcome": cases["assessment"][assessed],
            "outcome_date": cases["assessment_date"][assessed],
            "exception_20_week": cases["exception"][assessed].astype(str).astype(object),
        },
        "ehc_plan": {
            "plan_ref": plan[plans],
            "request_ref": request[plans],
            "start_date": cases["start"][plans],
            "residential": extras.residential[plans],
            "work_based": extras.work_based[plans],
            "personal_budget": extras.personal_budget[plans],
            "organised_arrangements": extras.organised[plans],
            "direct_payments": extras.direct_payments[plans],
            "health_outcome": flag(rng.random(len(plans)) < 0.60),
            "care_outcome": flag(rng.random(len(plans)) < 0.35),
            "amended_date": amended[plans],
            "cease_date": cases["cease"][plans],
            "cease_reason": cease_reasons(cases["reason"][plans]),
        },
        "ehc_plan_setting": plan_setting_columns(cases, plans, plan, chooser, period, rng),
        "ehc_placement": placement_columns(
            stays, standing, extras.residential, extras.work_based, plan, chooser, offset, rng
        ),
        "ehc_need": need_columns(cases, plans, plan, rng),
        "ehc_review": {"review_ref": refs("RV", len(reviews.case), offset), **of_reviews},
        "ehc_dispute": {
            "dispute_ref": refs("D", len(disputes["case"]), offset),
            "request_ref": request[disputes["case"]],
            **disputes,
        },
        "ehc_advice": {
            "advice_ref": refs("A", len(advice["case"]), offset),
            "request_ref": request[advice["case"]],
            **advice,
        },
    }
    tables = {name: _table(COLUMNS[name], columns[name]) for name in COLUMNS}
    gaps = published_gaps(cases, stays.case[standing], reviews, tables, request, plan, period)
    return Sheets(tables=tables, gaps=gaps)


def _table(names: tuple[str, ...], columns: dict[str, Any]) -> pa.Table:
    return pa.table({name: _array(name, columns[name]) for name in names})


def _array(name: str, values: npt.NDArray[Any]) -> pa.Array:
    if name.endswith("_date"):
        days: Days = np.asarray(values, dtype=np.int64)
        return pa.array(days.astype(np.int32), mask=days == NONE, type=pa.int32()).cast(pa.date32())
    words = np.asarray(values, dtype=object)
    return pa.array(np.where(words == "", NOTHING, words), type=pa.string())
