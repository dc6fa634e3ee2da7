/*
id: SEN2-D23
severity: query
from: 2023
family: cross_item
message: A SEN unit or resourced provision is recorded for a setting that has no URN.
items: ["SENunitIndicator", "ResourcedProvisionIndicator", "URN"]
owner: ehc_casework
*/
select
    module,
    record_key,
    case when senunitindicator = 1 then 'SENunitIndicator' else 'ResourcedProvisionIndicator' end as item
from sen2_setting
where
    blank(urn)
    and not (blank(ukprn) and blank(sensetting))
    and (senunitindicator = 1 or resourcedprovisionindicator = 1)
