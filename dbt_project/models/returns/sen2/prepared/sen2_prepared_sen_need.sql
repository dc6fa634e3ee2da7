with needs as (

    select * from {{ ref('fct_need') }}

),

returned as (

    select
        {{ sen2_rank_key('plan_ref', 'rank') }} as senneedtableid,
        plan_ref as activeplanstableid,
        sen_type as sentype,
        rank as sentyperank,
        'ehc_need' as _source_table,
        _file_hash,
        _row
    from needs
    where
        plan_ref in (
            select returned.activeplanstableid
            from {{ ref('sen2_prepared_active_plans') }} as returned
        )

)

select * from returned
