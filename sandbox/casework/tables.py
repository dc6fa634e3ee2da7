"""Cut the assembled cases into the ten tables of the casework extract (ingest/contracts/education/ehc_casework.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.casework import categories as cat
from sandbox.casework import events, placements
from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.cases import NOTHING, Cases
from sandbox.casework.extras import make_extras
from sandbox.casework.figures import Figures
from sandbox.casework.reviews import Reviews, make_reviews
from sandbox.establishments import Chooser

Words = npt.NDArray[np.object_]

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
        "leaving_date", "sen_unit", "resourced_provision", "residential", "work_based",
    ),
    "ehc_need": ("plan_ref", "rank", "sen_type"),
    "ehc_review": (
        "review_ref", "plan_ref", "meeting_date", "decision_date", "outcome", "draft_date", "final_date",
        "phase_transfer_due_date", "phase_transfer_final_date",
    ),
    "ehc_dispute": ("dispute_ref", "request_ref", "kind", "about", "opened_date", "closed_date", "result"),
    "ehc_advice": ("advice_ref", "request_ref", "advice_type", "requested_date", "received_date", "exception"),
}  # fmt: skip

_SEN_TYPES = np.array([need.upper() for need in cat.NEEDS[: cat.NEED_UNKNOWN]], dtype=object)
_DOWN_SYNDROME = 0.45  # of needs published as 'other', those recorded as DS (2025 on; counted under other)
_SECOND_NEED = 0.48  # share of plans with a second need
_REFUSED_ETHNICITY = 0.15  # of unclassified ethnicity: refused rather than not obtained
_SOURCES = np.array(["1", "2", "3", "4", "5", None], dtype=object)
_SOURCE_SHARES = (0.38, 0.47, 0.03, 0.03, 0.02, 0.07)


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
    person, persons = _persons(cases, offset, rng)
    request = _refs("R", len(cases), offset)
    plan = _refs("PL", len(cases), offset)
    plans = np.flatnonzero(cases["start"] != NONE)
    stays = placements.make_stays(cases, period, rng)
    standing = placements.in_force(stays, cases, period)
    extras = make_extras(cases, stays.case[standing], figures, period, rng)
    reviews = make_reviews(cases, figures, period, notes, rng)
    review_columns, amended = _reviews(reviews, cases, plan, period, rng)
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
            **_sources_and_rya(cases, figures, period, rng),
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
            "health_outcome": _flag(rng.random(len(plans)) < 0.60),
            "care_outcome": _flag(rng.random(len(plans)) < 0.35),
            "amended_date": amended[plans],
            "cease_date": cases["cease"][plans],
            "cease_reason": _reasons(cases["reason"][plans]),
        },
        "ehc_plan_setting": _plan_settings(cases, plans, plan, chooser, period, rng),
        "ehc_placement": _placements(
            stays, standing, extras.residential, extras.work_based, plan, chooser, offset, rng
        ),
        "ehc_need": _needs(cases, plans, plan, rng),
        "ehc_review": {"review_ref": _refs("RV", len(reviews.case), offset), **review_columns},
        "ehc_dispute": {
            "dispute_ref": _refs("D", len(disputes["case"]), offset),
            "request_ref": request[disputes["case"]],
            **disputes,
        },
        "ehc_advice": {
            "advice_ref": _refs("A", len(advice["case"]), offset),
            "request_ref": request[advice["case"]],
            **advice,
        },
    }
    tables = {name: _table(COLUMNS[name], columns[name]) for name in COLUMNS}
    gaps = _gaps(cases, stays.case[standing], reviews, tables, request, plan, period)
    return Sheets(tables=tables, gaps=gaps)


def _refs(prefix: str, count: int, offset: int) -> Words:
    return np.array([f"{prefix}{number:08d}" for number in range(offset + 1, offset + count + 1)], dtype=object)


def _flag(true: npt.NDArray[np.bool_]) -> Words:
    return np.where(true, "1", "0").astype(object)


def _table(names: tuple[str, ...], columns: dict[str, Any]) -> pa.Table:
    return pa.table({name: _array(name, columns[name]) for name in names})


def _array(name: str, values: npt.NDArray[Any]) -> pa.Array:
    if name.endswith("_date"):
        days: Days = np.asarray(values, dtype=np.int64)
        return pa.array(days.astype(np.int32), mask=days == NONE, type=pa.int32()).cast(pa.date32())
    words = np.asarray(values, dtype=object)
    return pa.array(np.where(words == "", NOTHING, words), type=pa.string())


def _persons(cases: Cases, offset: int, rng: np.random.Generator) -> tuple[Words, dict[str, Any]]:
    """Person of every case, and the person table (in random order, so that numbers tell nothing)."""
    own = cases["same_person"] < 0
    number = np.empty(len(cases), dtype=np.int64)
    number[own] = rng.permutation(int(own.sum()))
    number[~own] = number[cases["same_person"][~own]]
    refs = _refs("P", int(own.sum()), offset)
    order = np.empty(int(own.sum()), dtype=np.int64)
    order[number[own]] = np.flatnonzero(own)
    ethnicity = np.array(cat.ETHNIC_CODES, dtype=object)[cases["ethnicity"][order]]
    ethnicity = np.where((ethnicity == "NOBT") & (rng.random(len(order)) < _REFUSED_ETHNICITY), "REFU", ethnicity)
    return refs[number], {
        "person_ref": refs,
        "birth_date": cases["birth"][order],
        "sex": np.array(cat.SEXES, dtype=object)[cases["sex"][order]],
        "ethnicity": ethnicity,
    }


def _sources_and_rya(cases: Cases, figures: Figures, period: Period, rng: np.random.Generator) -> dict[str, Words]:
    count = len(cases)
    known = cases["received"] >= period.first - 400  # the item is new; older requests have none
    source = np.where(known, rng.choice(_SOURCES, size=count, p=_SOURCE_SHARES), NOTHING)
    this_year = (cases["received"] >= period.first) & (cases["received"] <= period.last)
    rya = np.where(cases["received"] != NONE, np.array("0", dtype=object), NOTHING)
    eligible = np.flatnonzero(this_year & (cases["transferred_from"] == ""))
    rya[rng.permutation(eligible)[: figures.total["requests"]["requests_rya"]]] = "1"
    return {"source": source, "rya": rya}


def _reasons(reason: Ints) -> Words:
    """Cease reasons 1 to 9; none where the published figures have none."""
    return np.array([str(r + 1) if 0 <= r < 9 else None for r in reason], dtype=object)


def _plan_settings(
    cases: Cases,
    plans: Ints,
    plan: Words,
    chooser: Chooser,
    period: Period,
    rng: np.random.Generator,
) -> dict[str, Any]:
    place, age = placements.named_places(cases, plans, period, rng)
    second = np.flatnonzero(rng.random(len(plans)) < 0.008)
    places = np.concatenate([place, np.full(len(second), cat.PLACE["other_arrangements_la"])])
    ages = np.concatenate([age, age[second]])
    return {
        "plan_ref": np.concatenate([plan[plans], plan[plans[second]]]),
        "placement_rank": np.repeat(np.array(["1", "2"], dtype=object), [len(plans), len(second)]),
        **placements.settings_of(places, ages, chooser, rng),
    }


def _placements(
    stays: placements.Stays,
    standing: Ints,
    residential: Words,
    work_based: Words,
    plan: Words,
    chooser: Chooser,
    offset: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    res, work = np.full(len(stays), None, dtype=object), np.full(len(stays), None, dtype=object)
    res[standing], work[standing] = residential[stays.case[standing]], work_based[stays.case[standing]]
    return {
        "placement_ref": _refs("S", len(stays), offset),
        "plan_ref": plan[stays.case],
        "placement_rank": stays.rank.astype(str).astype(object),
        "entry_date": stays.entry,
        "leaving_date": stays.leaving,
        "residential": res,
        "work_based": work,
        **placements.settings_of(stays.place, stays.age, chooser, rng),
    }


def _needs(cases: Cases, plans: Ints, plan: Words, rng: np.random.Generator) -> dict[str, Any]:
    known = plans[cases["need"][plans] < cat.NEED_UNKNOWN]
    first = _SEN_TYPES[cases["need"][known]]
    first = np.where((first == "OTH") & (rng.random(len(known)) < _DOWN_SYNDROME), "DS", first)
    has_second = np.flatnonzero(rng.random(len(known)) < _SECOND_NEED)
    usual = np.bincount(cases["need"][known], minlength=len(cat.NEEDS))[: cat.NEED_UNKNOWN] + 1.0
    second = _SEN_TYPES[rng.choice(len(usual), size=len(has_second), p=usual / usual.sum())]
    differs = second != first[has_second]
    has_second, second = has_second[differs], second[differs]
    return {
        "plan_ref": np.concatenate([plan[known], plan[known[has_second]]]),
        "rank": np.repeat(np.array(["1", "2"], dtype=object), [len(known), len(has_second)]),
        "sen_type": np.concatenate([first, second]),
    }


def _reviews(
    reviews: Reviews, cases: Cases, plan: Words, period: Period, rng: np.random.Generator
) -> tuple[dict[str, Any], Days]:
    """The review columns, and the date each case's plan was last amended."""
    count = len(reviews.case)
    amend = (reviews.outcome == "A") & (reviews.decision != NONE)
    draft = np.where(
        amend, reviews.decision + np.where(rng.random(count) < 0.6, 0, between(rng, np.full(count, 3), 40)), NONE
    )
    final = np.where(amend, draft + between(rng, np.full(count, 15), 110), NONE)
    draft = np.where(draft > period.as_of, NONE, draft)
    final = np.where(final > period.as_of, NONE, final)
    due = placements.phase_transfer_due(cases, reviews.case, period)
    due = np.where(reviews.latest & (cases["caseload"][reviews.case] == 1), due, NONE)
    finished = (due != NONE) & (final != NONE) & (reviews.meeting > period.first + 240)
    amended = np.full(len(cases), NONE, dtype=np.int64)
    np.maximum.at(amended, reviews.case, final)
    return {
        "plan_ref": plan[reviews.case],
        "meeting_date": reviews.meeting,
        "decision_date": reviews.decision,
        "outcome": reviews.outcome,
        "draft_date": draft,
        "final_date": final,
        "phase_transfer_due_date": due,
        "phase_transfer_final_date": np.where(finished, final, NONE),
    }, amended


