/*
id: SEN2-P36
severity: query
from: 2023
family: age_scope
message: The reason UN8 (new to the area within a week of the end of the period) is given, but the case is older.
items: ["UPNunknown", "ReceivedDate"]
owner: ehc_casework
*/
select distinct 'person' as module, persontableid as record_key, 'UPNunknown' as item
from sen2_case
where upnunknown = 'UN8' and (receiveddate < period_end() - 7 or startdate < period_end() - 7)
