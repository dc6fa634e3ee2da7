/*
id: SEN2-G09
severity: query
from: 2023
family: gias
message: The setting is given by its UKPRN, but GIAS has a URN for it, which is asked for first.
items: ["UKPRN", "URN"]
owner: ehc_casework
needs: [gias]
*/
select module, record_key, 'UKPRN' as item
from sen2_setting
where
    not blank(ukprn)
    and blank(urn)
    and trim(ukprn) in (
        select ukprn from facts.dim_setting where ukprn is not null and coalesce(close_date >= census_day(), true)
    )
