/*
id: SEN2-C29
severity: query
from: 2025
family: age_scope
message: The plan is due on 31 March, for a move from school to post-16, but the person is not yet 15 when that school year begins.
items: ["PhaseTransferDueDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferDueDate' as item
from sen2_active
where
    strftime(phasetransferduedate, '%m-%d') = '03-31'
    and age_on(personbirthdate, make_date(year(phasetransferduedate) - 1, 8, 31)) < 15
