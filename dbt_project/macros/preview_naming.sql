{#- How the rows of the published tables are labelled: what each file calls a breakdown, an age, a length of time, a sex. -#}

{#- How each published file labels its rows: the total's label; the topic of each age, with what preview_age_label needs;
    the topic of the years, with what preview_years_label needs; whether there is a type of placement, and whether it
    writes 'academy/free school' with a small a. -#}
{% macro preview_files() -%}
    {%- set aged = {'prefix': 'Aged ', 'below': 'Aged 2 and under', 'above': 'Aged 20 and over'} -%}
    {%- set aged_or_unknown = dict(aged, unknown='Age unknown') -%}
    {%- set to_25 = {'last': 26, 'below': 'under 3', 'above': 'age 25'} -%}
    {%- set child = 'Child or young persons age' -%}
    {%- set years = ('Years EHC plan in place', {}) -%}
    {{ return({
        'requests': {'total': 'All requests for EHC needs assessments', 'ages': {child: aged_or_unknown}},
        'assessments': {'total': 'All EHC needs assessments', 'ages': {child: aged_or_unknown}},
        'timeliness_20_week': {'total': 'All EHC plans issued', 'ages': {child: {'unknown': 'Unknown'}}},
        'newplans': {'total': 'New EHC plans', 'ages': {'Age when plan started': {}}},
        'sen_need_newplans': {'total': 'All EHC plans', 'ages': {child: {}}, 'places': 'large'},
        'caseload': {
            'total': 'All EHC plans',
            'ages': {child: to_25, 'Age when plan started': {}},
            'years': years,
        },
        'sen_needs_all_plans': {
            'total': 'All EHC plans', 'ages': {child: to_25}, 'years': years, 'places': 'large',
        },
        'annual_reviews': {
            'total': 'All annual reviews', 'ages': {child: aged}, 'years': years, 'places': 'large',
        },
        'ceased_plans': {
            'total': 'All ceased EHC plans',
            'ages': {'Age plan ceased': {'unknown': 'Age unknown'}},
            'years': ('Years plan held', {
                'under': 'Under a year', 'one': ' year', 'more': ' years', 'twelve': '12 years and over',
            }),
            'places': 'large',
        },
        'personal_budgets': {'total': 'All personal budgets', 'ages': {child: {}}, 'places': 'small'},
        'residential_settings': {
            'total': 'All residential placements', 'ages': {child: {}}, 'places': 'small',
        },
        'work_based_placements': {
            'total': 'All work based placements',
            'ages': {'Young persons age': {
                'first': 15, 'last': 25, 'below': 'age 15 and under', 'above': 'age 25 or over',
                'unknown': 'Age unknown',
            }},
            'places': 'small',
        },
    }) }}
{%- endmacro %}

{#- Label of an age: `first` and `last` are the ages of the open bands. -#}
{% macro preview_age_label(age, prefix='age ', first=2, last=20, below='age 2 and under', above='age 20 and over', unknown='unknown') -%}
    case
        when {{ age }} is null then '{{ unknown }}'
        when {{ age }} <= {{ first }} then '{{ below }}'
        when {{ age }} >= {{ last }} then '{{ above }}'
        else '{{ prefix }}' || {{ age }}
    end
{%- endmacro %}

{#- Label of whole years, from 'less than a year' to twelve and more. -#}
{% macro preview_years_label(years, under='Less than a year', one='', more='', twelve='12 or more') -%}
    case
        when {{ years }} <= 0 then '{{ under }}'
        when {{ years }} >= 12 then '{{ twelve }}'
        when {{ years }} = 1 then '1{{ one }}'
        else {{ years }} || '{{ more }}'
    end
{%- endmacro %}

{#- Published label of a sex code. -#}
{% macro preview_sex_label(sex, gender) -%}
    case
        when {{ sex }} = 'F' or {{ gender }} = '2' then 'Female'
        when {{ sex }} = 'M' or {{ gender }} = '1' then 'Male'
        else 'Unknown'
    end
{%- endmacro %}

{#- Published words for Y, N and R of a designated officer; blank is published as not returned. -#}
{% macro preview_officer(code) -%}
    case {{ code }} when 'Y' then 'Yes' when 'N' then 'No' when 'R' then 'Recruiting' else 'Not returned' end
{%- endmacro %}
