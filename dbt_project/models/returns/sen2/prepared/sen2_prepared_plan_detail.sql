with settings as (

    select * from {{ ref('fct_plan_setting') }}

),

returned as (

    select
        {{ sen2_rank_key('plan_ref', 'placement_rank') }} as plandetailtableid,
        plan_ref as namedplantableid,
        urn,
        ukprn,
        sen_setting as sensetting,
        sen_setting_other as sensettingother,
        placement_rank as placementrank,
        sen_unit as senunitindicator,
        resourced_provision as resourcedprovisionindicator,
        'ehc_plan_setting' as _source_table,
        _file_hash,
        _row
    from settings
    where
        plan_ref in (
            select returned.namedplantableid from {{ ref('sen2_prepared_named_plan') }} as returned
        )

)

select * from returned
