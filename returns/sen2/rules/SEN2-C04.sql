/*
id: SEN2-C04
severity: error
from: 2023
message: Placements and needs must be ranked 1, or 1 and 2.
items: ["PlacementRank", "SENtypeRank"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'SENtypeRank' as item
from returns.sen2_sen_need
group by activeplanstableid
having
    count(*) filter (sentyperank = 1) <> 1
    or count(*) filter (sentyperank = 2) > 1
    or count(*) filter (sentyperank is null or sentyperank not in (1, 2)) > 0
union all
select 'placement_detail' as module, placementdetailtableid as record_key, 'PlacementRank' as item
from returns.sen2_placement_detail
where placementrank is null or placementrank not in (1, 2)
union all
-- a secondary placement in force on census day without a primary one
select 'active_plans' as module, placement.activeplanstableid as record_key, 'PlacementRank' as item
from returns.sen2_placement_detail as placement
inner join sen2_case using (activeplanstableid)
where
    sen2_case.in_force
    and coalesce(placement.entrydate <= census_day(), true)
    and coalesce(placement.leavingdate >= census_day(), true)
group by placement.activeplanstableid
having
    count(*) filter (placement.placementrank = 2) > 0
    and count(*) filter (placement.placementrank = 2) = count(*)
