/*
id: SEN2-C30
severity: query
from: 2025
family: age_scope
message: The plan is due on 15 February, for a move between schools, but the person is 15 or over when that school year begins.
items: ["PhaseTransferDueDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferDueDate' as item
from sen2_active
where
    strftime(phasetransferduedate, '%m-%d') = '02-15'
    and age_on(personbirthdate, make_date(year(phasetransferduedate) - 1, 8, 31)) >= 15
