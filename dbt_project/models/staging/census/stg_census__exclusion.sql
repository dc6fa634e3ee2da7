-- Events of pupils on roll and of pupils who have left: measures count both.
with every_roll as (
    select
        'on' as roll,
        termlyexclusionsonrolltableid as exclusion_id,
        pupilonrolltableid as pupil_table_id,
        startdate,
        sessions,
        category,
        senprovision,
        reason1,
        _file_name,
        _file_hash,
        _row
    from {{ source('census', 'census_termlyexclusions') }}
    where _is_latest
    union all
    select
        'off' as roll,
        termlyexclusionsoffrolltableid as exclusion_id,
        pupilnolongeronrolltableid as pupil_table_id,
        startdate,
        sessions,
        category,
        senprovision,
        reason1,
        _file_name,
        _file_hash,
        _row
    from {{ source('census', 'census_termlyexclusionsoffroll') }}
    where _is_latest
)

select
    roll,
    exclusion_id,
    pupil_table_id,
    {{ match_census_period('_file_name') }} as period,
    {{ match_collect_date('startdate') }} as start_date,
    try_cast(sessions as integer) as sessions,
    {{ match_exclusion_category('category') }} as category,
    {{ match_sen_provision('senprovision') }} as sen_provision,
    upper(reason1) as reason,
    {{ match_origin() }}
from every_roll
