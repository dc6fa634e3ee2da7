-- What the rules against last year's return share; made only where earlier returns are there.

-- One row a person of the return and plan of last year's return.
create or replace temp table sen2_returned as
select link.source_key as persontableid, returned.* exclude (person_id, source_key)
from matching.int_person_links as link
inner join facts.fct_returned_plan as returned using (person_id)
semi join returns.sen2_person as person on person.persontableid = link.source_key
where link.source_system = 'ehc' and returned.collection = collection_year() - 1;
