"""A warehouse file with the board tables: the real list of indicators, and made-up figures of a plausible area."""

from __future__ import annotations

from pathlib import Path

import duckdb
from jinja2 import Environment

from area.paths import PROJECT_ROOT

BOARD_MODELS = PROJECT_ROOT / "dbt_project" / "models" / "board"

FIGURES = """
create table board.board_indicator_month as
with months as (
    select (date '2025-01-01' - interval (m) month)::date as month, m from range(25) as t(m)
),
lines(indicator_id, period, base, step, denominator) as (
    values ('plan_20_weeks', 'month', 41.0, 0.7, 90), ('plan_20_weeks', 'rolling 12 months', 44.0, 0.6, 1100),
        ('plan_20_weeks_no_exceptions', 'month', 42.0, 0.7, 86),
        ('plan_20_weeks_no_exceptions', 'rolling 12 months', 45.0, 0.6, 1040),
        ('decision_6_weeks', 'month', 93.0, 0.1, 130), ('decision_6_weeks', 'rolling 12 months', 95.0, 0.0, 1500),
        ('review_decision_4_weeks', 'month', 38.0, -0.4, 480),
        ('review_decision_4_weeks', 'rolling 12 months', 39.0, -0.3, 5200),
        ('advice_6_weeks', 'month', 61.0, 0.3, 300), ('caseload', 'as at month end', 7300.0, 60.0, null),
        ('plan_health_outcome', 'as at month end', 48.0, 0.2, 7300),
        ('plan_care_outcome', 'as at month end', 21.0, 0.1, 7300),
        ('looked_after_with_plan', 'as at month end', 34.0, 0.1, 780),
        ('suspension_rate', 'month', 1.1, 0.01, 98000), ('absence_rate', 'month', 7.2, 0.02, 3600000),
        ('persistent_absence', 'school year to date', 20.1, 0.05, 98000),
        ('severe_absence', 'school year to date', 2.2, 0.01, 98000),
        ('autism_over_13_weeks', 'as at month end', 78.0, 0.5, 2400), ('tribunal_appeals', 'month', 14.0, 0.2, null),
        ('tribunal_appeals', 'rolling 12 months', 160.0, 1.5, null),
        ('tribunal_appeal_rate', 'rolling 12 months', 2.4, 0.03, 8200)
),
parts(indicator_id, period, breakdown_kind, breakdown, value, denominator, is_hidden) as (
    values ('caseload', 'as at month end', 'primary need', 'ASD', 2900.0, null, false),
        ('caseload', 'as at month end', 'primary need', 'SEMH', 1800.0, null, false),
        ('caseload', 'as at month end', 'primary need', 'SLCN', 1500.0, null, false),
        ('caseload', 'as at month end', 'primary need', 'MSI', null, null, true),
        ('caseload', 'as at month end', 'primary need', 'VI', null, null, true),
        ('caseload', 'as at month end', 'primary need', 'Not recorded', 90.0, null, false),
        ('placement_mix', 'as at month end', 'placement', 'Mainstream school', 41.2, 7300, false),
        ('placement_mix', 'as at month end', 'placement', 'State-funded special school', 24.5, 7300, false),
        ('placement_mix', 'as at month end', 'placement', 'Further education', 14.1, 7300, false),
        ('placement_mix', 'as at month end', 'placement', 'Not recorded', 2.2, 7300, false),
        ('advice_6_weeks', 'month', 'advice type', 'EP', 42.0, 80, false),
        ('advice_6_weeks', 'month', 'advice type', 'SOCIAL_CARE', 88.0, 60, false),
        ('absence_rate', 'month', 'SEN provision', 'EHC plan', 12.4, 240000, false),
        ('absence_rate', 'month', 'SEN provision', 'SEN support', 10.3, 500000, false),
        ('absence_rate', 'month', 'SEN provision', 'No SEN', 6.1, 2800000, false),
        ('suspension_rate', 'month', 'SEN provision', 'EHC plan', 3.21, 5800, false),
        ('suspension_rate', 'month', 'SEN provision', 'SEN support', 2.95, 14000, false),
        ('suspension_rate', 'month', 'SEN provision', 'No SEN', 0.61, 78000, false),
        ('suspension_rate', 'month', 'primary need', 'SEMH', 8.42, 3900, false),
        ('suspension_rate', 'month', 'primary need', 'MSI', null, null, true)
),
rows as (
    select indicator_id, month, period, 'all' as breakdown_kind, 'all' as breakdown,
        base - m * step + (m % 3) * step as value, denominator,
        indicator_id = 'looked_after_with_plan' and m = 7 as is_hidden
    from lines cross join months
    where period <> 'rolling 12 months' or m < 13
    union all
    select indicator_id, month, period, breakdown_kind, breakdown, value, denominator, is_hidden
    from parts cross join months where m < 3
)
select indicator_id, month, period, breakdown_kind, breakdown,
    case when not is_hidden then coalesce(round(value * denominator / 100), value) end::bigint as numerator,
    case when not is_hidden then denominator end::bigint as denominator,
    case when not is_hidden then round(value, 2) end::double as value,
    is_hidden as suppressed, false as is_rounded, true as is_complete,
    strftime(month, '%B %Y') || case period when 'rolling 12 months' then ', 12 months to the end'
        when 'as at month end' then ', last day' when 'school year to date' then ', school year so far' else '' end
        as period_label
from rows;
create table board.board_benchmark as
select indicator_id, breakdown, period, geography, code as la_code, name, value
from (values ('plan_20_weeks', 'all', '2024', 45.9, 42.3), ('plan_20_weeks_no_exceptions', 'all', '2024', 46.4, 43.0),
    ('decision_6_weeks', 'all', '2024', 84.8, 88.1), ('review_decision_4_weeks', 'all', '2024', 44.4, 40.2),
    ('caseload', 'all', 'January 2025', 638745.0, 6120.4), ('caseload', 'ASD', 'January 2025', 201183.0, 2010.0),
    ('placement_mix', 'Mainstream school', 'January 2025', 43.6, 40.1),
    ('tribunal_appeal_rate', 'all', '2024', 3.2, 3.9)
) as v(indicator_id, breakdown, period, england, neighbours)
cross join lateral (values ('England', 'E92000001', 'England', england),
    ('Neighbour average', 'average', 'Average of 10 neighbours', neighbours),
    ('Area, as published', '931', 'Oxfordshire', neighbours)) as g(geography, code, name, value);
create table board.board_feed_status as
select * from (values
    ('ehc_casework', timestamp '2025-01-31 01:00', date '2025-01-31', 11, 61240, 61210, 24, 6, 0, 3,
        date '2025-02-01', null, false),
    ('mis', timestamp '2025-01-31 01:00', date '2025-01-20', 4, 410000, 409990, 10, 0, 11, 7,
        date '2025-01-21', 405000, true)
) as v(feed, last_received_at, last_extract_date, files, read_rows, loaded_rows, quarantined_rows, duplicate_rows,
    age_days, allowed_age_days, next_expected_on, usual_rows, is_late);
"""


def build_board_warehouse(path: Path) -> Path:
    """Make the file at `path`, or add schema `board` to the file that is there."""
    variables = {"area": "931", "autism_weeks": 13, "suppression_threshold": 5}
    # The model's own macro is put before it: it is rendered as dbt would, without dbt.
    macro = (BOARD_MODELS.parents[1] / "macros" / "board_catalogue.sql").read_text(encoding="utf-8")
    model = macro + (BOARD_MODELS / "board_indicator.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(path)) as con:
        con.execute("create schema board")
        con.execute(
            f"create table board.board_indicator as {Environment().from_string(model).render(var=variables.get)}"
        )
        con.execute(FIGURES)
    return path
