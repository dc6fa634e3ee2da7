/*
id: SEN2-D04
severity: error
from: 2023
family: gias
message: The URN is not in Get Information About Schools.
items: ["URN"]
owner: ehc_casework
needs: [gias]
*/
-- a number that is no URN, or stands for none, is named by rules of its own
select module, record_key, 'URN' as item
from sen2_setting
where
    regexp_full_match(urn, '[0-9]{5,6}')
    and not urn_stands_for_none(urn)
    and urn not in (select urn from facts.dim_setting where urn is not null)
