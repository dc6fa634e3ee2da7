/*
id: SEN2-N18
severity: query
from: 2023
family: dates
message: The plan started more than 18 years before census day; a statement that was converted keeps its date, but few are so old.
items: ["StartDate"]
owner: ehc_casework
*/
-- before September 2014 there were statements; the DfE publishes plans held for twelve years and more, so age alone is
-- not wrong (England, January 2025: 17,924 of 638,745)
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where startdate < census_day() - interval 18 year and coalesce(startdate >= personbirthdate, true)
