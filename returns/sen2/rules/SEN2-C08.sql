/*
id: SEN2-C08
severity: error
from: 2023
family: code
message: The type of need is missing or not in the list.
items: ["SENtype"]
owner: ehc_casework
*/
select 'sen_need' as module, senneedtableid as record_key, 'SENtype' as item
from returns.sen2_sen_need
where blank(sentype) or sentype not in (select code from sen2_code where list = 'sen_type')
