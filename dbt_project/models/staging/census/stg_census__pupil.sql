-- Table ids are COLLECT's own and new every term. Where two terms' files use one id, the term is
-- put before it.
select
    case
        when count(*) over (partition by pupilonrolltableid) = 1 then pupilonrolltableid
        else concat({{ match_census_period('_file_name') }}, '-', pupilonrolltableid)
    end as pupil_key,
    pupilonrolltableid as pupil_table_id,
    schoolcensustableid as census_return_id,
    {{ match_census_period('_file_name') }} as period,
    {{ match_identifier('upn') }} as upn,
    {{ match_identifier('formerupn') }} as former_upn,
    {{ match_identifier('uniquelearnernumber') }} as uln,
    trim(surname) as surname,
    trim(forename) as forename,
    {{ match_collect_date('dob') }} as birth_date,
    {{ match_sex('sex') }} as sex,
    upper(ethnicity) as ethnicity,
    {{ match_collect_date('entrydate') }} as entry_date,
    upper(enrolstatus) as enrol_status,
    upper(ncyearactual) as ncyear,
    {{ match_sen_provision('senprovision') }} as sen_provision,
    {{ match_flag('senunitindicator') }} as in_sen_unit,
    {{ match_flag('resourcedprovisionindicator') }} as in_resourced_provision,
    {{ match_postcode('postcode') }} as postcode,
    {{ match_origin() }}
from {{ source('census', 'census_pupilonroll') }}
where _is_latest
