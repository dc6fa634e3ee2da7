with needs as (

    select * from {{ ref('fct_need') }}

),

returned as (

    select
        plan_ref || '-' || coalesce(rank, 0) as senneedtableid,
        plan_ref as activeplanstableid,
        sen_type as sentype,
        rank as sentyperank,
        'ehc_need' as _source_table,
        _file_hash,
        _row
    from needs
    where
        plan_ref in (
            select returned.activeplanstableid from {{ ref('sen2_active_plans') }} as returned
        )

)

select * from returned
