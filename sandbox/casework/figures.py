"""The published figures of one area as whole-number arrays: what the casework has to add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from area.errors import FiguresUnmetError, SettingsError
from sandbox import published
from sandbox.casework import categories as cat

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.floating[Any]]

_NEED_COLUMNS = tuple(f"number_{need}" for need in cat.NEEDS)


@dataclass(frozen=True)
class Figures:
    """One area's figures of 2024 / January 2025. Matrices are [breakdown, measure] in the orders of `categories`.

    `total` has the 'All' row of each file by column name; a withheld value (`x`) is absent from it.
    """

    area: str
    total: dict[str, dict[str, int]]
    age: Reals  # caseload [24 ages, 33 placements]; real numbers where they had to be estimated
    years: Reals  # [13 years in place, 33]
    start_age: Reals  # [19, 33]
    sex: Reals  # [2, 33]
    ethnicity: Reals  # [19, 33]
    placement: Ints  # caseload by placement [33]
    years_total: Ints  # [13]
    need: Ints  # caseload by need [13]
    need_by_placement: Reals  # [33, 13]
    need_by_age: Reals  # [24, 13]
    need_by_sex: Reals  # [2, 13]
    need_recent: Reals  # of plans started since 1 January 2024 [13]
    new_placement: Ints  # new plans by placement [33]; withheld headings shared out
    new_need: Ints | None  # new plans by need [13]; None where withheld or not about the same plans
    request_age: Reals  # [19 ages, outcome Y N A W]
    request_sex: Reals  # [2, 4]
    request_ethnicity: Reals  # [19, 4]
    ceased_placement: Reals  # [33, 10 reasons]
    ceased_age: Reals  # [19, 10]
    ceased_years: Reals  # [13, 10]
    ceased_sex: Reals
    ceased_ethnicity: Reals
    review_years: Reals | None  # [13 years, meeting in 2025, 2024, before, none]; None where withheld
    extras: dict[str, Reals]  # personal budgets, residential and work-based placements by placement [33]


def read_figures(area: str) -> Figures:
    """The figures of `area` (one of the 153 DfE codes). Raises SettingsError for any other code."""
    if area not in published.area_codes():
        raise SettingsError("area", expected="one of the 153 DfE area codes", came=repr(area), where="the call")
    total = {name: _total(name, area) for name in published.SEN2_FILES if name != "sen2_dmo_dco"}
    need = _vector(total["sen_needs_all_plans"], _NEED_COLUMNS)
    by_placement = _placement_matrix("sen_needs_all_plans", area, _NEED_COLUMNS)
    if not by_placement.any():  # withheld: England's mix
        by_placement = _england_needs_by_placement()
    # Where the caseload file withholds placements, the needs file still has them.
    caseload = total["caseload"]
    withheld = "mainstream_academy" not in caseload
    placement = by_placement.sum(axis=1).astype(np.int64) if withheld else _vector(caseload, cat.PLACEMENTS)
    if withheld and placement.sum() != caseload["ehcplans"]:
        raise FiguresUnmetError(f"area {area}, placements of the needs file do not sum to the caseload")
    years_total = _matrix("caseload", area, "Years", cat.YEARS_LABELS, ("ehcplans",))[:, 0].astype(np.int64)

    def spread(topic: str, labels: Sequence[str]) -> Reals:
        return _spread(area, topic, labels, placement, withheld=withheld)

    return Figures(
        area=area,
        total=total,
        age=spread("Child or young persons age", cat.AGE_LABELS),
        years=spread("Years", cat.YEARS_LABELS),
        start_age=spread("Age when plan started", cat.START_LABELS),
        sex=spread("Sex", cat.SEX_LABELS),
        ethnicity=spread("Ethnicity", tuple(cat.ETHNICITIES)),
        placement=placement,
        years_total=years_total,
        need=need,
        need_by_placement=by_placement,
        need_by_age=_or_england("sen_needs_all_plans", area, "Child", cat.AGE_LABELS, _NEED_COLUMNS),
        need_by_sex=_or_england("sen_needs_all_plans", area, "Sex", cat.SEX_LABELS, _NEED_COLUMNS),
        # This file's label 'Less than a year' holds the caseload file's first two labels together.
        need_recent=_or_england("sen_needs_all_plans", area, "Years", ("Less than a year",), _NEED_COLUMNS)[0],
        new_placement=_new_placement(total["newplans"], placement),
        new_need=_new_need(total),
        request_age=_matrix("requests", area, "Child", cat.REQUEST_AGE_LABELS, _REQUEST_COLUMNS),
        request_sex=_matrix("requests", area, "Sex", cat.SEX_LABELS, _REQUEST_COLUMNS),
        request_ethnicity=_matrix("requests", area, "Ethnicity", tuple(cat.ETHNICITIES), _REQUEST_COLUMNS),
        ceased_placement=_placement_matrix("ceased_plans", area, cat.CEASE_REASONS),
        ceased_age=_matrix("ceased_plans", area, "Age", cat.START_LABELS, cat.CEASE_REASONS),
        ceased_years=_matrix("ceased_plans", area, "Years", cat.YEARS_HELD_LABELS, cat.CEASE_REASONS),
        ceased_sex=_matrix("ceased_plans", area, "Sex", cat.SEX_LABELS, cat.CEASE_REASONS),
        ceased_ethnicity=_matrix("ceased_plans", area, "Ethnicity", tuple(cat.ETHNICITIES), cat.CEASE_REASONS),
        review_years=_review_years(area, total["annual_reviews"]),
        extras={column: _placement_matrix(name, area, (column,))[:, 0] for name, column in _EXTRA_COLUMNS},
    )


_REQUEST_COLUMNS = (
    "requests_decided_to_assess",
    "requests_decided_not_to_assess",
    "requests_decision_not_made",
    "requests_withdrawn",
)
_EXTRA_COLUMNS = (
    ("personal_budgets", "personal_budget"),
    ("residential_settings", "Res_3851"),
    ("residential_settings", "Res_52"),
    ("work_based_placements", "open_supp_intern"),
    ("work_based_placements", "open_apprentice"),
    ("work_based_placements", "open_trainee"),
)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _total(name: str, area: str) -> dict[str, int]:
    (row,) = [row for row in published.area_rows(name, area) if published.is_total(row)]
    values = {column: _number(row[column]) for column in published.measures(name)}
    return {column: int(value) for column, value in values.items() if value is not None and not _is_percent(column)}


def _is_percent(column: str) -> bool:
    return column.lower().endswith("_pc") or column.lower().startswith("pc_")


def _vector(total: dict[str, int], columns: Sequence[str]) -> Ints:
    return np.array([total.get(column, 0) for column in columns], dtype=np.int64)


def _fill(rows: list[dict[str, str]], topic: str, labels: Sequence[str], columns: Sequence[str]) -> Reals:
    out = np.zeros((len(labels), len(columns)))
    place = {label: position for position, label in enumerate(labels)}
    for row in rows:
        if row["breakdown_topic"].startswith(topic) and row["breakdown"] in place:
            out[place[row["breakdown"]]] += [_number(row[column]) or 0.0 for column in columns]
    return out


def _matrix(name: str, area: str, topic: str, labels: Sequence[str], columns: Sequence[str]) -> Reals:
    return _fill(published.area_rows(name, area), topic, labels, columns)


def _or_england(name: str, area: str, topic: str, labels: Sequence[str], columns: Sequence[str]) -> Reals:
    """The area's own rows; England's where the area's are withheld."""
    own = _matrix(name, area, topic, labels, columns)
    return own if own.sum() > 0 else _fill(published.england_rows(name), topic, labels, columns)


