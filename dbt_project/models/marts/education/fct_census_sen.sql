with needs as (
    select
        pupil_table_id,
        period,
        min_by(sen_type, sen_need_id) as primary_need
    from {{ ref('stg_census__sen_need') }}
    where rank = 1
    group by pupil_table_id, period
)

select
    pupils.pupil_key as census_pupil_key,
    links.person_id,
    returns.urn,
    returns.census_date,
    returns.term,
    pupils.enrol_status,
    pupils.sen_provision as senprovision,
    case when pupils.sen_provision in ('E', 'K') then needs.primary_need end as primary_need,
    pupils.ncyear,
    pupils.sex,
    {{ match_age('pupils.birth_date', 'returns.census_date') }} as age,
    returns.period = max(returns.period) over () as is_newest_census,
    pupils._file_hash,
    pupils._row
from {{ ref('stg_census__pupil') }} as pupils
inner join
    {{ ref('stg_census__return') }} as returns
    on pupils.census_return_id = returns.census_return_id and pupils.period = returns.period
inner join {{ ref('int_person_links') }} as links
    on links.source_system = 'census' and pupils.pupil_key = links.source_key
left join needs on pupils.pupil_table_id = needs.pupil_table_id and pupils.period = needs.period
