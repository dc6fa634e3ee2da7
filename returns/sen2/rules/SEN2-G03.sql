/*
id: SEN2-G03
severity: query
from: 2023
family: gias
message: The setting had closed by census day, but the placement goes on.
items: ["URN", "LeavingDate"]
owner: ehc_casework
needs: [gias]
*/
-- a setting that had closed before the person entered is named by a rule of its own
select 'placement_detail' as module, sen2_stay.placementdetailtableid as record_key, 'LeavingDate' as item
from sen2_stay
inner join facts.dim_setting as setting on trim(sen2_stay.urn) = setting.urn
where
    sen2_stay.on_census_day
    and sen2_stay.in_force
    and setting.close_date < census_day()
    and coalesce(setting.close_date >= sen2_stay.entrydate, true)
