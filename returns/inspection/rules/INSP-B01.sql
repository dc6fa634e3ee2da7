/*
id: INSP-B01
severity: error
from: 2023
family: code
message: The value is none the list has a text for.
items:
  - "Gender"
  - "Ethnicity"
  - "Main education establishment – phase"
  - "Subsidiary education establishment – phase (dual registration)"
  - "Elective home education"
  - "Pupil Premium"
  - "Known to children's social care?"
  - "Which children's social care team?"
  - "Does the child or young person have a disability?"
owner: ehc_casework
*/
select module, record_key, 'Gender' as item
from inspection_listed
where is_foreign('gender', gender)
union all
select module, record_key, 'Ethnicity' as item
from inspection_listed
where is_foreign('ethnicity', ethnicity)
union all
select module, record_key, 'Main education establishment – phase' as item
from inspection_listed
where is_foreign('phase', main_phase)
union all
select module, record_key, 'Subsidiary education establishment – phase (dual registration)' as item
from inspection_listed
where is_foreign('phase', subsidiary_phase)
union all
select module, record_key, 'Elective home education' as item
from inspection_listed
where is_foreign('yes_no', home_education)
union all
select module, record_key, 'Pupil Premium' as item
from inspection_listed
where is_foreign('yes_no', pupil_premium)
union all
select module, record_key, 'Known to children''s social care?' as item
from inspection_listed
where is_foreign('yes_no', known_to_social_care)
union all
select module, record_key, 'Which children''s social care team?' as item
from inspection_listed
where is_foreign('team', social_care_team)
union all
select module, record_key, 'Does the child or young person have a disability?' as item
from inspection_listed
where is_foreign('yes_no', disability)
