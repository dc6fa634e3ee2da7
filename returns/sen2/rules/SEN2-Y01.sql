/*
id: SEN2-Y01
severity: query
from: 2024
family: last_year
message: A plan that was open in last year's return is not in this one; it is neither held, nor ceased, nor moved to another LA.
items: ["StartDate", "CeaseDate", "Exported"]
owner: ehc_casework
needs: [last_return]
brings_source: true
*/
with accounted_for as (
    select link.person_id
    from matching.int_person_links as link
    inner join sen2_case on link.source_key = sen2_case.persontableid
    where
        link.source_system = 'ehc'
        and (sen2_case.namedplantableid is not null or not blank(sen2_case.exported))
)

select
    'last_return' as module,
    earlier.source_key as record_key,
    'StartDate' as item,
    any_value(earlier._source_table) as source_table,
    any_value(earlier._file_hash order by earlier._row) as file_hash,
    min(earlier._row) as row
from facts.fct_returned_plan as earlier
anti join accounted_for using (person_id)
where earlier.collection = collection_year() - 1 and earlier.is_open
group by earlier.source_key
