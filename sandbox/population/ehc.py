"""What the rest of the area needs to know of the children in EHC casework: who has a plan, where they are, what for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from sandbox.population.streams import Days, Ints, Mask, Words

# One row a person of casework, in the order of ehc_person. Where a person had several requests, the plan in force on
# census day counts; the placement is the one of rank 1 in force that day, the latest entry first.
_VIEW = """
with plan as (
    select r.person_ref, pl.plan_ref, pl.start_date::date as start_date, pl.cease_date::date as cease_date,
        pl.start_date::date <= $census
            and (pl.cease_date is null or pl.cease_date::date >= $census) as active
    from ehc_plan pl join ehc_request r using (request_ref)
),
active as (
    select person_ref, min(plan_ref) as plan_ref from plan where active group by person_ref
),
placement as (
    select plan_ref, urn, sen_setting, sen_unit, resourced_provision
    from ehc_placement
    where placement_rank = '1' and entry_date::date <= $census
        and (leaving_date is null or leaving_date::date >= $census)
    qualify row_number() over (partition by plan_ref order by entry_date desc, placement_ref) = 1
),
needs as (
    select plan_ref,
        min(sen_type) filter (where rank = '1') as need, min(sen_type) filter (where rank = '2') as second_need
    from ehc_need group by plan_ref
),
pending as (
    select person_ref, bool_or(outcome in ('A', 'Y')) as open_request from ehc_request group by person_ref
)
select
    p.birth_date::date as birth, p.sex, p.ethnicity,
    a.plan_ref is not null as active,
    coalesce(p.person_ref in (select person_ref from plan), false) as ever_plan,
    coalesce(q.open_request, false) as open_request,
    n.need, n.second_need, pc.urn, pc.sen_setting,
    coalesce(pc.sen_unit = '1', false) as sen_unit,
    coalesce(pc.resourced_provision = '1', false) as resourced_provision
from (select *, row_number() over () as row from ehc_person) p
left join active a using (person_ref)
left join pending q using (person_ref)
left join needs n on n.plan_ref = a.plan_ref
left join placement pc on pc.plan_ref = a.plan_ref
order by p.row
"""


@dataclass(frozen=True)
class EhcPeople:
    """The persons of EHC casework, one row each in the order of `ehc_person`."""

    birth: Days
    girl: Mask
    ethnicity: Words
    active: Mask  # a plan in force on census day
    ever_plan: Mask  # a plan at any time
    open_request: Mask  # an assessment under way or agreed to
    need: Words  # primary need of that plan; None when not recorded
    second_need: Words
    urn: Words  # of the placement on census day; None when there is none or it is no school
    setting: Words  # NEET, EHE, OLA … where the placement is no setting of GIAS
    sen_unit: Mask
    resourced: Mask

    def __len__(self) -> int:
        return len(self.birth)


def ehc_people(tables: Mapping[str, pa.Table], census_date: dt.date) -> EhcPeople:
    """The casework tables (person, request, plan, placement, need) seen a person a row."""
    with duckdb.connect(config={"threads": 1}) as db:
        for name in ("ehc_person", "ehc_request", "ehc_plan", "ehc_placement", "ehc_need"):
            db.register(name, tables[name])
        view = db.execute(_VIEW, {"census": census_date}).to_arrow_table()

    def words(name: str) -> Words:
        out: Words = view[name].to_numpy().astype(object)
        return out

    def mask(name: str) -> Mask:
        out: Mask = view[name].to_numpy().astype(bool)
        return out

    return EhcPeople(
        birth=view["birth"].to_numpy().astype("datetime64[D]"),
        girl=words("sex") == "F",
        ethnicity=words("ethnicity"),
        active=mask("active"),
        ever_plan=mask("ever_plan"),
        open_request=mask("open_request"),
        need=words("need"),
        second_need=words("second_need"),
        urn=words("urn"),
        setting=words("sen_setting"),
        sen_unit=mask("sen_unit"),
        resourced=mask("resourced_provision"),
    )


def school_age(birth: Days, census_date: dt.date) -> Ints:
    """Age on 31 August before the school year of `census_date` (the DfE's age; curriculum year is this less four)."""
    start = census_date.year if census_date.month >= 9 else census_date.year - 1
    year, month = birth.astype("datetime64[Y]").astype(int) + 1970, birth.astype("datetime64[M]").astype(int) % 12 + 1
    age: Ints = (start - year - (month >= 9)).astype(np.int64)
    return age
