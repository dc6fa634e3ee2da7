{%- set limit_days = var('autism_weeks') * 7 -%}
-- A referral to a pathway, from a waiting list or from CSDS; one that both name (same child,
-- pathway and day) is one. Weeks are blocks of seven days from the day the referral was received
-- (facts: extracts 3.3): 13 weeks are 91 days.
with waiting as (
    select
        concat('waiting:', pathways.pathway_ref) as pathway_key,
        links.person_id,
        pathways.pathway,
        pathways.service_line,
        pathways.referral_received_date,
        pathways.first_contact_date,
        pathways.assessment_start_date,
        least(pathways.rejected_date, pathways.discharge_date) as end_date,
        pathways.status,
        'waiting' as source,
        pathways._file_hash,
        pathways._row
    from {{ ref('stg_waiting__pathway') }} as pathways
    inner join {{ ref('int_person_links') }} as links
        on links.source_system = 'waiting' and pathways.pathway_ref = links.source_key
),

seen as (
    select
        service_request_id,
        min(contact_date) as first_contact_date
    from {{ ref('stg_csds__contact') }}
    where is_seen
    group by service_request_id
),

community as (
    select
        concat('csds:', referrals.service_request_id, ':', services.team_type) as pathway_key,
        links.person_id,
        services.pathway,
        services.team_type as service_line,
        referrals.received_date as referral_received_date,
        seen.first_contact_date,
        null::date as assessment_start_date,
        least(services.rejection_date, services.closure_date, referrals.discharge_date) as end_date,
        case
            when services.rejection_date is not null then 'REJECTED'
            when
                services.closure_date is not null or referrals.discharge_date is not null
                then 'DISCHARGED'
            when seen.first_contact_date is not null then 'SEEN'
            else 'WAITING'
        end as status,
        'csds' as source,
        referrals._file_hash,
        referrals._row
    from {{ ref('stg_csds__referral') }} as referrals
    inner join
        {{ ref('stg_csds__service') }} as services
        on referrals.service_request_id = services.service_request_id
    inner join {{ ref('int_person_links') }} as links
        on links.source_system = 'csds' and referrals.patient_id = links.source_key
    left join seen on referrals.service_request_id = seen.service_request_id
),

pathways as (
    select *
    from waiting
    union all
    select community.*
    from community
    anti join waiting
        on
            community.person_id = waiting.person_id
            and community.pathway = waiting.pathway
            and community.referral_received_date = waiting.referral_received_date
),

dated as (
    select
        *,
        -- The clock stops at the first contact, else at the end, else it still runs tonight.
        coalesce(first_contact_date, end_date, {{ board_as_of() }})
        - referral_received_date as days_waited
    from pathways
)

select
    pathway_key,
    person_id,
    pathway,
    service_line,
    referral_received_date,
    first_contact_date,
    assessment_start_date,
    end_date,
    status,
    greatest(days_waited, 0)::integer as days_waited,
    (greatest(days_waited, 0) // 7)::integer as weeks_waited,
    first_contact_date is null
    and end_date is null
    and coalesce(status, 'WAITING') = 'WAITING' as is_waiting,
    case
        when first_contact_date is not null then days_waited > {{ limit_days }}
        when
            end_date is null and coalesce(status, 'WAITING') = 'WAITING'
            then days_waited > {{ limit_days }}
        else false
    end as over_13_weeks,
    case
        when
            first_contact_date is null
            and (end_date is not null or coalesce(status, 'WAITING') <> 'WAITING')
            then false
        else days_waited > 126
    end as over_18_weeks,
    source,
    _file_hash,
    _row
from dated
