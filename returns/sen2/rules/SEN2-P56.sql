/*
id: SEN2-P56
severity: query
from: 2023
family: format
message: A name holds characters that show it was read in the wrong encoding.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
-- the replacement character, and what UTF-8 letters become when read as Latin-1
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where strlen(surname) > length(surname) and regexp_matches(surname, '\x{FFFD}|[\x{C2}\x{C3}][\x{80}-\x{BF}]')
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where strlen(forename) > length(forename) and regexp_matches(forename, '\x{FFFD}|[\x{C2}\x{C3}][\x{80}-\x{BF}]')
