"""Where the published figures contradict themselves or are withheld, worked out from the published files alone.

Each explanation names one cell, says why, and what value was followed; a cell that differs from its followed value is
as wrong as any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox import published
from sandbox.reconcile.values import UNAVAILABLE

# Percentage -> (part, base); a base of several columns is their sum.
PERCENTAGES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "requests": {
        name: (part, ("requests_received_in_year",))
        for name, part in (
            ("request_assess_pc", "requests_decided_to_assess"),
            ("request_not_assess_pc", "requests_decided_not_to_assess"),
            ("request_outstanding_pc", "requests_decision_not_made"),
            ("request_withdrawn_pc", "requests_withdrawn"),
        )
    },
    "annual_reviews": {
        "pc_decsion_4weeks": ("number_decsion_4weeks", ("number_decsion_4weeks", "number_decision_gt_4weeks")),
        "pc_decision_gt_4weeks": ("number_decision_gt_4weeks", ("number_decsion_4weeks", "number_decision_gt_4weeks")),
    },
    "sen_needs_all_plans": {
        f"{need}_pc": (f"number_{'need_unknown' if need == 'unknown' else need}", ("ehc_plans",))
        for need in "asd hi mld msi oth pd pmld semh slcn sld spld vi unknown".split()  # noqa: SIM905
    },
}


@dataclass(frozen=True)
class Explanation:
    """Why one published cell cannot be met. `followed` is the value that must be there instead; None: any."""

    area: str
    file: str
    column: str
    reason: str
    followed: str | None


def percentage(part: float, base: float) -> str:
    """100 * part / base to one decimal, halves away from zero; `x` without a base."""
    if base == 0:
        return UNAVAILABLE
    return f"{np.floor(1000 * part / base + 0.5 + 1e-9) / 10:.10g}"


def explanations(area: str) -> dict[tuple[str, str], Explanation]:
    """All explanations for `area` by (file, column)."""
    rows = {name: _total(name, area) for name in published.SEN2_FILES}
    found: list[Explanation] = []
    found += _withheld(area, rows)
    found += _review_decisions(area, rows["annual_reviews"])
    found += _review_outcomes(area, rows["annual_reviews"])
    found += _ceased(area, rows)
    found += _need_base(area, rows)
    found += _percentages(area, rows, {(e.file, e.column) for e in found})
    return {(e.file, e.column): e for e in found}


def _total(name: str, area: str) -> dict[str, str]:
    (row,) = [row for row in published.area_rows(name, area) if published.is_total(row)]
    return row


def _number(row: dict[str, str], column: str) -> int:
    return int(row[column])


def _withheld(area: str, rows: dict[str, dict[str, str]]) -> list[Explanation]:
    """Cells the DfE gives as unavailable or not returned: there is nothing to compare with."""
    return [
        Explanation(area, name, column, "not published (unavailable)", None)
        for name, row in rows.items()
        for column in published.measures(name)
        if row[column] in (UNAVAILABLE, "Not returned")
    ]


def _review_decisions(area: str, row: dict[str, str]) -> list[Explanation]:
    """Decisions within and beyond four weeks that do not sum to the decisions by year."""
    if row["review_expected"] == UNAVAILABLE:
        return []
    years = ("review_decision25", "review_decision24", "review_decision_prior24")
    decided = sum(_number(row, column) for column in years)
    quick, slow = _number(row, "number_decsion_4weeks"), _number(row, "number_decision_gt_4weeks")
    if quick + slow == decided:
        return []
    reason = (
        f"{quick} + {slow} decisions by their time, {decided} by year; decisions by year and within four weeks followed"
    )
    return [
        Explanation(area, "annual_reviews", "number_decision_gt_4weeks", reason, str(decided - quick)),
        Explanation(area, "annual_reviews", "pc_decsion_4weeks", reason, percentage(quick, decided)),
        Explanation(area, "annual_reviews", "pc_decision_gt_4weeks", reason, percentage(decided - quick, decided)),
    ]


def _review_outcomes(area: str, row: dict[str, str]) -> list[Explanation]:
    """More outcomes than meetings, so that a negative number has none."""
    if row["no_outcome"] == UNAVAILABLE or _number(row, "no_outcome") >= 0:
        return []
    beyond = -_number(row, "no_outcome")
    most = max(("outcome_amend", "outcome_cease", "outcome_maintan"), key=lambda column: _number(row, column))
    reason = f"{beyond} more outcomes than review meetings; meetings followed, {beyond} fewer of the commonest outcome"
    return [
        Explanation(area, "annual_reviews", most, reason, str(_number(row, most) - beyond)),
        Explanation(area, "annual_reviews", "no_outcome", reason, "0"),
    ]


def _ceased(area: str, rows: dict[str, dict[str, str]]) -> list[Explanation]:
    """A total that is not the sum of its reasons; more new plans gone than plans ceased."""
    row = rows["ceased_plans"]
    reasons = [column for column in published.measures("ceased_plans") if column != "total_ceased"]
    by_reason = sum(_number(row, column) for column in reasons)
    total = _number(row, "total_ceased")
    new = _number(rows["newplans"], "new_ehc_plans")
    in_place = [r for r in published.area_rows("caseload", area) if r["breakdown_topic"].startswith("Years")]
    started = sum(int(r["ehcplans"]) for r in in_place if r["breakdown"] == "1")
    gone = new - started  # new plans that cannot be in force on census day
    beyond = max(0, gone - by_reason - _number(rows["newplans"], "placement_unknown"))
    if beyond:
        reason = (
            f"{new} new plans, {started} plans in place started in that year, {by_reason} ceased: new plans and "
            f"placements followed, so {beyond} more ceased"
        )
        no_engage = str(_number(row, "no_engage") + beyond)
        return [
            Explanation(area, "ceased_plans", "no_engage", reason, no_engage),
            Explanation(area, "ceased_plans", "total_ceased", reason, str(by_reason + beyond)),
        ]
    if by_reason != total:
        reason = f"the reasons sum to {by_reason}, the total is {total}; reasons followed"
        return [Explanation(area, "ceased_plans", "total_ceased", reason, str(by_reason))]
    return []


def _need_base(area: str, rows: dict[str, dict[str, str]]) -> list[Explanation]:
    """Needs of new plans that are not about the area's new plans."""
    base, new = rows["sen_need_newplans"]["ehc_plans"], rows["newplans"]["new_ehc_plans"]
    if base == new:
        return []
    reason = (
        f"about {base} plans, but {new} new plans are published; new plans followed, needs as those of recent plans"
    )
    columns = [column for column in published.measures("sen_need_newplans") if column != "ehc_plans"]
    first = Explanation(area, "sen_need_newplans", "ehc_plans", reason, new)
    return [first, *(Explanation(area, "sen_need_newplans", column, reason, None) for column in columns)]


def _percentages(area: str, rows: dict[str, dict[str, str]], known: set[tuple[str, str]]) -> list[Explanation]:
    """Published percentages that do not follow from the published counts beside them."""
    out = []
    for name, percentages in PERCENTAGES.items():
        row = rows[name]
        for column, (part, base) in percentages.items():
            cells = (row[column], row[part], *(row[b] for b in base))
            if (name, column) in known or UNAVAILABLE in cells:
                continue
            value = percentage(_number(row, part), sum(_number(row, b) for b in base))
            if value != UNAVAILABLE and float(value) != float(row[column]):
                reason = f"published {row[column]} % is not {row[part]} of {[row[b] for b in base]}; counts followed"
                out.append(Explanation(area, name, column, reason, value))
    return out
