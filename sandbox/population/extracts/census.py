"""The spring school census as COLLECT exports it: schools, pupils on roll, needs, suspensions of earlier terms.

What hangs on a pupil's row besides is in `census_details`, and those who have left in `census_leavers`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.attendance import MONTHS
from sandbox.population.extracts import Extract
from sandbox.population.extracts.census_details import pupil_details, school_details
from sandbox.population.extracts.columns import collect, text, text_table
from sandbox.population.identities import transposed
from sandbox.population.moves import Moves, make_moves
from sandbox.population.rates import MESS
from sandbox.population.streams import Days, Ints, Mask, Words, choose
from sandbox.population.suspensions import SPRING_TERM


def census_extract(population: Population) -> Extract:
    """Pupils on roll, by `pupilonrolltableid`. A few pupils have a second row, at a pupil referral unit."""
    rng = population.streams.of("census extract")
    children, who, home = population.children, population.identities, population.households
    pupils = np.flatnonzero(children.on_roll)
    dual = _dual(population, pupils, rng)
    child = np.concatenate([pupils, dual[0]])
    school = np.concatenate([children.school[pupils], dual[1]])
    second = np.arange(len(child)) >= len(pupils)
    order = np.lexsort((child, school))
    child, school, second = child[order], school[order], second[order]
    keys = pa.array(np.arange(1, len(child) + 1) + 5_000_000).cast(pa.string())
    status = np.where(second, "S", "C").astype(object)
    status[~second & np.isin(child, dual[0])] = "M"
    moves = make_moves(population)
    upn = who.upn[child].copy()
    swapped = np.flatnonzero(who.slip[child] == "census_upn_transposed")
    upn[swapped] = [transposed(u) for u in upn[swapped]]
    roll = text_table(
        pupilonrolltableid=keys,
        schoolcensustableid=school + 1,
        upn=upn,
        formerupn=who.former_upn[child],
        uniquelearnernumber=who.uln[child],
        surname=home.surname[child],
        forename=home.forename[child],
        dob=collect(children.birth[child]),
        sex=np.where(children.girl[child], "F", "M").astype(object),
        ethnicity=children.ethnicity[child],
        entrydate=collect(_entry(population, child, pupils, moves)),
        enrolstatus=status,
        ncyearactual=children.ncyear[child],
        senprovision=children.sen[child],
        senunitindicator=children.sen_unit[child] & ~second,
        resourcedprovisionindicator=children.resourced[child] & ~second,
    )
    tables = {
        "census_schoolcensus": _schools(population, school),
        "census_pupilonroll": roll,
        "census_senneeds": _needs(population, child, second, keys),
        "census_termlyexclusions": _exclusions(population, child, second, keys, moves, rng),
        **school_details(population, np.unique(school)),
        **pupil_details(population, child, second, keys),
    }
    return Extract("census", tables, keys, child, {"dual registered": len(dual[0])})


def _dual(population: Population, pupils: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Pupils of 11 to 15 without a plan who also attend a pupil referral unit, and which."""
    units = np.flatnonzero(population.schools.ap)
    children = population.children
    able = pupils[(children.age[pupils] >= 11) & (children.age[pupils] <= 15) & (children.sen[pupils] == "K")]
    able = able[~population.schools.ap[children.school[able]]]
    wanted = min(round(MESS["dual_registered"] * len(pupils)), len(able)) if len(units) else 0
    chosen = np.sort(rng.choice(able, wanted, replace=False)) if wanted else able[:0]
    return chosen, rng.choice(units, len(chosen)) if len(chosen) else chosen


