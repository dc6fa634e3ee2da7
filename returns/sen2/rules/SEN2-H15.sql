/*
id: SEN2-H15
severity: error
from: 2023
family: header
message: The serial number of the header is not three digits from 001 up.
items: ["SerialNo"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'SerialNo' as item
from returns.sen2_header
where blank(serialno) or not regexp_full_match(serialno, '[0-9]{3}') or serialno = '000'
