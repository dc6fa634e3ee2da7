"""The return's rules (docs/definitions.md) that casework alone can break, as SQL over the tables of `casework_cells`.

Each query selects the record keys that break the rule; written here again on purpose, apart from the real rule book.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from tests.support.casework_cells import CENSUS, P0, VIEWS

_ONE_OF_THREE = "(urn is not null)::int + (ukprn is not null)::int + (sen_setting is not null)::int <> 1"
_AGE = f"date_diff('year', birth_date, {CENSUS}) - (strftime(birth_date, '%m%d') > '0116')::int"
_PLACES = f"""(
    select s.placement_ref, s.plan_ref, s.urn, s.sen_setting, s.sen_unit, s.resourced_provision, s.entry_date
    from ehc_placement s semi join returned using (plan_ref)
    union all
    select t.plan_ref || '/' || t.placement_rank, t.plan_ref, t.urn, t.sen_setting, t.sen_unit, t.resourced_provision,
        case when p.start_date < {P0} then {P0} else p.start_date end
    from ehc_plan_setting t join plan p using (plan_ref) where p.active
)"""

RULES = {
    "P01": "select person_ref from ehc_person where birth_date is null or sex is null or ethnicity is null",
    "P09": f"select person_ref from ehc_person where {_AGE} not between 0 and 25 and birth_date <= {CENSUS}",
    "R01": "select request_ref from request where received_date is null and code <> 'H'",
    "R02": "select request_ref from request where code in ('Y', 'N') and outcome_date is null",
    "R03": "select request_ref from ehc_request where outcome_date < received_date",
    "R04": """select request_ref from ehc_request semi join ehc_assessment using (request_ref)
        where outcome in ('A', 'W')""",
    "R05": """select request_ref from ehc_request semi join ehc_assessment using (request_ref)
        where exported_to is not null""",
    "A01": "select request_ref from assessment where code in ('Y', 'N') and outcome_date is null",
    "A02": """select a.request_ref from ehc_assessment a join ehc_request r using (request_ref)
        where a.outcome_date < r.outcome_date or a.outcome_date < r.received_date""",
    "A03": """select request_ref from assessment where code in ('Y', 'H')
        and request_ref not in (select request_ref from plan)""",
    "N01": "select plan_ref from plan where (cease_date is null) <> (cease_reason is null)",
    "N02": "select plan_ref from plan where cease_date < start_date",
    "N03": """select plan_ref from plan where coalesce(personal_budget, '0') <> '1'
        and (organised_arrangements = '1' or direct_payments is not null)""",
    "N04": """select plan_ref from plan left join (select plan_ref, count(*) filter (placement_rank = '1') as firsts,
        count(*) filter (placement_rank = '2') as seconds from ehc_plan_setting group by 1) using (plan_ref)
        where coalesce(firsts, 0) <> 1 or seconds > 1""",
    "D01": f"""select plan_ref from ehc_plan_setting where {_ONE_OF_THREE}
        union all select placement_ref from ehc_placement where {_ONE_OF_THREE}""",
    "D02": """select placement_ref from ehc_placement where sen_setting = 'OTH' and sen_setting_other is null
        union all select plan_ref from ehc_plan_setting where sen_setting = 'OTH' and sen_setting_other is null""",
    "D03": "select plan_ref from ehc_plan_setting where sen_setting in ('NEET', 'NIEC', 'NIEO')",
    "D04": f"select placement_ref from {_PLACES} where urn is not null and urn not in (select urn from establishment)",
    "D05": f"select placement_ref from {_PLACES} join establishment using (urn) where close_date < entry_date",
    "D06": f"""select placement_ref from {_PLACES} join establishment using (urn)
        where (sen_unit = '1' and coalesce(sen_unit_capacity, 0) = 0)
            or (resourced_provision = '1' and coalesce(resourced_provision_capacity, 0) = 0)""",
    "D07": f"""select s.placement_ref from ehc_placement s semi join returned using (plan_ref)
        join plan using (plan_ref) join ehc_person using (person_ref)
        where s.sen_setting = 'NEET' and {_AGE} not between 16 and 25""",
    "C01": "select plan_ref from plan where active and plan_ref not in (select plan_ref from now_at)",
    "C02": "select plan_ref from returned where plan_ref not in (select plan_ref from ehc_need)",
    "C03": "select placement_ref from ehc_placement where leaving_date < entry_date",
    "C04": """select plan_ref from returned semi join ehc_need using (plan_ref) where plan_ref not in
        (select plan_ref from ehc_need where rank = '1')
        union all select plan_ref from ehc_need group by plan_ref, rank having count(*) > 1""",
    "C05": "select review_ref from ehc_review where decision_date < meeting_date",
    "C06": f"""select review_ref from (select v.* from ehc_review v semi join returned using (plan_ref)
            where meeting_date <= {CENSUS}
            qualify row_number() over (partition by plan_ref order by meeting_date desc) = 1)
        where (outcome is null) <> (decision_date is null)""",
    # Not rules of the return, but what no casework system would hold.
    "before birth": """select r.request_ref from ehc_request r join ehc_person using (person_ref)
        where r.received_date < birth_date
        union all select plan_ref from plan join ehc_person using (person_ref) where start_date < birth_date""",
    "future": " union all ".join(
        f"select '{table}' from {table} where greatest({dates}) > date '2025-01-31'"
        for table, dates in (
            ("ehc_request", "received_date, outcome_date"),
            ("ehc_assessment", "outcome_date"),
            ("ehc_plan", "start_date, cease_date, amended_date"),
            ("ehc_placement", "entry_date, leaving_date"),
            ("ehc_review", "meeting_date, decision_date, draft_date, final_date"),
            ("ehc_dispute", "opened_date, closed_date"),
            ("ehc_advice", "requested_date, received_date"),
        )
    ),
    "work too young": f"""select plan_ref from now_at join plan using (plan_ref) join ehc_person using (person_ref)
        where now_at.work_based is not null and {_AGE} < 16""",
    "review before plan": """select review_ref from ehc_review join plan using (plan_ref)
        where meeting_date < start_date""",
    "start before issue": """select plan_ref from plan join ehc_assessment a using (request_ref)
        where start_date < a.outcome_date""",
    "two placements at once": f"""select plan_ref from ehc_placement where placement_rank = '1'
        and entry_date <= {CENSUS} and (leaving_date is null or leaving_date >= {CENSUS})
        group by plan_ref having count(*) > 1""",
    "advice before it was asked for": "select advice_ref from ehc_advice where received_date < requested_date",
}


def broken(tables: Mapping[str, pa.Table], establishments: pa.Table) -> dict[str, list[str]]:
    """Rule -> keys of the records that break it, sorted; rules nobody breaks are left out."""
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        con.register("establishment", establishments)
        con.execute(VIEWS)
        found = {rule: sorted(str(key) for (key,) in con.execute(query).fetchall()) for rule, query in RULES.items()}
    return {rule: keys for rule, keys in found.items() if keys}
