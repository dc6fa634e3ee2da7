/*
id: SEN2-D01
severity: error
from: 2023
family: cross_item
message: Exactly one of URN, UKPRN and SEN setting must be given.
items: ["URN", "UKPRN", "SENSetting"]
owner: ehc_casework
*/
select module, record_key, 'URN' as item
from sen2_setting
where (not blank(urn))::integer + (not blank(ukprn))::integer + (not blank(sensetting))::integer <> 1
