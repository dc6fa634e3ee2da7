/*
id: SEN2-Y05
severity: query
from: 2024
family: last_year
message: The primary need differs from last year's return.
items: ["SENtype"]
owner: ehc_casework
needs: [last_return]
*/
with earlier as (
    select persontableid, list(primary_need) as types
    from sen2_returned
    where is_open and primary_need is not null
    group by persontableid
)

select 'sen_need' as module, need.senneedtableid as record_key, 'SENtype' as item
from earlier
inner join sen2_active using (persontableid)
inner join returns.sen2_sen_need as need using (activeplanstableid)
where
    sen2_active.in_force
    and need.sentyperank = 1
    and not blank(need.sentype)
    and not list_contains(earlier.types, need.sentype)
    -- before 2025 Down syndrome could only be returned as another need
    and not (need.sentype = 'DS' and collection_year() = 2025)
