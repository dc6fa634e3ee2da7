-- What a person should look at. Record keys only, never the value that two records share.
with conflicts as (
    select
        left_record,
        right_record,
        methods,
        conflict as reason
    from {{ ref('int_match_pairs') }}
    where conflict is not null
    union all
    select
        left_record,
        right_record,
        methods,
        'CHAIN' as reason
    from {{ ref('int_match_links') }}
    where not is_kept
    union all
    select
        first_holder as left_record,
        record_no as right_record,
        [key_type] as methods,
        'SHARED_WIDELY' as reason
    from {{ ref('int_match_keys') }}
    where is_shared_widely and record_no <> first_holder
)

select distinct
    a.source_system as left_system,
    a.source_key as left_key,
    b.source_system as right_system,
    b.source_key as right_key,
    conflicts.reason,
    array_to_string(conflicts.methods, '+') as shared
from conflicts
inner join {{ ref('int_person_records') }} as a on conflicts.left_record = a.record_no
inner join {{ ref('int_person_records') }} as b on conflicts.right_record = b.record_no
