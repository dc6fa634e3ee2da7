{#- The column of the published caseload file that a placement is counted in, or NULL where the setting cannot be told
    (nothing given, a URN that GIAS does not know, a type nobody counts). `detail` and `setting` are names of relations
    in scope: one with the placement's urn, ukprn, sen_setting, sen_unit and resourced_provision, one with dim_setting's
    setting_group. `age` is the age on the 31 August before census day.
    The grouping meets the published figures of all 153 areas (docs/definitions.md). -#}
{% macro setting_category(detail, setting, age) -%}
    case
        when
            {{ setting }}.setting_group in (
                'mainstream_la_maintained', 'mainstream_academy', 'mainstream_free_school'
            )
            and {{ detail }}.sen_unit = 1
            then {{ setting }}.setting_group || '_senunit'
        when
            {{ setting }}.setting_group in (
                'mainstream_la_maintained', 'mainstream_academy', 'mainstream_free_school'
            )
            and {{ detail }}.resourced_provision = 1
            then {{ setting }}.setting_group || '_resourced_provision'
        when {{ detail }}.urn is not null then {{ setting }}.setting_group
        when {{ detail }}.ukprn is not null then 'ukrlp_provider'
        when {{ detail }}.sen_setting = 'EHE' then 'elective_home_education'
        when {{ detail }}.sen_setting = 'OLA' then 'other_arrangements_la'
        when {{ detail }}.sen_setting = 'OPA' then 'other_arrangements_parents'
        when {{ detail }}.sen_setting = 'EYP' then 'nm_early_years'
        when {{ detail }}.sen_setting = 'OTH' then 'other_placement_settings'
        when {{ detail }}.sen_setting = 'NEET' then 'neet'
        when {{ detail }}.sen_setting = 'NIEC' then 'neet_ntci'
        when {{ detail }}.sen_setting = 'NIEO' and {{ age }} between 5 and 15 then 'neet_other_csa'
        when {{ detail }}.sen_setting = 'NIEO' then 'neet_other'
    end
{%- endmacro %}

{#- The published totals and the categories each is made of, in the order of the published columns. -#}
{% macro setting_totals() -%}
    {{ return({
        'mainstream_total': [
            'mainstream_la_maintained',
            'mainstream_la_maintained_resourced_provision',
            'mainstream_la_maintained_senunit',
            'mainstream_academy',
            'mainstream_academy_resourced_provision',
            'mainstream_academy_senunit',
            'mainstream_free_school',
            'mainstream_free_school_resourced_provision',
            'mainstream_free_school_senunit',
            'mainstream_independent',
        ],
        'special_total': [
            'special_la_maintained',
            'special_academy_free',
            'special_independent',
            'special_non_maintained',
        ],
        'ap_pru_total': ['ap_pru_academy', 'ap_pru_free_school', 'ap_pru_la_maintained'],
        'fe_total': [
            'general_fe_tertiary_colleges',
            'specialist_post_16_institutions',
            'ukrlp_provider',
        ],
        'ed_elsewhere': [
            'elective_home_education',
            'other_arrangements_la',
            'other_arrangements_parents',
            'online_provider',
            'w_settings',
            'other_schools',
            'other_placement_settings',
            'neet',
            'neet_ntci',
            'neet_other',
            'neet_other_csa',
        ],
    }) }}
{%- endmacro %}
