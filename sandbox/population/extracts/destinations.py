"""What the participation team's client system knows of young people: in education, employment or training, or not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.columns import iso, text_table
from sandbox.population.streams import Days, Ints, Words, choose

_NEET_SETTINGS = ("NEET", "NIEC", "NIEO")
_WITHOUT_PLAN = {"EET": 0.951, "NEET": 0.031, "NOT_KNOWN": 0.018}  # England 2025, no SEN: 4.9 % NEET or not known
_SUPPORT = {"EET": 0.904, "NEET": 0.071, "NOT_KNOWN": 0.025}  # SEN support: 9.6 %
_WITH_PLAN = {"EET": 0.94, "NEET": 0.045, "NOT_KNOWN": 0.015}  # where casework does not say NEET already
_CHARACTERISTICS = {"140": 0.01, "150": 0.006, "170": 0.006, "180": 0.003}
_REVIEW_DAYS = 180


def destination_tables(population: Population) -> dict[str, pa.Table]:
    """`nccis_client` and `nccis_characteristic`: everybody of academic age 16 and 17 whom some system of the area
    knows, and those of 18 to 24 with a plan in force. Of a placement the team knows what casework says."""
    rng = population.streams.of("nccis")
    children, who, home = population.children, population.identities, population.households
    age = children.age
    with_plan = population.has_plan
    child = np.flatnonzero(((age >= 16) & (age <= 17)) | ((age >= 18) & (age <= 24) & with_plan))
    child = rng.permutation(child)
    client = np.array([f"YP{n:07d}" for n in range(1, len(child) + 1)], dtype=object)
    support = (children.sen[child] == "K") & ~with_plan[child]
    group, activity = _activity(population, child, support, rng)
    since = np.datetime64(population.as_of) - rng.integers(5, 150, len(child)).astype("timedelta64[D]")
    begun: Days = np.where(group == "EET", np.datetime64("2024-09-04"), since)
    review: Days = begun + np.timedelta64(_REVIEW_DAYS, "D")
    clients = text_table(
        client_id=client,
        upn=who.upn[child],
        uln=who.uln[child],
        surname=home.surname[child],
        forename=home.forename[child],
        birth_date=iso(children.birth[child]),
        sex=np.where(children.girl[child], "F", "M").astype(object),
        postcode=home.postcode[child],
        academic_age=age[child],
        send_status=np.where(with_plan[child], "EHCP", np.where(support, "SEN_SUPPORT", "NONE")).astype(object),
        cohort_status=np.full(len(child), "P", dtype=object),
        activity_group=group,
        activity=activity,
        activity_start_date=iso(np.where(group == "NOT_KNOWN", np.datetime64("NaT"), begun)),
        review_date=iso(review),
    )
    in_care = np.isin(child, population.episodes.child[np.isnat(population.episodes.end)])
    rows = [("110", np.flatnonzero(in_care))]
    rows += [(code, np.flatnonzero(rng.random(len(child)) < share)) for code, share in _CHARACTERISTICS.items()]
    characteristics = text_table(
        client_id=client[np.concatenate([row for _, row in rows])],
        characteristic=np.concatenate([np.full(len(row), code, dtype=object) for code, row in rows]),
    )
    return {"nccis_client": clients, "nccis_characteristic": characteristics}


def _activity(
    population: Population, child: Ints, support: np.ndarray, rng: np.random.Generator
) -> tuple[Words, Words]:
    """The group of each young person, and the activity in words: of pupils on a roll their school, of others with a
    plan what the plan's placement is."""
    children, people = population.children, population.people
    count = len(child)
    group = choose(rng, count, _WITHOUT_PLAN)
    group = np.where(support, choose(rng, count, _SUPPORT), group)
    group = np.where(population.has_plan[child], choose(rng, count, _WITH_PLAN), group)
    setting, urn = np.full(count, None, dtype=object), np.full(count, None, dtype=object)
    known = np.flatnonzero(child < len(people))
    setting[known], urn[known] = people.setting[child[known]], people.urn[child[known]]
    group[np.isin(setting, _NEET_SETTINGS) & population.has_plan[child]] = "NEET"
    placed = np.array([u is not None for u in urn], dtype=bool) & population.has_plan[child]
    group[children.on_roll[child] | placed] = "EET"
    words = np.where(children.on_roll[child], "School sixth form", "Further education").astype(object)
    words = np.where((group == "EET") & ~placed & (rng.random(count) < 0.12), "Apprenticeship", words)
    words = np.where(children.on_roll[child], "School sixth form", words)
    words = np.where(group == "NEET", "Available to the labour market", words)
    out: Words = np.where(group == "NOT_KNOWN", "Current situation not known", words).astype(object)
    return group.astype(object), out
