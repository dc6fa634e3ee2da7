"""The schools' own systems through the aggregator: students with needs, attendance by month, this year's exclusions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox import names
from sandbox.population.area import Population
from sandbox.population.attendance import MONTHS
from sandbox.population.extracts import Extract
from sandbox.population.extracts.columns import iso, text
from sandbox.population.rates import MESS
from sandbox.population.streams import Ints, choose
from sandbox.population.suspensions import AUTUMN_TERM


def mis_extract(population: Population) -> Extract:
    """Tables as the API serves them (`mis_students` nested, whole numbers as numbers, dates as text), by student id."""
    rng = population.streams.of("mis extract")
    pupils = np.flatnonzero(population.children.on_roll)
    # ids are dealt without regard to school or age, and pages come in their order
    child = rng.permutation(pupils)
    ids = np.arange(len(child)) * 3 + 20_000_001
    id_of = np.zeros(len(population.children), dtype=np.int64)
    id_of[child] = ids
    keys = pa.array(ids).cast(pa.string())
    tables = {
        "mis_students": _students(population, child, keys, rng),
        "mis_attendance": _attendance(population, id_of),
        "mis_exclusions": _exclusions(population, id_of),
    }
    return Extract("mis", tables, keys, child)


def _students(population: Population, child: Ints, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    children, who, home = population.children, population.identities, population.households
    slip, count = who.slip[child], len(child)
    upn, forename, postcode = who.upn[child].copy(), home.forename[child].copy(), home.postcode[child].copy()
    upn[slip == "mis_upn_missing"] = None
    spelt = np.flatnonzero(slip == "mis_name_variant")
    forename[spelt] = [names.variant_forename(name) for name in forename[spelt]]
    moved = np.flatnonzero(slip == "mis_moved")
    postcode[moved] = home.postcode[who.moved_to[child[moved]]]
    sen = children.sen[child].copy()
    old = np.flatnonzero((sen == "K") & (rng.random(count) < MESS["mis_old_sen_category"]))
    sen[old] = choose(rng, len(old), {"A": 0.5, "P": 0.5})
    in_care = np.isin(child, population.episodes.child[np.isnat(population.episodes.end)])
    demographics = pa.StructArray.from_arrays(
        [
            text(np.where(children.girl[child], "F", "M").astype(object)),
            text(children.ethnicity[child]),
            text(sen),
            text(np.where(in_care, "true", "false").astype(object)),
        ],
        names=["gender", "ethnicity_code", "sen_category", "in_care"],
    )
    return pa.table(
        {
            "id": keys,
            "upn": text(upn),
            "former_upn": text(who.former_upn[child]),
            "uln": text(who.uln[child]),
            "first_name": text(forename),
            "last_name": text(home.surname[child]),
            "dob": iso(children.birth[child]),
            "postcode": text(postcode),
            "school_urn": text(population.schools.urn[children.school[child]]),
            "year_code": text(children.ncyear[child]),
            "demographics": demographics,
            "sen_needs": _sen_needs(population, child, rng),
        }
    )


def _sen_needs(population: Population, child: Ints, rng: np.random.Generator) -> pa.Array:
    """The nested list: no entry without SEN, one or two with it."""
    children = population.children
    has_sen = children.sen[child] != "N"
    first = has_sen & np.array([n is not None for n in children.need[child]], dtype=bool)
    second = first & np.array([n is not None for n in children.second_need[child]], dtype=bool)
    counts = first.astype(np.int32) + second
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    row = np.repeat(np.arange(len(child)), counts)
    priority = np.arange(len(row)) - offsets[row] + 1
    code = np.where(priority == 1, children.need[child][row], children.second_need[child][row])
    known_for = rng.integers(60, 1500, len(row)).astype("timedelta64[D]")
    start = np.maximum(np.datetime64(population.as_of) - known_for, children.birth[child][row] + 700)
    entries = pa.StructArray.from_arrays(
        [
            pa.array(np.arange(len(row)) + 400_001).cast(pa.string()),
            text(code),
            pa.array(priority.astype(np.int64)),
            iso(start),
        ],
        names=["id", "sen_need_code", "priority", "start_date"],
    )
    return pa.ListArray.from_arrays(pa.array(offsets), entries)


def _attendance(population: Population, id_of: Ints) -> pa.Table:
    rows = population.attendance
    student = id_of[rows.child]
    order = np.lexsort((rows.month, student))
    month = pa.array(rows.month[order])
    first, last = (pa.array([m[i] for m in MONTHS]).take(month) for i in (0, 1))
    numbers = {
        "possible_sessions": rows.possible,
        "attended_sessions": rows.attended,
        "late_sessions": rows.late,
        "authorised_absence_sessions": rows.authorised,
        "unauthorised_absence_sessions": rows.unauthorised,
    }
    return pa.table(
        {
            "student_id": pa.array(student[order]).cast(pa.string()),
            "start_date": first,
            "end_date": last,
            **{name: pa.array(values[order].astype(np.int64)) for name, values in numbers.items()},
        }
    )


def _exclusions(population: Population, id_of: Ints) -> pa.Table:
    """Events since September: those of the autumn are in the school census as well."""
    events = population.suspensions
    rows = events.between(AUTUMN_TERM, np.datetime64(population.as_of))
    lasts = np.maximum(-(-events.sessions[rows] // 2) - 1, 0)
    end = np.busday_offset(events.start[rows], lasts, roll="forward")
    permanent = events.category[rows] == "PERM"
    end[permanent] = np.datetime64("NaT")
    return pa.table(
        {
            "id": pa.array(np.arange(len(rows)) + 900_001).cast(pa.string()),
            "student_id": pa.array(id_of[events.child[rows]]).cast(pa.string()),
            "exclusion_type": text(events.category[rows]),
            "exclusions_reason": text(events.reason[rows]),
            "start_date": iso(events.start[rows]),
            "end_date": iso(end),
            "exclusion_length": pa.array(events.sessions[rows].astype(np.int64), mask=permanent),
        }
    )
