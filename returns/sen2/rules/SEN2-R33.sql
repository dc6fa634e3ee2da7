/*
id: SEN2-R33
severity: query
from: 2023
family: cross_module
message: The request was received while the person already held a plan.
items: ["ReceivedDate", "StartDate", "CeaseDate"]
owner: ehc_casework
*/
with several as (
    select *
    from sen2_case
    where persontableid in (select persontableid from returns.sen2_requests group by persontableid having count(*) > 1)
)

select distinct 'requests' as module, later.requeststableid as record_key, 'ReceivedDate' as item
from several as later
inner join several as earlier using (persontableid)
where
    later.requeststableid <> earlier.requeststableid
    and later.receiveddate > earlier.startdate
    and later.receiveddate < coalesce(earlier.ceasedate, later.receiveddate + 1)
