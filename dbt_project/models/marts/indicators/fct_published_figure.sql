-- The total of each published file for England, the area and its statistical neighbours. Values
-- that the DfE does not give (x, z, c) are left out.
select
    data_set,
    lower(indicator) as indicator,
    case
        when geographic_level = 'NAT' then 'England'
        when la_code = '{{ var("area") }}' then 'Area, as published'
        else 'Neighbour'
    end as geography,
    la_code,
    la_name,
    {{ board_published_period('time_period') }} as time_period,
    try_cast(
        case
            when length(time_period) > 4 then concat('20', right(time_period, 2))
            else left(time_period, 4)
        end as integer
    ) as year,
    value
from {{ ref('stg_statistics__figure') }}
where
    value is not null
    and geographic_level in ('NAT', 'LA')
    -- The 'All' row of each data set: its topic and its breakdown begin with All (or are the
    -- one total of new plans).
    and (
        breakdown is null
        or starts_with(breakdown, 'All')
        or breakdown in ('Total', 'New EHC plans')
    )
