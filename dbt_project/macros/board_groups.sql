{#- The published placement categories in the groups a board reads. -#}
{% macro board_placement_group(setting_category) -%}
case
    when regexp_full_match({{ setting_category }}, 'mainstream_.*_(senunit|resourced_provision)')
        then 'SEN unit or resourced provision'
    when starts_with({{ setting_category }}, 'mainstream_') then 'Mainstream school'
    when {{ setting_category }} in ('special_la_maintained', 'special_academy_free') then 'State-funded special school'
    when {{ setting_category }} in ('special_independent', 'special_non_maintained')
        then 'Independent or non-maintained special school'
    when starts_with({{ setting_category }}, 'ap_pru_') then 'Alternative provision'
    when {{ setting_category }} in ('general_fe_tertiary_colleges', 'specialist_post_16_institutions', 'ukrlp_provider')
        then 'Further education'
    when {{ setting_category }} = 'nm_early_years' then 'Early years setting'
    when {{ setting_category }} is null or {{ setting_category }} = 'placement_unknown' then 'Not recorded'
    else 'Educated elsewhere'
end
{%- endmacro %}

{#- SEN provision in words. -#}
{% macro board_provision(sen_provision) -%}
case {{ sen_provision }}
    when 'E' then 'EHC plan' when 'K' then 'SEN support' when 'N' then 'No SEN' else 'Not recorded'
end
{%- endmacro %}

{#- The columns of the published caseload file that are one kind of placement each (totals and shares are not). -#}
{% macro board_placement_categories() -%}
{%- set kinds = ['mainstream_la_maintained', 'mainstream_academy', 'mainstream_free_school'] -%}
{%- set found = ['mainstream_independent', 'special_la_maintained', 'special_academy_free', 'special_independent',
    'special_non_maintained', 'ap_pru_academy', 'ap_pru_free_school', 'ap_pru_la_maintained', 'general_fe_tertiary_colleges',
    'specialist_post_16_institutions', 'ukrlp_provider', 'elective_home_education', 'other_arrangements_la',
    'other_arrangements_parents', 'online_provider', 'w_settings', 'other_schools', 'other_placement_settings', 'neet',
    'neet_ntci', 'neet_other', 'neet_other_csa', 'nm_early_years', 'placement_unknown'] -%}
{%- for kind in kinds -%}
    {%- do found.extend([kind, kind ~ '_senunit', kind ~ '_resourced_provision']) -%}
{%- endfor -%}
'{{ found | join("', '") }}'
{%- endmacro %}

{#- '202425' and '2024/2025' -> 'January 2025' (plans are counted in January of a school year); '2024' stays. -#}
{% macro board_published_period(time_period) -%}
case
    when regexp_full_match({{ time_period }}, '20[0-9]{2}/20[0-9]{2}') then 'January ' || right({{ time_period }}, 4)
    when regexp_full_match({{ time_period }}, '20[0-9]{4}') then 'January 20' || right({{ time_period }}, 2)
    else {{ time_period }}
end
{%- endmacro %}

{#- The primary need of a pupil with SEN; null for one without, who belongs to no breakdown by need. -#}
{% macro board_need(sen_provision, primary_need) -%}
case when {{ sen_provision }} in ('E', 'K') then coalesce({{ primary_need }}, 'Not recorded') end
{%- endmacro %}
