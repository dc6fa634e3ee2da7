-- Three kinds of involvement. A referral that ended in no further action is no episode of need.
-- Children whose only legal statuses are V3 and V4 had a series of short breaks and are not
-- counted as looked after (facts: extracts 1.1).
with short_breaks_only as (
    select social_care_id
    from {{ ref('stg_s903__episode') }}
    group by social_care_id
    having bool_and(coalesce(legal_status in ('V3', 'V4'), false))
),

looked_after as (
    select care.*
    from {{ ref('stg_s903__episode') }} as care
    left join short_breaks_only on care.social_care_id = short_breaks_only.social_care_id
    where short_breaks_only.social_care_id is null
),

episodes as (
    select
        'cin' as source_system,
        'CIN' as kind,
        social_care_id,
        concat('CIN:', social_care_id, ':', referral_date) as episode_key,
        referral_date as start_date,
        closure_date as end_date,
        primary_need as need_code,
        null::varchar as placement_code,
        null::varchar as legal_status,
        _file_hash,
        _row
    from {{ ref('stg_cin__episode') }}
    where not is_no_further_action
    union all
    select
        'cin' as source_system,
        'CPP' as kind,
        social_care_id,
        concat('CPP:', social_care_id, ':', episode_number, ':', start_date) as episode_key,
        start_date,
        end_date,
        coalesce(latest_category, initial_category) as need_code,
        null as placement_code,
        null as legal_status,
        _file_hash,
        _row
    from {{ ref('stg_cin__protection_plan') }}
    union all
    select
        's903' as source_system,
        'CLA' as kind,
        social_care_id,
        concat('CLA:', social_care_id, ':', start_date) as episode_key,
        start_date,
        end_date,
        need_code,
        placement_code,
        legal_status,
        _file_hash,
        _row
    from looked_after
)

select
    episodes.episode_key,
    links.person_id,
    episodes.kind,
    episodes.start_date,
    episodes.end_date,
    episodes.need_code,
    episodes.placement_code,
    episodes.legal_status,
    episodes._file_hash,
    episodes._row
from episodes
inner join {{ ref('int_person_links') }} as links
    on episodes.source_system = links.source_system and episodes.social_care_id = links.source_key
