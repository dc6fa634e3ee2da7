/*
id: SEN2-T12
severity: query
from: 2023
family: totals
message: No plan has a secondary need.
items: ["SENtypeRank"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (sentyperank = 2) as part,
        count(*) filter (sentyperank = 1) as whole
    from returns.sen2_sen_need
)

select
    'header' as module,
    'header' as record_key,
    'SENtypeRank' as item,
    part || ' of ' || whole as detail
from counted
where part = 0 and whole >= least_for_none() and is_large()
