/*
id: INSP-E05
severity: query
from: 2023
family: cross_item
message: The child is known to social care, but no team is named.
items:
  - "Which children's social care team?"
  - "Known to children's social care?"
owner: social_care
*/
select module, record_key, 'Which children''s social care team?' as item
from inspection_listed
where known_to_social_care = 'Y' and blank(social_care_team)
