/*
id: SEN2-Y08
severity: query
from: 2024
family: last_year
message: The plan is said to have come from another LA in the period, but last year's return had it already.
items: ["TransferLA"]
owner: ehc_casework
needs: [last_return]
*/
select distinct 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'TransferLA' as item
from sen2_returned as returned
inner join sen2_active on sen2_active.persontableid = returned.persontableid
where
    returned.is_open
    and not blank(sen2_active.transferla)
    and returned.start_date = sen2_active.startdate
