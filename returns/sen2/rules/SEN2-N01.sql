/*
id: SEN2-N01
severity: error
from: 2023
family: cross_item
message: The date and the reason a plan ceased must be given together.
items: ["CeaseDate", "CeaseReason"]
owner: ehc_casework
*/
select
    'named_plan' as module,
    namedplantableid as record_key,
    case when ceasedate is null then 'CeaseDate' else 'CeaseReason' end as item
from returns.sen2_named_plan
where (ceasedate is null) <> blank(ceasereason)
