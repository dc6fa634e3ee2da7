/*
id: SEN2-H01
severity: error
from: 2023
family: header
message: The header does not say that this is the council's SEN2 return of this collection year.
items: ["Collection", "Year", "ReferenceDate", "SourceLevel"]
owner: settings
*/
select 'header' as module, 'header' as record_key, wrong.item
from (
    select 'Collection' as item, coalesce(max(collection), '') <> 'SEN2' as is_wrong from returns.sen2_header
    union all
    select 'Year', coalesce(max(year), 0) <> collection_year() from returns.sen2_header
    union all
    select 'ReferenceDate', max(referencedate) is distinct from census_day() from returns.sen2_header
    union all
    select 'SourceLevel', coalesce(max(sourcelevel), '') <> 'L' from returns.sen2_header
) as wrong
where wrong.is_wrong
