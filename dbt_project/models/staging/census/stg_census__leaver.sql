-- Keys as of stg_census__pupil: COLLECT's own, with the term before them where two terms use one.
with addresses as (
    select
        pupilnolongeronrolltableid,
        {{ match_census_period('_file_name') }} as period,
        min_by(postcode, addressesoffrolltableid) as postcode
    from {{ source('census', 'census_addressesoffroll') }}
    where _is_latest and postcode is not null
    group by all
),

leavers as (
    select
        *,
        {{ match_census_period('_file_name') }} as period,
        count(*) over (partition by pupilnolongeronrolltableid) as terms
    from {{ source('census', 'census_pupilnolongeronroll') }}
    where _is_latest
)

select
    case
        when leavers.terms = 1 then leavers.pupilnolongeronrolltableid
        else concat(leavers.period, '-', leavers.pupilnolongeronrolltableid)
    end as leaver_key,
    leavers.pupilnolongeronrolltableid as leaver_table_id,
    leavers.schoolcensustableid as census_return_id,
    leavers.period,
    {{ match_identifier('leavers.upn') }} as upn,
    {{ match_identifier('leavers.formerupn') }} as former_upn,
    {{ match_identifier('leavers.uniquelearnernumber') }} as uln,
    trim(leavers.surname) as surname,
    trim(leavers.forename) as forename,
    {{ match_collect_date('leavers.dob') }} as birth_date,
    {{ match_sex('leavers.sex') }} as sex,
    upper(leavers.ethnicity) as ethnicity,
    {{ match_collect_date('leavers.entrydate') }} as entry_date,
    {{ match_collect_date('leavers.leavingdate') }} as leaving_date,
    {{ match_postcode('addresses.postcode') }} as postcode,
    leavers._file_hash,
    leavers._row
from leavers
left join addresses
    on
        leavers.pupilnolongeronrolltableid = addresses.pupilnolongeronrolltableid
        and leavers.period = addresses.period
