/*
id: INSP-E04
severity: error
from: 2023
family: cross_item
message: A social care team is named for a child who is not said to be known to social care.
items:
  - "Which children's social care team?"
  - "Known to children's social care?"
owner: social_care
*/
select module, record_key, 'Which children''s social care team?' as item
from inspection_listed
where not blank(social_care_team) and known_to_social_care is distinct from 'Y'
