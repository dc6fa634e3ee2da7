-- The setting is the one attended on that census day, else the one the plan named first.
with census_days as (
    select
        collection,
        max(census_date) as census_date
    from {{ ref('stg_sen2_return__header') }}
    group by collection
),

attended as (
    select
        placements.collection,
        placements.activeplanstableid,
        placements.urn,
        placements.ukprn,
        placements.sen_setting
    from {{ ref('stg_sen2_return__placement') }} as placements
    left join census_days on placements.collection = census_days.collection
    where
        placements.placement_rank = 1
        and coalesce(placements.urn, placements.ukprn, placements.sen_setting) is not null
        and coalesce(
            placements.leaving_date >= coalesce(
                census_days.census_date, {{ sen2_third_thursday('placements.collection') }}
            ), true
        )
    qualify row_number() over (
        partition by placements.collection, placements.activeplanstableid
        order by placements.entry_date desc nulls last, placements._row asc
    ) = 1
),

named as (
    select
        collection,
        namedplantableid,
        urn,
        ukprn,
        sen_setting
    from {{ ref('stg_sen2_return__plan_detail') }}
    where coalesce(urn, ukprn, sen_setting) is not null
    qualify row_number() over (
        partition by collection, namedplantableid order by placement_rank nulls last, _row
    ) = 1
),

active as (
    select
        collection,
        requeststableid,
        min(activeplanstableid) as activeplanstableid,
        min(transferred_from) as transferred_from
    from {{ ref('stg_sen2_return__active_plan') }}
    group by collection, requeststableid
),

primary_needs as (
    select
        collection,
        activeplanstableid,
        min(sen_type) as sen_type
    from {{ ref('stg_sen2_return__need') }}
    where need_rank = 1
    group by collection, activeplanstableid
),

returned as (
    select
        plans.collection,
        {{ sen2_return_person_key('plans.collection', 'requests.persontableid') }} as source_key,
        plans.namedplantableid as plan_key,
        plans.start_date,
        plans.cease_date,
        plans.cease_reason,
        coalesce(
            census_days.census_date, {{ sen2_third_thursday('plans.collection') }}
        ) as census_date,
        active.transferred_from,
        primary_needs.sen_type as primary_need,
        attended.activeplanstableid is not null as is_attended,
        attended.urn as attended_urn,
        attended.ukprn as attended_ukprn,
        attended.sen_setting as attended_sen_setting,
        named.urn as named_urn,
        named.ukprn as named_ukprn,
        named.sen_setting as named_sen_setting,
        plans._file_hash,
        plans._row
    from {{ ref('stg_sen2_return__plan') }} as plans
    inner join {{ ref('stg_sen2_return__assessment') }} as assessments
        on
            plans.collection = assessments.collection
            and plans.assessmenttableid = assessments.assessmenttableid
    inner join {{ ref('stg_sen2_return__request') }} as requests
        on
            assessments.collection = requests.collection
            and assessments.requeststableid = requests.requeststableid
    left join census_days on plans.collection = census_days.collection
    left join active
        on
            requests.collection = active.collection
            and requests.requeststableid = active.requeststableid
    left join primary_needs
        on
            active.collection = primary_needs.collection
            and active.activeplanstableid = primary_needs.activeplanstableid
    left join attended
        on
            active.collection = attended.collection
            and active.activeplanstableid = attended.activeplanstableid
    left join named
        on
            plans.collection = named.collection and plans.namedplantableid = named.namedplantableid
)

select
    returned.collection,
    returned.source_key,
    links.person_id,
    returned.plan_key,
    returned.start_date,
    returned.cease_date,
    returned.cease_reason,
    coalesce(
        returned.start_date <= returned.census_date
        and coalesce(returned.cease_date >= returned.census_date, true),
        false
    ) as is_open,
    returned.transferred_from,
    returned.primary_need,
    case when returned.is_attended then returned.attended_urn else returned.named_urn end as urn,
    case when returned.is_attended then returned.attended_ukprn else returned.named_ukprn end
        as ukprn,
    case
        when returned.is_attended then returned.attended_sen_setting
        else returned.named_sen_setting
    end as sen_setting,
    'sen2r_named_plan' as _source_table,
    returned._file_hash,
    returned._row
from returned
inner join {{ ref('int_person_links') }} as links
    on links.source_system = 'sen2_return' and returned.source_key = links.source_key