def _placement_matrix(name: str, area: str, columns: Sequence[str]) -> Reals:
    out = np.zeros((len(cat.PLACEMENTS), len(columns)))
    for row in published.area_rows(name, area):
        heading = cat.PLACEMENT_LABELS.get(row["breakdown"]) if row["breakdown_topic"] == "Type of placement" else None
        if heading:
            out[cat.PLACE[heading]] += [_number(row[column]) or 0.0 for column in columns]
    return out


def _england_needs_by_placement() -> Reals:
    out = np.zeros((len(cat.PLACEMENTS), len(_NEED_COLUMNS)))
    for row in published.england_rows("sen_needs_all_plans"):
        if row["breakdown_topic"] == "Type of placement" and row["breakdown"] in cat.PLACEMENT_LABELS:
            place = cat.PLACE[cat.PLACEMENT_LABELS[row["breakdown"]]]
            out[place] += [_number(row[column]) or 0.0 for column in _NEED_COLUMNS]
    return out


def _spread(area: str, topic: str, labels: Sequence[str], placement: Ints, *, withheld: bool) -> Reals:
    """A caseload breakdown by placement; where placements are withheld, England's mix brought to both totals."""
    if not withheld:
        return _matrix("caseload", area, topic, labels, cat.PLACEMENTS)
    from sandbox.casework.fitting import fit

    rows = _matrix("caseload", area, topic, labels, ("ehcplans",))[:, 0]
    england = _fill(published.england_rows("caseload"), topic, labels, cat.PLACEMENTS)
    rows = rows * placement.sum() / max(rows.sum(), 1.0)
    return fit(england + 1e-3, rows, placement.astype(float))


def _new_placement(total: dict[str, int], caseload: Ints) -> Ints:
    """New plans by placement; what the three withheld headings hold together goes where the caseload has most."""
    out = _vector(total, cat.PLACEMENTS)
    rest = total["new_ehc_plans"] - int(out.sum())
    hidden = [cat.PLACE[name] for name in cat.HIDDEN_IN_NEWPLANS]
    order = sorted(hidden, key=lambda place: -caseload[place])
    for place in order:
        share = min(rest, int(caseload[place]))
        out[place] += share
        rest -= share
    out[order[0]] += rest
    return out


def _new_need(total: dict[str, dict[str, int]]) -> Ints | None:
    needs = total["sen_need_newplans"]
    if "number_asd" not in needs or needs["ehc_plans"] != total["newplans"]["new_ehc_plans"]:
        return None
    return _vector(needs, _NEED_COLUMNS)


def _review_years(area: str, total: dict[str, int]) -> Reals | None:
    if "review_expected" not in total:
        return None
    columns = ("review_meeting_25", "review_meeting_24", "review_meeting_prior_24", "no_review_meeting")
    return _matrix("annual_reviews", area, "Years", cat.YEARS_LABELS, columns)
