"""How many cases take which way: whole numbers worked out from the published totals before any case is made.

Requests: K (carried) were received in 2023 and decided in 2024; D (later) were received in 2024 and decided in January
2025. within + over six weeks = assess + refuse + K - D fixes their difference; their size is what a month's work is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sandbox.casework import categories as cat
from sandbox.casework.figures import Figures, Ints
from sandbox.casework.fitting import share
from sandbox.published import area_rows, is_total

SIX_WEEKS_WORK = (
    0.085  # share of a year's requests that are under six weeks old at its end (6 weeks of 52, less the quiet end)
)
MOST_UNDATED = 60  # decisions without a received date looked for, to meet the six-week percentages


@dataclass
class Flows:
    """Counts of one area. Years are those of the reporting period (2024) and the ones around it."""

    # requests received in 2024, by outcome
    assess: int
    refuse: int
    undecided: int
    withdrawn: int
    within_six: int
    over_six: int
    undated: int  # X: refused in 2024, received date missing
    carried_yes: int
    carried_no: int
    later_yes: int
    later_no: int
    # assessments completed in 2024
    in_20: int
    to_52: int
    over_52: int
    no_dates: int  # issued, counted in the 20-week denominator, in no band
    flagged: int  # issued after mediation or tribunal: not in the denominator
    exceptions: dict[str, int]  # week-20 exceptions by band
    refused_in_16: int
    refused_over_16: int
    refused_no_dates: int
    not_made: int
    stopped: int
    # plans
    new: int
    new_place: Ints
    new_need: Ints | None
    issued_early: int  # new plans whose assessment was issued in 2023
    issued_late: int  # issued in 2024, plan starts in January 2025
    notes: list[str] = field(default_factory=list)

    @property
    def issued(self) -> int:
        return self.in_20 + self.to_52 + self.over_52 + self.no_dates + self.flagged


def plan_flows(figures: Figures) -> Flows:
    """The counts for `figures`; figures that cannot all be met are listed in `notes`."""
    requests, assessments, weeks = (figures.total[name] for name in ("requests", "assessments", "timeliness_20_week"))
    assess, refuse = requests["requests_decided_to_assess"], requests["requests_decided_not_to_assess"]
    within, over = requests["request_outcome_six_weeks"], requests["request_outcome_over_6_weeks"]
    difference = within + over - assess - refuse
    carried = max(0, difference, round(SIX_WEEKS_WORK * requests["requests_received_in_year"] + difference / 2))
    later = min(carried - difference, assess + refuse)
    carried = later + difference
    carried_yes, carried_no = share(carried, np.array([assess, refuse + 1e-6]))
    later_yes, later_no = share(later, np.array([assess, refuse + 1e-6]), np.array([assess, refuse]))
    undated, notes = _undated(figures.area, within, over)
    bands = {
        "in_20": ("plans_issued_within_20_weeks", "plans_issued_20_weeks_ex"),
        "to_52": ("plans_issued_gt20weeks_ltYear", "plans_issued_gt20weeks_ltYear_ex"),
        "over_52": ("plans_issued_gt_1_year", "plans_issued_gt_1_year_ex"),
    }
    exceptions = {name: weeks[every] - weeks[without] for name, (every, without) in bands.items()}
    exceptions["no_dates"] = weeks["plans_issued_den"] - weeks["plans_issued_den_ex"] - sum(exceptions.values())
    in_bands = {name: weeks[every] for name, (every, _) in bands.items()}
    new, issued = figures.total["newplans"]["new_ehc_plans"], assessments["assess_issued"]
    refused_16 = (assessments["outcome_decision_within_time"], assessments["outcome_decision_over_time"])
    return Flows(
        assess=assess,
        refuse=refuse,
        undecided=requests["requests_decision_not_made"],
        withdrawn=requests["requests_withdrawn"],
        within_six=within,
        over_six=over,
        undated=undated,
        carried_yes=int(carried_yes),
        carried_no=int(carried_no),
        later_yes=int(later_yes),
        later_no=int(later_no),
        **in_bands,
        no_dates=weeks["plans_issued_den"] - sum(in_bands.values()),
        flagged=issued - weeks["plans_issued_den"],
        exceptions=exceptions,
        refused_in_16=refused_16[0],
        refused_over_16=refused_16[1],
        refused_no_dates=assessments["assess_not_issued"] - sum(refused_16),
        not_made=assessments["assess_not_made"],
        stopped=assessments["assess_withdrawn"],
        new=new,
        new_place=figures.new_placement,
        new_need=figures.new_need,
        issued_early=max(0, new - issued),
        issued_late=max(0, issued - new),
        notes=notes,
    )


def percentage(part: float, base: float) -> float:
    """round(100 * part / base, 1), halves away from zero, as the published files have it."""
    return float(np.floor(1000 * part / base + 0.5 + 1e-9) / 10)


def _undated(area: str, within: int, over: int) -> tuple[int, list[str]]:
    """The smallest number of decisions without a received date that gives both published six-week percentages."""
    (row,) = [row for row in area_rows("requests", area) if is_total(row)]
    try:
        wanted = (float(row["request_outcome_six_weeks_pc"]), float(row["request_outcome_over_6_weeks_pc"]))
    except ValueError:
        return 0, []
    if within + over == 0:
        return 0, []
    for undated in range(MOST_UNDATED):
        base = within + over + undated
        if (percentage(within, base), percentage(over, base)) == wanted:
            return undated, []
    return 0, ["requests: no number of decisions without a received date gives the published six-week percentages"]


@dataclass(frozen=True)
class NewPlans:
    """What became of the new plans by census day, and how many plans of the same year moved in."""

    active: int
    ceased: int  # in 2024
    ended_in_january: int  # before census day: no record of placement or need is returned for them
    transferred: int  # plans in place that were started elsewhere in 2024
    ceased_need: Ints
    ceased_no_place: int
    active_need: Ints
    extra_ceased: int  # beyond the published number of ceased plans


def split_new_plans(flows: Flows, figures: Figures, in_place_need: Ints, in_place_place: Ints) -> NewPlans:
    """Split the new plans of 2024, given need and placement of the plans in place that started in 2024.

    Every new plan that is not in force on census day has ceased; those in force beyond the new ones moved in.
    """
    in_place = int(in_place_need.sum())
    need = flows.new_need
    beyond = np.zeros_like(in_place_need) if need is None else np.maximum(need - in_place_need, 0)
    no_place = int(max(0, flows.new_place[cat.UNKNOWN] - in_place_place[cat.UNKNOWN]))
    least = max(flows.new - in_place, no_place, int(beyond.sum()), 0)
    published = int(figures.ceased_placement.sum())
    usual = round(0.6 * figures.ceased_years[0].sum())
    ceased = min(max(least, usual), published, flows.new)
    short = max(0, least - ceased)
    january = min(short, int(flows.new_place[cat.UNKNOWN]), flows.issued)
    extra = short - january
    ceased += extra
    if extra:
        flows.notes.append(
            f"ceased_plans: {flows.new} new plans, at most {in_place} of them in force on census day, and {published} "
            f"plans ceased in the year: followed the new plans, so {extra} more ceased (no_engage)"
        )
    active = flows.new - ceased - january
    if need is None:  # withheld, or not about the same plans
        active_need = share(active, in_place_need.astype(float), in_place_need)
        ceased_need = share(ceased, in_place_need + 1e-6)
    else:
        rest = need - beyond
        rest[cat.NEED_UNKNOWN] -= january  # no need is returned for plans that ended in January
        ceased_need = beyond + share(ceased - int(beyond.sum()), rest.astype(float), rest)
        active_need = need - ceased_need
        active_need[cat.NEED_UNKNOWN] -= january
    return NewPlans(
        active=active,
        ceased=ceased,
        ended_in_january=january,
        transferred=in_place - active,
        ceased_need=ceased_need,
        ceased_no_place=max(0, no_place - january),
        active_need=active_need,
        extra_ceased=extra,
    )
