/*
id: SEN2-Y07
severity: query
from: 2024
family: last_year
message: The plan was given as ceased in last year's return and is given as ceased again, on another date or for another reason.
items: ["CeaseDate", "CeaseReason"]
owner: ehc_casework
needs: [last_return]
*/
select distinct
    'named_plan' as module,
    sen2_plan.namedplantableid as record_key,
    case when sen2_plan.ceasedate <> returned.cease_date then 'CeaseDate' else 'CeaseReason' end as item
from sen2_returned as returned
inner join sen2_plan
    on sen2_plan.persontableid = returned.persontableid and sen2_plan.startdate = returned.start_date
where
    not returned.is_open
    and sen2_plan.ceasedate < census_day()
    and (
        sen2_plan.ceasedate <> returned.cease_date
        or (sen2_plan.ceasedate = returned.cease_date and sen2_plan.ceasereason <> returned.cease_reason)
    )
