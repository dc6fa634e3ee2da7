-- Source persons whom no other system knows. Pupils (census, mis) are left out: most have no
-- reason to be elsewhere. So are persons of earlier returns, who may have left; and an earlier
-- return is no other system that knows a child, as it was made of the same casework.
with systems as (
    select
        person_id,
        count(distinct source_system) filter (where source_system <> 'sen2_return') as systems
    from {{ ref('int_person_links') }}
    group by person_id
),

in_conflict as (
    select
        left_system as source_system,
        left_key as source_key
    from {{ ref('int_match_conflicts') }}
    union
    select
        right_system,
        right_key
    from {{ ref('int_match_conflicts') }}
)

select
    records.source_system,
    records.source_key,
    case
        when in_conflict.source_key is not null then 'CONFLICT'
        when
            coalesce(records.upn, records.former_upn, records.uln, records.nhs_number) is not null
            then 'IDENTIFIER_UNKNOWN'
        when records.has_invalid_identifier then 'IDENTIFIER_INVALID'
        when
            records.source_system = 'ehc' and records.social_care_id is not null
            then 'IDENTIFIER_UNKNOWN'
        else 'NO_IDENTIFIER'
    end as reason
from {{ ref('int_person_records') }} as records
inner join
    {{ ref('int_person_links') }} as links
    on records.source_system = links.source_system and records.source_key = links.source_key
inner join systems on links.person_id = systems.person_id
left join in_conflict
    on
        records.source_system = in_conflict.source_system
        and records.source_key = in_conflict.source_key
where
    systems.systems = 1
    and records.source_system in ('ehc', 'cin', 's903', 'csds', 'waiting')
