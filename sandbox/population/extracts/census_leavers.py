"""Pupils no longer on roll, in the spring census of the school they left: who, and what was recorded up to the day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts import Extract
from sandbox.population.extracts.census import exclusion_columns
from sandbox.population.extracts.columns import collect, text, text_table
from sandbox.population.moves import Moves, make_moves
from sandbox.population.streams import Ints, choose
from sandbox.population.suspensions import SPRING_TERM

_SESSIONS_A_DAY = 2
_TERM_BEGAN = np.datetime64("2024-09-04")
_ARRANGED = 0.05  # of leavers aged 11 to 15, alternative provision before they left
_AGE_11, _AGE_15 = 11, 15


def leavers_extract(population: Population) -> Extract:
    """The offroll tables; the person key is `pupilnolongeronrolltableid`. Everybody here is on another roll now."""
    rng = population.streams.of("census leavers")
    moves = make_moves(population)
    children, who, home = population.children, population.identities, population.households
    child = moves.child
    keys = pa.array(np.arange(1, len(child) + 1) + 6_000_000).cast(pa.string())
    autumn = moves.left >= _TERM_BEGAN
    days = np.where(autumn, np.busday_count(_TERM_BEGAN, np.maximum(moves.left, _TERM_BEGAN)), 0)
    possible = days * _SESSIONS_A_DAY
    table = text_table(
        pupilnolongeronrolltableid=keys,
        schoolcensustableid=moves.school + 1,
        upn=who.upn[child],
        formerupn=who.former_upn[child],
        surname=home.surname[child],
        forename=home.forename[child],
        dob=collect(children.birth[child]),
        sex=np.where(children.girl[child], "F", "M").astype(object),
        ethnicity=children.ethnicity[child],
        entrydate=collect(np.full(len(child), np.datetime64("2023-09-05"))),
        leavingdate=collect(moves.left),
        termlysessionspossible=possible,
    )
    tables = {
        "census_pupilnolongeronroll": table,
        "census_termlyexclusionsoffroll": _exclusions(population, moves, keys, rng),
        "census_termlysessiondetailsoffroll": _sessions(possible, keys, rng),
        "census_addressesoffroll": text_table(
            addressesoffrolltableid=np.arange(1, len(child) + 1) + 11_000_000,
            pupilnolongeronrolltableid=keys,
            postcode=home.postcode[child],
        ),
        "census_schoolarrangedapdetailoffroll": _arranged(population, moves, keys, rng),
    }
    return Extract("census_leaver", tables, keys, child)


def _exclusions(population: Population, moves: Moves, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """The events of the two terms before this one up to the day each pupil left."""
    events = population.suspensions
    left = moves.left_on(len(population.children))
    rows = events.between(np.datetime64("2024-01-01"), SPRING_TERM)
    rows = rows[events.start[rows] <= left[events.child[rows]]]
    place = np.searchsorted(moves.child, events.child[rows])
    columns = exclusion_columns(population, rows, rng)
    return text_table(
        termlyexclusionsoffrolltableid=np.arange(1, len(rows) + 1) + 9_000_000,
        pupilnolongeronrolltableid=keys.take(pa.array(place)),
        **{name: text(column) for name, column in columns.items()},
    )


def _sessions(possible: Ints, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Sessions missed in the autumn before leaving: illness, and no reason that counts."""
    parts = []
    for reason, share in (("I", 0.06), ("O", 0.05)):
        missed = rng.binomial(possible, share)
        row = np.flatnonzero(missed)
        parts.append((row, np.full(len(row), reason, dtype=object), missed[row]))
    row, code, sessions = (np.concatenate([part[i] for part in parts]) for i in range(3))
    order = np.lexsort((code.astype(str), row))
    return text_table(
        termlysessiondetailsoffrolltableid=np.arange(1, len(row) + 1) + 13_000_000,
        pupilnolongeronrolltableid=keys.take(pa.array(row[order])),
        attendancereason=code[order],
        sessions=sessions[order],
    )


def _arranged(population: Population, moves: Moves, keys: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Alternative provision that the school they left had arranged: tuition or work-based, no school of its own."""
    age = population.children.age[moves.child]
    able = (age >= _AGE_11) & (age <= _AGE_15) & (moves.left > _TERM_BEGAN)
    row = np.flatnonzero(able & (rng.random(len(moves)) < _ARRANGED))
    sen = population.children.sen[moves.child[row]]
    nothing = np.full(len(row), None, dtype=object)
    return text_table(
        schoolarrangedapdetailoffrolltableid=np.arange(1, len(row) + 1) + 15_000_000,
        pupilnolongeronrolltableid=keys.take(pa.array(row)),
        urn=nothing,
        ukprn=nothing,
        entrydate=collect(np.full(len(row), _TERM_BEGAN)),
        leavingdate=collect(moves.left[row]),
        apsessionsperweek=rng.integers(1, 6, len(row)) * _SESSIONS_A_DAY,
        apsettingtype=choose(rng, len(row), {"OOT": 0.6, "OTH": 0.3, "WBP": 0.1}),
        placementreason=choose(rng, len(row), {"BHS": 0.6, "SUS": 0.2, "MHN": 0.2}),
        senprovisionentry=sen,
        senprovisionleaving=sen,
        apattendancepattern=np.full(len(row), "PT", dtype=object),
    )
