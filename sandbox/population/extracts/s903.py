"""Looked-after children as the SSDA903 set: twelve tables, columns in the return's own capitals, text throughout."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from sandbox.population import care_adoption, care_events
from sandbox.population.area import Population
from sandbox.population.care_leavers import leavers_table
from sandbox.population.care_spells import EPOCH, FIRST_DAY, Spell, spells_of, table_of, written
from sandbox.population.extracts import Extract
from sandbox.population.extracts.columns import slashes, text_table
from sandbox.population.extracts.identifiers import upn_known_to_care
from sandbox.population.placements_in_care import Draw
from sandbox.population.rates import MESS
from sandbox.population.streams import Ints, Words, choose

_UASC = 0.12  # of looked-after children of sixteen and over, unaccompanied asylum seekers
_MOTHERS = 0.02  # of looked-after girls of sixteen and over
_MOTHER_FROM = 16


def s903_extract(population: Population) -> Extract:
    """The twelve `s903_*` tables; header by CHILD, the others in the order of the episodes.

    `s903_header` holds the looked-after, the children with short breaks, and the care leavers of `s903_oc3`.
    """
    rng = population.streams.of("903 extract")
    children, keys = population.children, population.identities.social_care_id
    spells = spells_of(population.episodes, children, keys)
    child = np.unique(np.concatenate([population.episodes.child, population.care_leavers]))
    header = _header(population, child, rng)
    events = population.streams.of("903 events")
    draw = Draw(events)
    alone = {s.child for s in spells if not s.short_breaks and s.age(FIRST_DAY) >= 16 and draw.number() < _UASC}
    _mothers(header, child, spells, draw)
    tables = {
        "s903_header": text_table(**header),
        "s903_episodes": _episodes(population, np.array(sorted(alone), dtype=np.int64)),
        "s903_oc3": leavers_table(children, population.care_leavers, keys, events),
        "s903_prev_perm": table_of(
            "PREV_PERM LA_PERM DATE_PERM", spells, lambda s: care_events.earlier_permanence(s, draw)
        ),
        **_events([s for s in spells if not s.short_breaks], alone, header, population.as_of, draw),
    }
    return Extract("s903", tables, tables["s903_header"]["CHILD"].combine_chunks(), child)


def _header(population: Population, child: Ints, rng: np.random.Generator) -> dict[str, Words | pa.Array]:
    children = population.children
    girl = children.girl[child]
    old = rng.random(len(child)) < MESS["s903_old_sex_code"]
    upn = upn_known_to_care(population, child, rng)
    without = np.flatnonzero(upn == None)  # noqa: E711 - element by element
    upn[without] = np.where(
        children.age[child[without]] < 4, "UN1", choose(rng, len(without), {"UN3": 0.4, "UN4": 0.6})
    )
    nothing: Words = np.full(len(child), None, dtype=object)
    return {
        "CHILD": population.identities.social_care_id[child],
        "SEX": np.where(old, np.where(girl, "2", "1"), np.where(girl, "F", "M")).astype(object),
        "DOB": slashes(children.birth[child]),
        "ETHNIC": children.ethnicity[child],
        "UPN": upn,
        "MOTHER": nothing,
        "MC_DOB": nothing.copy(),
    }


def _mothers(header: dict[str, Words | pa.Array], child: Ints, spells: list[Spell], draw: Draw) -> None:
    """MOTHER is asked of girls who are looked after (393), MC_DOB of mothers (611)."""
    place = {key: row for row, key in enumerate(child.tolist())}
    for spell in spells:
        if not spell.girl or spell.short_breaks:
            continue
        mother = spell.age(FIRST_DAY) >= _MOTHER_FROM and draw.number() < _MOTHERS
        header["MOTHER"][place[spell.child]] = "1" if mother else "0"
        if mother:
            header["MC_DOB"][place[spell.child]] = written(FIRST_DAY - draw.whole(30, 300))


def _episodes(population: Population, alone: Ints) -> pa.Table:
    rows, home = population.episodes, population.households
    homes, placed = home.postcode[rows.child].copy(), _elsewhere(population)
    homes[(rows.placed_at < 0) | np.isin(rows.child, alone)] = None  # 398, 406
    placed[rows.placed_at < 0] = None
    return text_table(
        CHILD=population.identities.social_care_id[rows.child],
        DECOM=slashes(rows.start),
        RNE=rows.reason_new,
        LS=rows.legal_status,
        CIN=rows.need,
        PLACE=rows.place,
        PLACE_PROVIDER=rows.provider,
        DEC=slashes(rows.end),
        REC=rows.reason_ceased,
        REASON_PLACE_CHANGE=rows.reason_change,
        HOME_POST=homes,
        PL_POST=placed,
        URN=rows.registration,
    )


def _elsewhere(population: Population) -> Words:
    """The postcode of each placement; another than the child's own but for children placed with parents (392d)."""
    rows, codes = population.episodes, population.households.postcode
    at = rows.placed_at.copy()
    for _ in range(len(codes)):
        same = (codes[at] == codes[rows.child]) & (rows.place != "P1")
        if not same.any():
            break
        at[same] = (at[same] + 1) % len(codes)
    return codes[at].copy()


_OC2 = (
    "SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE "
    "INTERVENTION_RECEIVED INTERVENTION_OFFERED"
)


def _events(
    spells: list[Spell], alone: set[int], header: dict[str, Words | pa.Array], as_of: dt.date, draw: Draw
) -> dict[str, pa.Table]:
    """What is asked of looked-after children and not of those with short breaks (399)."""
    night = (as_of - EPOCH).days
    sex = dict(zip(header["CHILD"], header["SEX"], strict=True))
    asylum = [spell for spell in spells if spell.child in alone]
    # the claim ends by the 18th birthday (304)
    uasc = table_of("DUC", asylum, lambda s: [(s.end if s.ceased else None,)])
    return {
        "s903_reviews": table_of("REVIEW REVIEW_CODE", spells, lambda s: care_events.reviews(s, night, draw)),
        "s903_uasc": uasc.add_column(1, "SEX", pa.array([sex[s.key] for s in asylum], pa.string())),
        "s903_oc2": table_of(_OC2, spells, lambda s: care_events.health(s, draw)),
        "s903_ad1": table_of(
            "DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
            spells,
            lambda s: care_adoption.adopted(s, draw),
        ),
        "s903_placed_adoption": table_of(
            "DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED", spells, lambda s: care_adoption.decision(s, draw)
        ),
        "s903_missing": table_of("MISSING MIS_START MIS_END", spells, lambda s: care_events.missing(s, night, draw)),
        "s903_sw_episodes": table_of(
            "SW_ID SW_DECOM SW_DEC SW_REASON", spells, lambda s: care_events.workers(s, night, draw)
        ),
        "s903_dolo": table_of("DOLO_START DOLO_END", spells, lambda s: care_events.liberty(s, night, draw)),
    }
