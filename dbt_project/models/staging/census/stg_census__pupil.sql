-- Table ids are COLLECT's own and new every term. Where two terms' files use one id, the term is
-- put before it. The home postcode is in the table of addresses: the first of a pupil's that has
-- one.
with addresses as (
    select
        pupilonrolltableid,
        {{ match_census_period('_file_name') }} as period,
        min_by(postcode, addressesonrolltableid) as postcode
    from {{ source('census', 'census_addressesonroll') }}
    where _is_latest and postcode is not null
    group by all
),

pupils as (
    select
        *,
        {{ match_census_period('_file_name') }} as period,
        count(*) over (partition by pupilonrolltableid) as terms
    from {{ source('census', 'census_pupilonroll') }}
    where _is_latest
)

select
    case
        when pupils.terms = 1 then pupils.pupilonrolltableid
        else concat(pupils.period, '-', pupils.pupilonrolltableid)
    end as pupil_key,
    pupils.pupilonrolltableid as pupil_table_id,
    pupils.schoolcensustableid as census_return_id,
    pupils.period,
    {{ match_identifier('pupils.upn') }} as upn,
    {{ match_identifier('pupils.formerupn') }} as former_upn,
    {{ match_identifier('pupils.uniquelearnernumber') }} as uln,
    trim(pupils.surname) as surname,
    trim(pupils.forename) as forename,
    {{ match_collect_date('pupils.dob') }} as birth_date,
    {{ match_sex('pupils.sex') }} as sex,
    upper(pupils.ethnicity) as ethnicity,
    {{ match_collect_date('pupils.entrydate') }} as entry_date,
    upper(pupils.enrolstatus) as enrol_status,
    upper(pupils.ncyearactual) as ncyear,
    {{ match_sen_provision('pupils.senprovision') }} as sen_provision,
    {{ match_flag('pupils.senunitindicator') }} as in_sen_unit,
    {{ match_flag('pupils.resourcedprovisionindicator') }} as in_resourced_provision,
    {{ match_postcode('coalesce(pupils.postcode, addresses.postcode)') }} as postcode,
    pupils._file_hash,
    pupils._row
from pupils
left join addresses
    on pupils.pupilonrolltableid = addresses.pupilonrolltableid and pupils.period = addresses.period
