"""Health pathways: referrals, waits, contacts. Children's needs decide which pathway they are likely to be on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.population.children import Children
from sandbox.population.known import Known
from sandbox.population.rates import PATHWAYS, REFERRAL_REJECTED, Pathway
from sandbox.population.streams import Days, Floats, Ints, Mask, Streams, Words, choose

_NO_DAY = np.datetime64("NaT")
_YEARS_KEPT = 2  # closed referrals older than this are not in the extract
_YEARS_BACK = 3  # referrals are drawn from this far back, so that the longest waiters are there
_OTHER_TEAMS = {"38": 0.3, "32": 0.5, "58": 0.1, "07": 0.1}  # services without a waiting list of their own here
_OTHER_TEAMS_SHARE = 0.008  # of children on roll
_SOURCES = {"GP": 0.34, "SCH": 0.30, "HV": 0.12, "PAR": 0.12, "SOC": 0.04, "HOS": 0.08}
_OUTCOMES = {
    "ASD": {"Diagnosis made": 0.78, "No diagnosis": 0.17, "Other condition": 0.05},
    "ADHD": {"Diagnosis made": 0.70, "No diagnosis": 0.25, "Other condition": 0.05},
}
_THERAPY = {"Programme agreed": 0.55, "Advice given": 0.30, "No further need": 0.15}
_REJECTED_FOR = {"Does not meet criteria": 0.5, "Incomplete referral": 0.3, "Other service": 0.2}


@dataclass(frozen=True)
class Health:
    """One row a referral; `pathway` is None for services that keep no waiting list in this area."""

    child: Ints
    pathway: Words
    team: Words
    reason: Words
    source: Words
    received: Days
    accepted: Days
    rejected: Days
    rejected_for: Words
    contact: Days
    assessment: Days
    outcome_date: Days
    outcome: Words
    treatment: Days
    discharge: Days
    status: Words
    contacts: Ints  # attended after the first

    def __len__(self) -> int:
        return len(self.child)


def make_health(children: Children, known: Known, has_plan: Mask, as_of: dt.date, streams: Streams) -> Health:
    """Referrals that are open on `as_of` or were made in the two years before it, by child and date."""
    rng = streams.of("health")
    night = np.datetime64(as_of)
    # children's services only; under-fives known to care alone have no link to health (see known.py)
    eligible = (children.age <= 18) & (children.on_roll | (children.ehc >= 0))
    parts = []
    for name, pathway in PATHWAYS.items():
        chance = np.where(eligible, _chance(children, has_plan, pathway), 0.0) * _YEARS_BACK / _YEARS_KEPT
        child = np.flatnonzero(rng.random(len(children)) < np.minimum(chance, 0.95))
        parts.append((child, np.full(len(child), name, dtype=object)))
    young = np.flatnonzero(known.health_only)
    parts.append((young, choose(rng, len(young), {"SALT": 0.5, "COMM_PAED": 0.2, "AUDIOLOGY": 0.2, "PHYSIO": 0.1})))
    other = np.flatnonzero(children.on_roll & (rng.random(len(children)) < _OTHER_TEAMS_SHARE))
    parts.append((other, np.full(len(other), None, dtype=object)))
    child = np.concatenate([p[0] for p in parts])
    pathway_of = np.concatenate([p[1] for p in parts])
    drawn = _referrals(children, child, pathway_of, night, rng)
    recent = drawn.received >= night - np.timedelta64(365 * _YEARS_KEPT, "D")
    keep = np.flatnonzero(recent | np.isin(drawn.status, ["WAITING", "SEEN"]))
    keep = keep[np.lexsort((drawn.received[keep], drawn.child[keep]))]
    return Health(*(getattr(drawn, f)[keep] for f in Health.__dataclass_fields__))


def _chance(children: Children, has_plan: Mask, pathway: Pathway) -> Floats:
    chance = np.full(len(children), pathway.others)
    for need, (with_plan, support) in pathway.needs.items():
        mine = children.need == need
        chance[mine & has_plan] = with_plan
        chance[mine & (children.sen == "K")] = support
    return chance


def _referrals(
    children: Children, child: Ints, pathway: Words, night: np.datetime64, rng: np.random.Generator
) -> Health:
    count = len(child)
    alive = np.maximum((night - children.birth[child]).astype(int) - 60, 5)
    received = night - (rng.random(count) * np.minimum(alive, 365 * _YEARS_BACK) + 2).astype("timedelta64[D]")
    weeks, shape = np.full(count, 5.0), np.full(count, 1.0)
    team, reason = choose(rng, count, _OTHER_TEAMS), np.full(count, None, dtype=object)
    for name, made in PATHWAYS.items():
        mine = pathway == name
        weeks[mine], shape[mine], team[mine] = made.weeks, made.shape, made.team
        if made.reason:
            reason[mine] = made.reason
    wait = rng.gamma(shape, weeks * 7 / shape).astype("timedelta64[D]")
    refused = rng.random(count) < REFERRAL_REJECTED

    def up_to_now(day: Days, applies: Mask) -> Days:
        out: Days = np.where(applies & (day <= night), day, _NO_DAY)
        return out

    def later(low: int, high: int) -> np.ndarray:
        return rng.integers(low, high, count).astype("timedelta64[D]")

    rejected = up_to_now(received + later(7, 60), refused)
    refused = ~np.isnat(rejected)
    contact = up_to_now(received + wait, ~refused)
    accepted = np.minimum(received + later(2, 22), np.where(np.isnat(contact), night, contact))
    accepted = np.where(refused, _NO_DAY, accepted)
    seen = ~np.isnat(contact)
    developmental = np.isin(pathway, ["ASD", "ADHD"])
    triaged = developmental & (rng.random(count) < 0.15)  # first seen, then waits again for the assessment itself
    assessment = up_to_now(contact + np.where(triaged, later(14, 60), np.timedelta64(0, "D")), seen)
    outcome_date = up_to_now(assessment + later(14, 120), ~np.isnat(assessment))
    treatment = up_to_now(contact + later(0, 40), seen & ~developmental)
    discharge = up_to_now(outcome_date + later(0, 260), ~np.isnat(outcome_date) & (rng.random(count) < 0.8))
    outcome = choose(rng, count, _THERAPY)
    for name, shares in _OUTCOMES.items():
        outcome = np.where(pathway == name, choose(rng, count, shares), outcome)
    outcome[np.isnat(outcome_date)] = None
    why = choose(rng, count, _REJECTED_FOR)
    why[~refused] = None
    status = np.where(
        refused, "REJECTED", np.where(~np.isnat(discharge), "DISCHARGED", np.where(seen, "SEEN", "WAITING"))
    )
    return Health(
        child, pathway, team, reason, choose(rng, count, _SOURCES), received, accepted, rejected, why, contact,
        assessment, outcome_date, outcome, treatment, discharge, status.astype(object),
        contacts=np.where(seen, rng.poisson(1.8, count), 0),
    )  # fmt: skip
