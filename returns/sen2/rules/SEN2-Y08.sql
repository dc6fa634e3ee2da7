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
from facts.fct_returned_plan as returned
inner join matching.int_person_links as link using (person_id)
inner join sen2_active on sen2_active.persontableid = link.source_key
where
    returned.collection = collection_year() - 1
    and returned.is_open
    and link.source_system = 'ehc'
    and not blank(sen2_active.transferla)
    and returned.start_date = sen2_active.startdate
