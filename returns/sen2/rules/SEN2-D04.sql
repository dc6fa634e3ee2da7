/*
id: SEN2-D04
severity: error
from: 2023
message: The URN is not in Get Information About Schools.
items: ["URN"]
owner: ehc_casework
needs: [gias]
*/
select module, record_key, 'URN' as item
from sen2_setting
where not blank(urn) and trim(urn) not in (select urn from facts.dim_setting where urn is not null)
