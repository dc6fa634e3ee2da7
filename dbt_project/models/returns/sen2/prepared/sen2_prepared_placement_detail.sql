with placements as (

    select *
    from {{ ref('fct_placement') }}
    where
        plan_ref in (
            select returned.activeplanstableid
            from {{ ref('sen2_prepared_active_plans') }} as returned
        )

),

dated as (

    -- a stay whose dates contradict each other is kept, so that a rule can name it
    select
        *,
        coalesce(entry_date <= {{ sen2_census_day() }}, true) as is_begun,
        coalesce(leaving_date >= {{ sen2_period_start() }}, true)
        or coalesce(leaving_date < entry_date, false) as is_recent
    from placements

),

chosen as (

    -- the stays that touch the period from its first day to census day, or else the last before
    select *
    from dated
    where is_begun
    qualify
        is_recent
        or (
            not bool_or(is_recent) over (partition by plan_ref)
            and row_number() over (
                partition by plan_ref
                order by leaving_date desc, placement_rank asc, entry_date desc, placement_ref asc
            ) = 1
        )

),

returned as (

    select
        placement_ref as placementdetailtableid,
        plan_ref as activeplanstableid,
        urn,
        ukprn,
        sen_setting as sensetting,
        sen_setting_other as sensettingother,
        placement_rank as placementrank,
        entry_date as entrydate,
        leaving_date as leavingdate,
        attendance_pattern as attendancepattern,
        sen_unit as senunitindicator,
        resourced_provision as resourcedprovisionindicator,
        residential as res,
        work_based as wbp,
        'ehc_placement' as _source_table,
        _file_hash,
        _row
    from chosen

)

select * from returned
