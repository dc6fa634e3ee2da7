with placements as (

    select
        *,
        sensetting as sen_setting,
        senunitindicator as sen_unit,
        resourcedprovisionindicator as resourced_provision
    from {{ ref('sen2_placement_detail') }}
    where placementrank = 1

),

settings as (

    select
        urn,
        setting_group
    from {{ ref('dim_setting') }}

),

people as (

    select
        active_plans.activeplanstableid,
        {{ sen2_age_on('people.personbirthdate', sen2_age_day()) }} as age
    from {{ ref('sen2_active_plans') }} as active_plans
    inner join {{ ref('sen2_requests') }} as requests
        on active_plans.requeststableid = requests.requeststableid
    inner join {{ ref('sen2_person') }} as people
        on requests.persontableid = people.persontableid

),

categorised as (

    select
        placements.activeplanstableid,
        placements.placementdetailtableid,
        placements.entrydate,
        placements.leavingdate,
        placements.res,
        placements.wbp,
        coalesce(
            {{ setting_category('placements', 'settings', 'people.age') }}, 'placement_unknown'
        ) as setting_category,
        coalesce(placements.entrydate <= {{ sen2_census_day() }}, true)
        and coalesce(placements.leavingdate >= {{ sen2_census_day() }}, true)
            as is_on_census_day
    from placements
    left join settings on placements.urn = settings.urn
    left join people on placements.activeplanstableid = people.activeplanstableid

),

summarised as (

    -- several stays can be open at once where an old one was never closed: the newest counts
    select
        activeplanstableid,
        first(
            setting_category order by entrydate asc nulls first, placementdetailtableid asc
        ) as first_category,
        first(
            setting_category order by entrydate desc nulls last, placementdetailtableid asc
        ) as last_category,
        first(
            setting_category order by entrydate desc nulls last, placementdetailtableid asc
        ) filter (where is_on_census_day) as census_category,
        first(
            res order by entrydate desc nulls last, placementdetailtableid asc
        ) filter (where is_on_census_day) as res,
        first(
            wbp order by entrydate desc nulls last, placementdetailtableid asc
        ) filter (where is_on_census_day) as wbp
    from categorised
    group by activeplanstableid

)

select * from summarised
