/*
id: SEN2-Y04
severity: query
from: 2024
family: last_year
message: The plan began before the period and did not come from another LA, but was not in last year's return.
items: ["StartDate", "TransferLA"]
owner: ehc_casework
needs: [last_return]
*/
select 'named_plan' as module, sen2_plan.namedplantableid as record_key, 'StartDate' as item
from sen2_plan
anti join sen2_returned using (persontableid)
where
    sen2_plan.in_force
    and sen2_plan.startdate < period_start()
    and blank(sen2_plan.transferla)
    -- a council whose last return was never read in has nothing to compare with
    and exists (select 1 from facts.fct_returned_plan where collection = collection_year() - 1)
