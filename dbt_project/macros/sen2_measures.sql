{#- The measures of the preview that a council looks at first: file, column (lower case), the measure in words. -#}
{% macro sen2_headline_measures() -%}
{{ return([
    ('caseload', 'ehcplans', 'EHC plans in January'),
    ('newplans', 'new_ehc_plans', 'New EHC plans in the year'),
    ('ceased_plans', 'total_ceased', 'EHC plans ceased in the year'),
    ('requests', 'requests_received_in_year', 'Requests for an assessment in the year'),
    ('requests', 'request_not_assess_pc', 'Requests refused, %'),
    ('requests', 'request_outcome_six_weeks_pc', 'Requests decided within 6 weeks, %'),
    ('assessments', 'assess_not_issued_pc', 'Assessments after which no plan was issued, %'),
    ('timeliness_20_week', 'pc_plans_issued_within_20_weeks', 'Plans issued within 20 weeks, all, %'),
    ('timeliness_20_week', 'pc_plans_issued_20_weeks_ex', 'Plans issued within 20 weeks, without exceptions, %'),
    ('annual_reviews', 'total_review_meeting', 'Annual reviews with a meeting'),
    ('annual_reviews', 'pc_decsion_4weeks', 'Review decisions within 4 weeks, %'),
    ('caseload', 'mainstream_total_pc', 'Plans in mainstream schools, %'),
    ('caseload', 'special_total_pc', 'Plans in special schools, %'),
    ('caseload', 'fe_total_pc', 'Plans in further education, %'),
    ('caseload', 'ed_elsewhere_pc', 'Plans educated elsewhere, %'),
    ('caseload', 'placement_unknown_pc', 'Plans without a known placement, %'),
    ('sen_needs_all_plans', 'asd_pc', 'Primary need autism, %'),
    ('sen_needs_all_plans', 'semh_pc', 'Primary need social, emotional and mental health, %'),
    ('sen_needs_all_plans', 'slcn_pc', 'Primary need speech, language and communication, %'),
    ('sen_needs_all_plans', 'unknown_pc', 'Primary need not known, %'),
]) }}
{%- endmacro %}

{#- The preview files whose totals are compared. -#}
{% macro sen2_measured_files() -%}
{{ return([
    'requests', 'assessments', 'timeliness_20_week', 'newplans', 'caseload', 'sen_need_newplans', 'sen_needs_all_plans',
    'annual_reviews', 'ceased_plans', 'personal_budgets', 'residential_settings', 'work_based_placements',
]) }}
{%- endmacro %}
