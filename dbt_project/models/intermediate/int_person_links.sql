{%- set methods = [
    'clerical', 'upn', 'former_upn', 'nhs_number', 'uln', 'social_care_id', 'name_dob_postcode'
] -%}
-- A person's id is a keyed digest of the most lasting name of the records joined in it: the
-- casework reference if the EHC team knows the child, else the UPN (census table ids are new every
-- term, and persons of a return are only numbered), else the first record's own key. So it is the
-- same every night, and tells nothing without the key.
with grouped as (
    select
        records.*,
        coalesce(groups.component, records.record_no) as component
    from {{ ref('int_person_records') }} as records
    left join {{ ref('int_match_groups') }} as groups on records.record_no = groups.record_no
),

named as (
    select
        component,
        case
            when
                source_system in ('census', 'census_leaver', 'sen2_return') and upn is not null
                then concat('upn:', upn)
            else concat(source_system, ':', source_key)
        end as anchor,
        concat(source_system, ':', source_key) as own_anchor,
        record_no
    from grouped
),

-- A UPN that two children hold names neither.
claimed as (
    select anchor
    from named
    group by anchor
    having count(distinct component) > 1
),

anchors as (
    select
        named.component,
        arg_min(
            case when claimed.anchor is null then named.anchor else named.own_anchor end,
            named.record_no
        ) as anchor
    from named
    left join claimed on named.anchor = claimed.anchor
    group by named.component
),

persons as (
    select
        component,
        {{ pseudonym_keyed('anchor', 'person') }} as person_id
    from anchors
),

incident as (
    select
        left_record as record_no,
        unnest(methods) as method
    from {{ ref('int_match_links') }}
    where is_kept
    union all
    select
        right_record as record_no,
        unnest(methods) as method
    from {{ ref('int_match_links') }}
    where is_kept
),

ranked as (
    select distinct
        record_no,
        method,
        list_position({{ methods }}, method) as strength
    from incident
),

evidence as (
    select
        record_no,
        arg_min(method, strength) as method,
        string_agg(method, '+' order by strength) as evidence
    from ranked
    group by record_no
)

select
    grouped.source_system,
    grouped.source_key,
    persons.person_id,
    coalesce(evidence.method, 'self') as method,
    coalesce(evidence.evidence, 'none') as evidence
from grouped
inner join persons on grouped.component = persons.component
left join evidence on grouped.record_no = evidence.record_no
