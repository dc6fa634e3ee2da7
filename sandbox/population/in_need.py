"""Children in need: referrals, assessments, section 47 enquiries, plans, protection plans, as in the CIN census."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children
from sandbox.population.known import Known
from sandbox.population.rates import PROTECTION_PLAN_SHARE
from sandbox.population.streams import Days, Ints, Mask, Streams, Words, choose

YEAR_START = np.datetime64("2024-04-01")
_NO_DAY = np.datetime64("NaT")
_SECOND_REFERRAL = 0.07
_NO_FURTHER_ACTION = 0.06
_SOURCES = {
    "2A": 0.20, "6": 0.28, "3A": 0.02, "3B": 0.03, "3D": 0.05, "5B": 0.06, "5D": 0.05, "1A": 0.03, "1B": 0.04,
    "1C": 0.03, "2B": 0.02, "4": 0.02, "7": 0.05, "8": 0.06, "9": 0.03, "10": 0.03,
}  # fmt: skip
_NEEDS = {"N1": 0.56, "N3": 0.04, "N4": 0.09, "N5": 0.16, "N6": 0.05, "N8": 0.03, "N9": 0.02, "N2": 0.05}
_DISABLED = {"E": 0.45, "K": 0.12, "N": 0.03, "": 0.04}
_DISABILITY_OF = {
    "ASD": ("AUT",), "SLCN": ("COMM",), "MLD": ("LD",), "SLD": ("LD", "COMM"), "PMLD": ("LD", "MOB", "PC"),
    "HI": ("HEAR",), "VI": ("VIS",), "MSI": ("HEAR", "VIS"), "PD": ("MOB", "HAND"), "SEMH": ("BEH",), "DS": ("LD",),
    "SPLD": ("LD",),
}  # fmt: skip
_FACTORS = {
    "1B": 0.06, "1C": 0.05, "2B": 0.12, "3A": 0.08, "3B": 0.22, "4A": 0.15, "4B": 0.24, "7A": 0.04, "8B": 0.08,
    "16A": 0.10, "17A": 0.06, "18B": 0.10, "19B": 0.07, "22A": 0.02, "24A": 0.01,
}  # fmt: skip
_CLOSED = {"RC3": 0.10, "RC7": 0.80, "RC1": 0.02, "RC4": 0.05, "RC6": 0.03}
_CLOSED_AFTER_ASSESSMENT = {"RC8": 0.80, "RC9": 0.20}  # most cases in which nothing but an assessment happened (2990)
_ONLY_ASSESSED = 0.95
_ABUSE = {"EMO": 0.38, "NEG": 0.46, "PHY": 0.08, "SAB": 0.05, "MUL": 0.03}


@dataclass(frozen=True)
class InNeed:
    """Referrals (one row each, by child and date) with all that hangs on them, and the disabilities of each child.

    `NaT` where a block is absent. Reviews and factors are tuples.
    """

    child: Ints
    number: Ints  # 1, 2 … within the child
    referral: Days
    source: Words
    need: Words
    no_further_action: Mask
    closure: Days
    closure_reason: Words
    assessment: Days
    authorised: Days
    factors: Words
    section47: Days
    conference: Days  # date of the initial child protection conference
    plan_start: Days
    plan_end: Days
    protection_start: Days
    protection_end: Days
    abuse: Words
    latest_abuse: Words
    earlier_plans: Ints
    reviews: Words
    children: Ints  # every child once
    disabilities: Words  # of `children`, tuples of codes ('NONE',) when there is none

    def __len__(self) -> int:
        return len(self.child)


def make_in_need(children: Children, known: Known, as_of: dt.date, streams: Streams) -> InNeed:
    """The referrals that were open at some time since 1 April 2024."""
    rng = streams.of("in need")
    night = np.datetime64(as_of)
    everyone = np.flatnonzero(known.in_need)
    again = everyone[rng.random(len(everyone)) < _SECOND_REFERRAL]
    child = np.concatenate([everyone, again])
    second = np.arange(len(child)) >= len(everyone)
    referral, closure = _spans(children, known, child, second, night, rng)
    order = np.lexsort((referral, child))
    child, referral, closure, second = child[order], referral[order], closure[order], second[order]
    # a second referral comes after the first has closed, or it is none
    previous = np.r_[False, child[1:] == child[:-1]][: len(child)]
    before = np.r_[_NO_DAY, closure[:-1]][: len(child)]
    keep = ~previous | (before < referral)
    child, referral, closure = child[keep], referral[keep], closure[keep]
    number = np.where(np.r_[False, child[1:] == child[:-1]][: len(child)], 2, 1)
    count = len(child)
    looked_after = known.looked_after[child]
    nfa = (rng.random(count) < _NO_FURTHER_ACTION) & ~looked_after & (referral > YEAR_START + np.timedelta64(3, "D"))
    closure[nfa] = _NO_DAY
    open_until = np.where(np.isnat(closure), night, closure)

    def after(base: Days, low: int, high: int, share: float | Mask) -> Days:
        day = base + rng.integers(low, high, count).astype("timedelta64[D]")
        happens = (rng.random(count) < share) & ~nfa & (day < open_until)
        out: Days = np.where(happens, day, _NO_DAY)
        return out

    assessment = after(referral, 0, 10, 0.97)
    authorised = _authorised(assessment, after(assessment, 8, 62, 1.0), closure)
    section47 = np.where(np.isnat(assessment), _NO_DAY, after(referral, 0, 25, 0.36))
    protected = ~np.isnat(section47) & (rng.random(count) < PROTECTION_PLAN_SHARE / 0.33)
    conference = np.where(protected, _on_a_working_day(after(section47, 9, 22, 1.0), open_until), _NO_DAY)
    protection_end = after(conference, 90, 400, 0.8)
    plan_start = np.where(np.isnat(conference), after(authorised, 1, 21, 0.62), _NO_DAY)
    plan_end = after(plan_start, 30, 300, 0.7)
    plan_end = np.where(np.isnat(plan_end) & ~np.isnat(plan_start), closure, plan_end)
    protection_end = np.where(np.isnat(protection_end) & ~np.isnat(conference), closure, protection_end)
    abuse = choose(rng, count, _ABUSE)
    latest = np.where(rng.random(count) < 0.85, abuse, choose(rng, count, _ABUSE))
    assessed = (
        (authorised >= YEAR_START) & np.isnat(section47) & np.isnat(plan_start) & (rng.random(count) < _ONLY_ASSESSED)
    )
    reason = np.where(assessed, choose(rng, count, _CLOSED_AFTER_ASSESSMENT), choose(rng, count, _CLOSED))
    reason[np.isnat(closure)] = None
    with_plan = children.sen[child] == "E"
    need = choose(rng, count, _NEEDS)
    need[with_plan & (rng.random(count) < 0.22)] = "N2"
    disabled = np.array([_DISABLED[s] for s in children.sen[everyone]]) if len(everyone) else np.array([])
    has = rng.random(len(everyone)) < disabled
    return InNeed(
        child=child,
        number=number,
        referral=referral,
        source=choose(rng, count, _SOURCES),
        need=need,
        no_further_action=nfa,
        closure=closure,
        closure_reason=reason,
        assessment=assessment,
        authorised=authorised,
        factors=_factors(children, child, rng),
        section47=section47,
        conference=conference,
        plan_start=plan_start,
        plan_end=plan_end,
        protection_start=conference,
        protection_end=protection_end,
        abuse=abuse,
        latest_abuse=latest,
        earlier_plans=rng.poisson(0.25, count),
        reviews=_reviews(conference, np.where(np.isnat(protection_end), night, protection_end)),
        children=everyone,
        disabilities=_disabilities(children, everyone, has),
    )


def _spans(
    children: Children, known: Known, child: Ints, second: Mask, night: np.datetime64, rng: np.random.Generator
) -> tuple[Days, Days]:
    """Referral and closure of each row: open in the year; looked-after children's are older and stay open."""
    count = len(child)
    reach = int((night - np.datetime64("2023-07-01")).astype(int))
    ago = np.where(known.looked_after[child], rng.exponential(900, count) + 30, rng.integers(4, reach, count))
    ago = np.where(second, rng.integers(4, 120, count), ago).astype(np.int64)
    alive = np.maximum((night - children.birth[child]).astype(int), 2)
    ago = np.minimum(ago, alive - 1)
    referral = night - ago.astype("timedelta64[D]")
    closure = referral + (rng.gamma(1.3, 130, count) + 3).astype("timedelta64[D]")
    year = YEAR_START + rng.integers(0, int((night - YEAR_START).astype(int)), count).astype("timedelta64[D]")
    closure = np.where(closure < YEAR_START, np.maximum(year, referral + 1), closure)
    stays = known.looked_after[child] | (closure > night)
    return referral, np.where(stays, _NO_DAY, closure)


