select
    service_request_id,
    team_type,
    case team_type
        when '06' then 'COMM_PAED'
        when '17' then 'AUDIOLOGY'
        when '23' then 'OT'
        when '26' then 'PHYSIO'
        when '33' then 'SALT'
        when '50' then 'WHEELCHAIR'
        else 'OTHER'
    end as pathway,
    {{ match_date('closure_date') }} as closure_date,
    {{ match_date('rejection_date') }} as rejection_date,
    {{ match_origin() }}
from {{ source('csds', 'csds_service') }}
where _is_latest
