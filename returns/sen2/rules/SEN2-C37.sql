/*
id: SEN2-C37
severity: error
from: 2023
family: code
message: The rank of the need is missing or neither 1 nor 2.
items: ["SENtypeRank"]
owner: ehc_casework
*/
select 'sen_need' as module, senneedtableid as record_key, 'SENtypeRank' as item
from returns.sen2_sen_need
where sentyperank is null or sentyperank not in (1, 2)
