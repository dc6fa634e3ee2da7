/*
id: SEN2-N33
severity: query
from: 2023
family: cross_module
message: The person left England, but a placement of the plan goes on after that date.
items: ["CeaseDate", "CeaseReason", "LeavingDate"]
owner: ehc_casework
*/
select distinct 'named_plan' as module, sen2_active.namedplantableid as record_key, 'CeaseReason' as item
from sen2_stay
inner join sen2_active using (activeplanstableid)
where
    sen2_active.ceasereason = '7'
    and sen2_active.ceasedate >= sen2_active.startdate
    and coalesce(sen2_stay.leavingdate > sen2_active.ceasedate, true)
