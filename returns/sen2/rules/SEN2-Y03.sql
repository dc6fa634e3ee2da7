/*
id: SEN2-Y03
severity: query
from: 2024
family: last_year
message: The plan was given as ceased in last year's return, but is held again with the same start date.
items: ["CeaseDate", "StartDate"]
owner: ehc_casework
needs: [last_return]
*/
select distinct 'named_plan' as module, sen2_plan.namedplantableid as record_key, 'CeaseDate' as item
from sen2_returned as returned
inner join sen2_plan
    on sen2_plan.persontableid = returned.persontableid and sen2_plan.startdate = returned.start_date
where returned.cease_date is not null and not returned.is_open and sen2_plan.in_force
