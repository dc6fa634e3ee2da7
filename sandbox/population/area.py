"""The whole pretend population of one area: everybody, and all that happened to them that some system recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.population.attendance import Attendance, make_attendance
from sandbox.population.care_leavers import choose_care_leavers
from sandbox.population.children import Children, casework_children, fill_schools
from sandbox.population.ehc import EhcPeople, ehc_people
from sandbox.population.families import Households, make_households
from sandbox.population.health import Health, make_health
from sandbox.population.identities import Identities, make_identities
from sandbox.population.in_need import InNeed, make_in_need
from sandbox.population.known import Known, add_unschooled
from sandbox.population.looked_after import Episodes, make_episodes
from sandbox.population.schools import Schools, census_schools
from sandbox.population.sen import give_sen_support
from sandbox.population.streams import Ints, Mask, Streams
from sandbox.population.suspensions import Suspensions, make_suspensions


@dataclass(frozen=True)
class Population:
    """The truth about one area. A child is a row of `children`; every other part names children by that row."""

    area: str
    census_date: dt.date
    as_of: dt.date
    streams: Streams
    people: EhcPeople
    schools: Schools
    children: Children
    known: Known
    has_plan: Mask
    households: Households
    identities: Identities
    attendance: Attendance
    joined: Ints  # month of MONTHS in which each pupil (children on roll, in order) came on roll
    suspensions: Suspensions
    episodes: Episodes
    care_leavers: Ints  # told of in the 903, without an episode
    in_903: Mask
    in_need: InNeed
    health: Health


def make_population(
    casework: Mapping[str, pa.Table],
    establishments: pa.Table,
    *,
    area: str,
    seed: int,
    census_date: dt.date,
    as_of: dt.date,
    scale: int = 1,
) -> Population:
    """The population round the casework tables `ehc_*` of `area`; `scale` multiplies its schools' rolls.

    The children of casework are the first rows, in the order of `ehc_person`. The same arguments give the same result.
    """
    streams = Streams(area, seed)
    people = ehc_people(casework, census_date)
    schools = census_schools(establishments, area, scale=scale)
    of_casework = casework_children(people, schools, census_date, streams)
    children = of_casework.joined(fill_schools(of_casework, schools, census_date, streams))
    give_sen_support(children, people, schools, streams)
    children, known = add_unschooled(children, census_date, streams)
    has_plan = np.zeros(len(children), dtype=bool)
    has_plan[: len(people)] = people.active
    households = make_households(children, schools, _districts(establishments, area), streams)
    identities = make_identities(children, households.twin, schools, area, streams)
    attendance, joined = make_attendance(children, np.flatnonzero(children.on_roll), streams)
    episodes, in_903 = make_episodes(children, known, as_of, streams)
    care_leavers = choose_care_leavers(children, known, in_903, streams)
    in_903[care_leavers] = True
    return Population(
        area=area,
        census_date=census_date,
        as_of=as_of,
        streams=streams,
        people=people,
        schools=schools,
        children=children,
        known=known,
        has_plan=has_plan,
        households=households,
        identities=identities,
        attendance=attendance,
        joined=joined,
        suspensions=make_suspensions(children, streams),
        episodes=episodes,
        care_leavers=care_leavers,
        in_903=in_903,
        in_need=make_in_need(children, known, as_of, streams),
        health=make_health(children, known, has_plan, as_of, streams),
    )


def _districts(establishments: pa.Table, area: str) -> list[str]:
    """The postcode districts of the area's establishments; where they have none, two made-up ones."""
    la, codes = establishments["la_code"].to_pylist(), establishments["postcode"].to_pylist()
    own = sorted({code.split(" ")[0] for a, code in zip(la, codes, strict=True) if str(a) == area and code})
    return own or ["ZZ1", "ZZ2"]
