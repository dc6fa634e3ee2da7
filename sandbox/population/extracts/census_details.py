"""What hangs on a school's and a pupil's row of the spring census: addresses, sessions, meals, support, provision."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.establishments.needs import approved_needs
from sandbox.population.area import Population
from sandbox.population.extracts.columns import collect, text_table, where
from sandbox.population.schools import Schools
from sandbox.population.streams import Ints, Mask, Words, choose

_MEALS = {"N": 0.22, "K": 0.38, "E": 0.43}  # free school meals, by SEN provision
_BURSARY = 0.10  # of pupils of 16 and over
_MONITORED = 0.04  # of the same: funding and monitoring code
_PART_TIME_TIMETABLE = 0.03  # of pupils with SEN who miss much: half of it is a reduced timetable (C2)
_MUCH = 20  # sessions
_ARRANGED = 0.004  # of pupils of 11 to 15: alternative provision arranged by their school
_SIXTH_FORM = 16
_PHASES = {"nursery": "NS", "primary": "PS", "all": "AT", "secondary": "SS", "special": "SP", "unit": "PR"}


def school_details(population: Population, rows: Ints) -> dict[str, pa.Table]:
    """`census_school`, and the needs that special schools are approved for, of the schools `rows`."""
    schools = population.schools
    count = len(rows)
    nothing: Words = np.full(count, None, dtype=object)
    low, high = schools.low[rows], schools.high[rows]
    school = text_table(
        schooltableid=rows + 1_001,
        schoolcensustableid=rows + 1,
        schoolname=schools.name[rows],
        email=nothing,
        phoneno=nothing,
        phase=_phases(schools, rows),
        type=schools.kind[rows],
        intake=np.where(schools.special[rows], "SPEC", "COMP").astype(object),
        governance=nothing,
        lowestncyeargroup=_year_group(low),
        highestncyeargroup=_year_group(high - 1),
    )
    special = rows[schools.special[rows]]
    approved = [(row, need) for row in special for need in approved_needs(schools.urn[row])]
    provisions = text_table(
        provisionstableid=np.arange(1, len(approved) + 1) + 3_000_000,
        schooltableid=np.array([row + 1_001 for row, _ in approved], dtype=np.int64),
        specialschooltype=np.array([need for _, need in approved], dtype=object),
    )
    return {"census_school": school, "census_provisions": provisions}


def _phases(schools: Schools, rows: Ints) -> Words:
    low, high = schools.low[rows], schools.high[rows]
    by_age = np.where(high <= 5, "nursery", np.where(high <= 11, "primary", np.where(low >= 11, "secondary", "all")))
    kind = np.where(schools.ap[rows], "unit", np.where(schools.special[rows], "special", by_age))
    return np.array([_PHASES[word] for word in kind], dtype=object)


def _year_group(age: Ints) -> Words:
    """The curriculum year of an age on 31 August."""
    return np.array(["N2" if a < 4 else "R" if a == 4 else str(min(a - 4, 14)) for a in age.tolist()], dtype=object)


def pupil_details(population: Population, child: Ints, second: Mask, keys: pa.Array) -> dict[str, pa.Table]:
    """The tables of pupils on roll, `child` and `keys` those of their rows; `second` rows are at a second school."""
    rng = population.streams.of("census details")
    home = population.households
    main = np.flatnonzero(~second)
    tables = {
        "census_addressesonroll": text_table(
            addressesonrolltableid=np.arange(1, len(child) + 1) + 10_000_000,
            pupilonrolltableid=keys,
            postcode=home.postcode[child],
        ),
        "census_termlysessiondetailsonroll": _sessions(population, child, main, keys, rng),
        "census_fsmperiod": _meals(population, child, main, keys, rng),
        "census_approvisiondetailonroll": _in_units(population, child, second, keys, rng),
        "census_schoolarrangedapdetailonroll": _arranged(population, child, main, keys, rng),
    }
    older = main[population.children.age[child[main]] >= _SIXTH_FORM]
    bursary = older[rng.random(len(older)) < _BURSARY]
    tables["census_learnersupportonroll"] = text_table(
        learnersupportonrolltableid=np.arange(1, len(bursary) + 1) + 16_000_000,
        pupilonrolltableid=keys.take(pa.array(bursary)),
        supportcode=choose(rng, len(bursary), {"55": 0.15, "56": 0.85}),
    )
    monitored = older[rng.random(len(older)) < _MONITORED]
    tables["census_learnerfamonroll"] = text_table(
        learnerfamonrolltableid=np.arange(1, len(monitored) + 1) + 17_000_000,
        pupilonrolltableid=keys.take(pa.array(monitored)),
        learnerfamtype=np.full(len(monitored), "NLM", dtype=object),
        learnerfamcode=np.full(len(monitored), "22", dtype=object),
    )
    return tables


def _sessions(population: Population, child: Ints, main: Ints, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Sessions missed in the autumn term by code, adding up to the schools' own systems: ill (I), on a reduced
    timetable (C2), and without a reason that counts (O)."""
    count, seen = len(population.children), population.attendance
    authorised = np.bincount(seen.child, weights=seen.authorised, minlength=count).astype(np.int64)[child[main]]
    unauthorised = np.bincount(seen.child, weights=seen.unauthorised, minlength=count).astype(np.int64)[child[main]]
    with_sen = population.children.sen[child[main]] != "N"
    reduced = with_sen & (authorised >= _MUCH) & (rng.random(len(main)) < _PART_TIME_TIMETABLE)
    timetable = np.where(reduced, authorised // 2, 0)
    parts = []
    for reason, missed in (("C2", timetable), ("I", authorised - timetable), ("O", unauthorised)):
        row = np.flatnonzero(missed)
        parts.append((row, np.full(len(row), reason, dtype=object), missed[row]))
    row, code, sessions = (np.concatenate([part[i] for part in parts]) for i in range(3))
    order = np.argsort(row, kind="stable")
    return text_table(
        termlysessiondetailsonrolltableid=np.arange(1, len(row) + 1) + 12_000_000,
        pupilonrolltableid=keys.take(pa.array(main[row[order]])),
        attendancereason=code[order],
        sessions=sessions[order],
    )


def _meals(population: Population, child: Ints, main: Ints, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    chance = np.array([_MEALS[sen] for sen in population.children.sen[child[main]]])
    row = main[rng.random(len(main)) < chance]
    begun = np.datetime64("2024-09-04") - rng.integers(0, 3 * 365, len(row)).astype("timedelta64[D]")
    return text_table(
        fsmperiodtableid=np.arange(1, len(row) + 1) + 18_000_000,
        pupilonrolltableid=keys.take(pa.array(row)),
        fsmstartdate=collect(begun),
        fsmenddate=collect(np.full(len(row), "NaT", dtype="datetime64[D]")),
        ukcountry=np.full(len(row), "ENG", dtype=object),
    )


def _in_units(population: Population, child: Ints, second: Mask, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Pupils of alternative provision schools: why they came, and from where."""
    schools, children = population.schools, population.children
    row = np.flatnonzero(second | schools.ap[np.maximum(children.school[child], 0)])
    mainstream = np.flatnonzero(schools.mainstream)
    before = schools.urn[rng.choice(mainstream, len(row))] if len(mainstream) and len(row) else row.astype(object)
    own = second[row]
    previous = np.where(own, schools.urn[children.school[child[row]]], before)
    return text_table(
        approvisiondetailonrolltableid=np.arange(1, len(row) + 1) + 19_000_000,
        pupilonrolltableid=keys.take(pa.array(row)),
        prevurn=previous.astype(object),
        apreason=choose(rng, len(row), {"PEX": 0.35, "OTH": 0.25, "MHN": 0.2, "EHC": 0.1, "PHN": 0.05, "NEW": 0.05}),
        senprovisionentry=children.sen[child[row]],
    )


def _arranged(population: Population, child: Ints, main: Ints, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Alternative provision a school has arranged for its own pupils: at a unit of the area, or unregistered."""
    children, schools = population.children, population.schools
    age = children.age[child[main]]
    able = main[(age >= 11) & (age <= 15) & ~schools.ap[children.school[child[main]]]]
    row = able[rng.random(len(able)) < _ARRANGED]
    units = np.flatnonzero(schools.ap)
    at_unit = (rng.random(len(row)) < 0.4) & (len(units) > 0)
    urn = schools.urn[rng.choice(units, len(row))] if len(units) and len(row) else np.full(len(row), None, dtype=object)
    kind = choose(rng, len(row), {"OOT": 0.5, "OTH": 0.35, "WBP": 0.15})
    begun = np.datetime64("2024-09-04") + rng.integers(0, 120, len(row)).astype("timedelta64[D]")
    sen = children.sen[child[row]]
    whole_week = rng.random(len(row)) < 0.3
    return text_table(
        schoolarrangedapdetailonrolltableid=np.arange(1, len(row) + 1) + 14_000_000,
        pupilonrolltableid=keys.take(pa.array(row)),
        urn=where(at_unit, urn),
        ukprn=np.full(len(row), None, dtype=object),
        entrydate=collect(begun),
        leavingdate=collect(np.full(len(row), "NaT", dtype="datetime64[D]")),
        apsessionsperweek=np.where(whole_week, 10, rng.integers(1, 5, len(row)) * 2),
        apsettingtype=where(~at_unit, kind),
        placementreason=choose(rng, len(row), {"BHS": 0.5, "MHN": 0.3, "SUS": 0.1, "OTH": 0.1}),
        senprovisionentry=sen,
        senprovisionleaving=np.full(len(row), None, dtype=object),
        apattendancepattern=np.where(whole_week, "FT", "PT").astype(object),
    )
