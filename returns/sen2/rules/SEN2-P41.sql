/*
id: SEN2-P41
severity: query
from: 2023
family: format
message: The post code is not in capitals with one blank before its last three characters.
items: ["PostCode"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PostCode' as item
from returns.sen2_person
where
    not blank(postcode) and not regexp_full_match(postcode, '[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}')
    and regexp_full_match(upper(trim(postcode)), '[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}')
