-- Values stay text beside the number: z, x, c and low are symbols, not missing data.
select
    data_set,
    time_period,
    time_code,
    geographic_level,
    la_code,
    la_name,
    breakdown_topic,
    breakdown,
    indicator,
    value as value_text,
    try_cast(replace(value, ',', '') as double) as value,
    {{ match_origin() }}
from {{ source('statistics', 'dfe_statistic') }}
where _is_latest