def _entry(population: Population, child: Ints, pupils: Ints, moves: Moves) -> Days:
    """Entry: a September after the school's first year, the month of this term in which the pupil joined, or the day
    they came from another school of the area."""
    children, schools = population.children, population.schools
    age, school = children.age[child], np.maximum(children.school[child], 0)
    years = np.clip(np.minimum(age - schools.low[school], age - 3), 0, None)
    entry = (np.datetime64("2024-09") - years * 12).astype("datetime64[D]") + np.timedelta64(3, "D")
    month = np.zeros(len(children), dtype=np.int64)
    month[pupils] = population.joined
    starts = np.array([m[0] for m in MONTHS], dtype="datetime64[D]")
    late = month[child] > 0
    entered = np.full(len(children), "NaT", dtype="datetime64[D]")
    entered[moves.child] = moves.entered
    usual = np.where(late, starts[month[child]], entry)
    days: Days = np.where(np.isnat(entered[child]), usual, entered[child])
    return days


def _schools(population: Population, school: Ints) -> pa.Table:
    rows = np.unique(school)
    count, schools = len(rows), population.schools
    census = np.full(count, np.datetime64(population.census_date))
    return text_table(
        schoolcensustableid=rows + 1,
        nativeid=np.full(count, population.area, dtype=object),
        term=np.full(count, "SPR", dtype=object),
        year=np.full(count, population.census_date.year),
        referencedate=collect(census),
        lea=schools.la_code[rows],
        estab=schools.number[rows],
        urn=schools.urn[rows],
    )


def _needs(population: Population, child: Ints, second: np.ndarray, keys: pa.Array) -> pa.Table:
    """Needs of rank 1 and 2, at the main school only."""
    children = population.children
    has_sen = ~second & (children.sen[child] != "N")
    parts = []
    for rank, column in ((1, children.need), (2, children.second_need)):
        rows = np.flatnonzero(has_sen & np.array([n is not None for n in column[child]], dtype=bool))
        parts.append((rows, np.full(len(rows), rank), column[child][rows]))
    row, rank_of, code = (np.concatenate([p[i] for p in parts]) for i in range(3))
    order = np.lexsort((rank_of, row))
    return text_table(
        senneedstableid=np.arange(1, len(row) + 1) + 7_000_000,
        pupilonrolltableid=keys.take(pa.array(row[order])),
        sentyperank=rank_of[order],
        sentype=code[order],
    )


def _exclusions(
    population: Population, child: Ints, second: Mask, keys: pa.Array, moves: Moves, rng: np.random.Generator
) -> pa.Table:
    """What happened in the two terms before this one, at the school each pupil is on."""
    rows = population.suspensions.between(np.datetime64("2024-01-01"), SPRING_TERM)
    main = np.full(len(population.children), -1, dtype=np.int64)
    main[child[~second]] = np.flatnonzero(~second)
    columns = exclusion_columns(population, rows, rng)
    left = moves.left_on(len(population.children))[population.suspensions.child[rows]]
    here = np.flatnonzero(~(population.suspensions.start[rows] <= left))
    return text_table(
        termlyexclusionsonrolltableid=np.arange(1, len(here) + 1) + 8_000_000,
        pupilonrolltableid=keys.take(pa.array(main[population.suspensions.child[rows[here]]])),
        **{name: text(column).take(pa.array(here)) for name, column in columns.items()},
    )


def exclusion_columns(population: Population, rows: Ints, rng: np.random.Generator) -> dict[str, Words | pa.Array]:
    """The columns of `rows` of the suspensions that both tables of exclusions have."""
    events = population.suspensions
    category = events.category[rows].copy()
    old = (category == "SUSP") & (rng.random(len(rows)) < MESS["census_old_exclusion_code"])
    category[old] = "FIXD"
    sessions = text(events.sessions[rows]).to_numpy(zero_copy_only=False).astype(object)
    sessions[category == "PERM"] = None
    none: Words = np.full(len(rows), None, dtype=object)
    third = none.copy()
    thrice = np.flatnonzero((events.second_reason[rows] != none) & (rng.random(len(rows)) < 0.1))
    third[thrice] = choose(rng, len(thrice), {"BU": 0.4, "RA": 0.3, "MT": 0.3})
    return {
        "startdate": collect(events.start[rows]),
        "sessions": sessions,
        "category": category,
        "senprovision": population.children.sen[events.child[rows]],
        "reason1": events.reason[rows],
        "reason2": events.second_reason[rows],
        "reason3": third,
    }
