/*
id: SEN2-H03
severity: error
from: 2023
family: header
message: The header does not say Y, N or R for each designated officer.
items: ["DMO", "DCO", "DSCO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, officer.item
from (
    select 'DMO' as item, dmo as code from returns.sen2_header where dmo is not null
    union all
    select 'DCO', dco from returns.sen2_header where dco is not null
    union all
    select 'DSCO', dsco from returns.sen2_header where dsco is not null
) as officer
where officer.code not in (select code from sen2_code where list = 'officer')
