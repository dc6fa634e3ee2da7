-- The pairs that do join. In a component that holds opponents, a pair stays only if both its
-- records have the same opponents: then no chain of what stays can lead from a record to one of
-- its opponents.
with both_ways as (
    select
        left_record as record_no,
        right_record as opponent
    from {{ ref('int_match_opponents') }}
    union all
    select
        right_record as record_no,
        left_record as opponent
    from {{ ref('int_match_opponents') }}
),

opponents as (
    select
        record_no,
        list_sort(list(distinct opponent)) as opponents
    from both_ways
    group by record_no
),

torn as (
    select distinct component
    from {{ ref('int_match_opponents') }}
)

select
    pairs.left_record,
    pairs.right_record,
    case
        when pairs.decision = 'same' then list_prepend('clerical', pairs.methods)
        else pairs.methods
    end as methods,
    pairs.birth_dates,
    pairs.forenames,
    torn.component is not null as is_in_torn_component,
    coalesce(a.opponents, []) = coalesce(b.opponents, []) as is_kept
from {{ ref('int_match_pairs') }} as pairs
inner join {{ ref('int_match_components') }} as components
    on pairs.left_record = components.record_no
left join torn on components.component = torn.component
left join opponents as a on pairs.left_record = a.record_no
left join opponents as b on pairs.right_record = b.record_no
where pairs.conflict is null
