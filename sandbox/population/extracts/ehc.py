"""EHC casework: the names, addresses and identifiers that the casework team has of its children."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from sandbox import names
from sandbox.population.area import Population
from sandbox.population.extracts import Extract
from sandbox.population.extracts.columns import iso, text_table
from sandbox.population.rates import MESS
from sandbox.population.streams import Floats, Mask, Words, choose

PERSON_FIELDS = (
    "person_ref", "surname", "forename", "birth_date", "sex", "ethnicity", "postcode", "upn", "former_upn", "uln",
    "upn_unknown_reason", "nhs_number", "social_care_id", "updated_at",
)  # fmt: skip


def ehc_extract(population: Population, casework: Mapping[str, pa.Table]) -> Extract:
    """The ten casework tables with `ehc_person` filled in; casework's own columns stay as they are."""
    rng = population.streams.of("ehc extract")
    count = len(population.people)
    rows = np.arange(count)
    children, known, who = population.children, population.households, population.identities
    birth, on_roll = children.birth[rows], children.on_roll[rows]
    slip = who.slip[rows]
    years = (np.datetime64(population.as_of) - birth).astype(int) / 365.25
    upn, former = _upns(population, rows, years, rng)
    uln = who.uln[rows].copy()
    uln[~((years >= 16) & (rng.random(count) < MESS["ehc_post16_uln"]))] = None
    nhs = who.nhs_number[rows].copy()
    nhs[rng.random(count) < MESS["ehc_nhs_number_missing"]] = None
    care = who.social_care_id[rows].copy()
    no_upn = upn == None  # noqa: E711 - element by element
    # where no UPN says who the child is, the teams have settled it by the council's own id
    noted = (rng.random(count) < MESS["ehc_social_care_id"]) | no_upn | ~on_roll
    care[~((population.known.in_need | population.in_903)[rows] & noted)] = None
    forename, postcode = known.forename[rows].copy(), known.postcode[rows].copy()
    spelt = np.flatnonzero(slip == "ehc_name_variant")
    forename[spelt] = [names.variant_forename(name) for name in forename[spelt]]
    moved = np.flatnonzero(slip == "ehc_moved")
    postcode[moved] = known.postcode[who.moved_to[moved]]
    given = casework["ehc_person"]
    person = text_table(
        person_ref=given["person_ref"],
        surname=known.surname[rows],
        forename=forename,
        birth_date=iso(birth),
        sex=given["sex"],
        ethnicity=given["ethnicity"],
        postcode=postcode,
        upn=upn,
        former_upn=former,
        uln=uln,
        upn_unknown_reason=_reasons(no_upn & (uln == None), years, on_roll, rng),  # noqa: E711
        nhs_number=nhs,
        social_care_id=care,
        updated_at=iso(np.datetime64(population.as_of) - rng.integers(0, 365, count).astype("timedelta64[D]")),
    )
    tables = {name: _as_text(table) for name, table in casework.items() if name.startswith("ehc_")}
    tables["ehc_person"] = person.select(PERSON_FIELDS)
    return Extract("ehc", tables, person["person_ref"].combine_chunks(), rows)


def _as_text(table: pa.Table) -> pa.Table:
    return text_table(**{name: table[name] for name in table.column_names})


def _upns(population: Population, rows: np.ndarray, years: Floats, rng: np.random.Generator) -> tuple[Words, Words]:
    """The UPN and former UPN casework has: missing for the very young, many young adults, and a few in between."""
    who, on_roll = population.identities, population.children.on_roll[rows]
    slip, count = who.slip[rows], len(rows)
    upn, former = who.upn[rows].copy(), np.full(count, None, dtype=object)
    changed = slip == "upn_changed"
    knows_both = changed & (rng.random(count) < 0.5)
    former[knows_both] = who.former_upn[rows][knows_both]
    only_old = changed & ~knows_both
    upn[only_old] = who.former_upn[rows][only_old]
    draw = rng.random(count)
    off = ~on_roll
    missing = slip == "ehc_upn_missing"
    missing |= off & (years < 5) & (draw < MESS["ehc_under5_upn_missing"])
    missing |= off & (years >= 16) & (draw < MESS["ehc_post16_upn_missing"])
    missing |= off & (years >= 5) & (years < 16) & (draw < MESS["ehc_off_roll_upn_missing"])
    upn[missing] = None
    return upn, former


def _reasons(nothing: Mask, years: Floats, on_roll: Mask, rng: np.random.Generator) -> Words:
    """Why there is neither UPN nor ULN (codes: facts/sen2.md 1.5); None where there is one."""
    count = len(nothing)
    reason = choose(rng, count, {"UN2": 0.6, "UN3": 0.25, "UN5": 0.15})
    # a pupil on roll has been in the area for longer than the week before the period ended, which UN8 stands for
    reason[on_roll] = choose(rng, count, {"UN8": 0.02, "UN5": 0.98})[on_roll]
    reason[years >= 16] = "UN9"
    reason[(years < 5) & ~on_roll] = "UN1"
    reason[~nothing] = None
    return reason
