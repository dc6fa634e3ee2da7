"""The children in need census as tables; a writer (sandbox/writers/cin_xml.py) makes the XML."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts import Extract
from sandbox.population.extracts.columns import iso, text_table
from sandbox.population.extracts.identifiers import upn_known_to_care
from sandbox.population.in_need import YEAR_START
from sandbox.population.streams import Days, Ints, Mask, Words, choose

_UNBORN = 0.3  # of the newest babies in need and nowhere else, not born yet when the extract was taken
_NEWEST = np.timedelta64(120, "D")


def cin_extract(population: Population) -> Extract:
    """The blocks of the CIN census as tables, each keyed by `lachildid` (and `episode_number`, 1, 2 … in file order).

    Besides the contract's tables there are `assessment`, `section47`, `review` and `factor`, which only the file has.
    """
    rng = population.streams.of("cin extract")
    rows, who = population.in_need, population.identities
    ids = who.social_care_id
    unborn = _unborn(population, rows.children, rng)
    born_children = rows.children[~unborn]
    codes = [(ids[c], d) for c, ds in zip(rows.children, rows.disabilities, strict=True) for d in ds]
    unborn_ids = set(ids[rows.children[unborn]])
    codes = [(c, d) for c, d in codes if c not in unborn_ids]
    child, number = ids[rows.child], rows.number
    # a child who came with a plan from elsewhere had the conference there: no enquiry here, the date is the referral's
    moved_in = ~np.isnat(rows.conference) & (rows.earlier_plans >= 2)
    cpc = np.where(moved_in & (rows.conference >= YEAR_START), rows.conference, np.datetime64("NaT"))
    enquired = ~moved_in & ((rows.section47 >= YEAR_START) | (rows.conference >= YEAR_START))
    assessment = _of_the_year(rows.assessment, rows.authorised)
    protection = _of_the_year(rows.protection_start, rows.protection_end)
    need = rows.need.copy()
    need[rows.no_further_action] = None
    episode = {
        "lachildid": child,
        "episode_number": number,
        "referral_date": iso(rows.referral),
        "referral_source": rows.source,
        "primary_need": need,
        "closure_date": iso(rows.closure),
        "closure_reason": rows.closure_reason,
        "initial_conference": iso(cpc),
        "referral_nfa": rows.no_further_action,
    }
    section47 = {
        "lachildid": child[enquired],
        "episode_number": number[enquired],
        "start_date": iso(rows.section47[enquired]),
        "target": iso(_working_days_after(rows.section47[enquired], 15)),
        "conference": iso(rows.conference[enquired]),
        "not_required": np.isnat(rows.conference[enquired]),
    }
    tables = {
        "cin_child": _cin_children(population, rows.children, unborn, rng),
        "cin_disability": text_table(
            lachildid=np.array([c for c, _ in codes], dtype=object),
            disability=np.array([d for _, d in codes], dtype=object),
        ),
        "cin_episode": text_table(**episode),
        "cin_assessment": _block(child, number, assessment, authorised=rows.authorised),
        "cin_section47": text_table(**section47),
        "cin_plan": _block(child, number, _of_the_year(rows.plan_start, rows.plan_end), end_date=rows.plan_end),
        "cin_protection_plan": _protection(population, child, protection),
        "cin_factor": _many(child, number, rows.factors, ~np.isnat(assessment), "factor"),
        "cin_review": _many(child, number, rows.reviews, ~np.isnat(protection), "review_date"),
    }
    keys = tables["cin_child"]["lachildid"].combine_chunks()
    return Extract("cin", tables, keys, rows.children, {"born": len(born_children), "unborn": int(unborn.sum())})


def _unborn(population: Population, child: Ints, rng: np.random.Generator) -> Mask:
    """Babies known only here who are still expected."""
    children = population.children
    only_here = (children.ehc[child] < 0) & ~population.in_903[child] & ~children.on_roll[child]
    newest = children.birth[child] > np.datetime64(population.as_of) - _NEWEST
    mask: Mask = only_here & newest & (rng.random(len(child)) < _UNBORN)
    return mask


def _cin_children(population: Population, child: Ints, unborn: Mask, rng: np.random.Generator) -> pa.Table:
    children, who = population.children, population.identities
    upn = upn_known_to_care(population, child, rng)
    former = who.former_upn[child].copy()
    missing = upn == None  # noqa: E711 - element by element
    former[missing] = None
    reason = choose(rng, len(child), {"UN3": 0.5, "UN5": 0.5})
    reason[children.age[child] < 4] = "UN1"
    reason[~missing | unborn] = None
    birth = children.birth[child]
    expected = np.where(unborn, birth + np.timedelta64(150, "D"), np.datetime64("NaT"))
    sex = np.where(children.girl[child], "F", "M").astype(object)
    sex[unborn] = "U"
    return text_table(
        lachildid=who.social_care_id[child],
        upn=upn,
        former_upn=former,
        upn_unknown=reason,
        birth_date=iso(np.where(unborn, np.datetime64("NaT"), birth)),
        expected_birth_date=iso(expected),
        sex=sex,
        death_date=np.full(len(child), None, dtype=object),
        ethnicity=children.ethnicity[child],
    )


def _block(child: Words, number: Ints, start: Days, **days: Days) -> pa.Table:
    there = ~np.isnat(start)
    more = {name: iso(values[there]) for name, values in days.items()}
    return text_table(lachildid=child[there], episode_number=number[there], start_date=iso(start[there]), **more)


def _of_the_year(start: Days, end: Days) -> Days:
    """`start` where the block was still open in the census year: what was over before is not in the census."""
    kept: Days = np.where(np.isnat(end) | (end >= YEAR_START), start, np.datetime64("NaT"))
    return kept


def _protection(population: Population, child: Words, start: Days) -> pa.Table:
    rows = population.in_need
    there = ~np.isnat(start)
    return text_table(
        lachildid=child[there],
        episode_number=rows.number[there],
        start_date=iso(rows.protection_start[there]),
        end_date=iso(rows.protection_end[there]),
        initial_category=rows.abuse[there],
        latest_category=rows.latest_abuse[there],
        earlier_plans=rows.earlier_plans[there],
    )


def _many(child: Words, number: Ints, values: Words, there: Mask, name: str) -> pa.Table:
    """One row a value of each tuple."""
    rows = [(child[r], int(number[r]), v) for r in np.flatnonzero(there) for v in values[r]]
    return text_table(
        lachildid=np.array([r[0] for r in rows], dtype=object),
        episode_number=np.array([r[1] for r in rows], dtype=np.int64),
        **{name: np.array([r[2] for r in rows], dtype=object)},
    )


def _working_days_after(days: Days, count: int) -> Days:
    out: Days = np.busday_offset(days, count, roll="forward")
    return out
