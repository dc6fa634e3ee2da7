select
    links.person_id,
    disabilities.disability,
    disabilities._file_hash,
    disabilities._row
from {{ ref('stg_cin__disability') }} as disabilities
inner join {{ ref('int_person_links') }} as links
    on disabilities.social_care_id = links.source_key and links.source_system = 'cin'
-- a child whom social care holds under two keys says the same twice
qualify
    row_number() over (
        partition by links.person_id, disabilities.disability
        order by disabilities._file_hash, disabilities._row
    ) = 1