def _gaps(
    cases: Cases,
    placed: Ints,
    reviews: Reviews,
    tables: dict[str, pa.Table],
    request: Words,
    plan: Words,
    period: Period,
) -> list[tuple[str, str, str, str]]:
    """What the published figures leave out, as breaches the return's rules should find."""
    in_place = cases["caseload"] == 1
    has_place = np.zeros(len(cases), dtype=bool)
    has_place[placed] = True
    out = [("no_placement_on_census_day", "ehc_plan", ref, "SEN2-C01") for ref in plan[in_place & ~has_place]]
    returned = in_place | ((cases["cease"] >= period.first) & (cases["cease"] <= period.last))
    no_need = returned & (cases["need"] == cat.NEED_UNKNOWN)
    out += [("no_need", "ehc_plan", ref, "SEN2-C02") for ref in plan[no_need]]
    undated = (cases["received"] == NONE) & (cases["outcome"] == "N") & (cases["assessment"] == "")
    out += [("no_received_date", "ehc_request", ref, "SEN2-R01") for ref in request[undated]]
    no_reason = (cases["cease"] != NONE) & (cases["reason"] == cat.NO_REASON)
    out += [("cease_date_without_reason", "ehc_plan", ref, "SEN2-N01") for ref in plan[no_reason]]
    refs = np.array(tables["ehc_review"]["review_ref"].to_pylist(), dtype=object)
    has_outcome = np.array([outcome is not None for outcome in reviews.outcome], dtype=bool)
    odd = reviews.latest & (has_outcome != (reviews.decision != NONE))
    out += [("review_outcome_and_decision_date_apart", "ehc_review", ref, "SEN2-C06") for ref in refs[odd]]
    return [(kind, table, str(key), rule) for kind, table, key, rule in out]