def _authorised(assessment: Days, day: Days, closure: Days) -> Days:
    """An assessment is finished before its case is closed (8867); in an open case it may still be going on."""
    at_closure: Days = np.where(np.isnat(day) & ~np.isnat(assessment), closure, day)
    return at_closure


def _on_a_working_day(day: Days, before: Days) -> Days:
    """The working day on or after `day` (8875), none where the case is over by then."""
    moved = np.where(
        np.isnat(day), _NO_DAY, np.busday_offset(np.where(np.isnat(day), YEAR_START, day), 0, roll="forward")
    )
    kept: Days = np.where(moved < before, moved, _NO_DAY)
    return kept


def _factors(children: Children, child: Ints, rng: np.random.Generator) -> Words:
    """One to three factors an assessment, and the child's own learning disability or health where that is the need."""
    drawn = np.stack([choose(rng, len(child), _FACTORS) for _ in range(3)]) if len(child) else np.empty((3, 0), object)
    wanted = rng.integers(1, 4, len(child))
    out = np.empty(len(child), dtype=object)
    for row in range(len(child)):
        codes = {str(c) for c in drawn[: wanted[row], row]}
        need = children.need[child[row]]
        if need in ("MLD", "SLD", "PMLD", "ASD", "DS"):
            codes.add("5A")
        if need in ("PD", "PMLD", "HI", "VI", "MSI"):
            codes.add("6A")
        out[row] = tuple(sorted(codes))
    return out


def _reviews(start: Days, end: Days) -> Words:
    """Review conferences: within three months of the first, then every six."""
    out = np.empty(len(start), dtype=object)
    for row in range(len(start)):
        days = []
        if not np.isnat(start[row]):
            due = start[row] + np.timedelta64(85, "D")
            while due < end[row]:
                days.append(str(due))
                due = due + np.timedelta64(175, "D")
        out[row] = tuple(days)
    return out


def _disabilities(children: Children, rows: Ints, has: Mask) -> Words:
    out = np.empty(len(rows), dtype=object)
    for position, (row, disabled) in enumerate(zip(rows, has, strict=True)):
        out[position] = _DISABILITY_OF.get(children.need[row], ("DDA",)) if disabled else ("NONE",)
    return out
