-- One row a pupil on roll and term (macros/census_of_terms.sql).
{{ census_of_terms(
    'census_pupilonroll', 'pupilonrolltableid', 'census_addressesonroll', 'addressesonrolltableid'
) }}

select
    {{ census_pupil_columns('pupilonrolltableid', 'pupil_key', 'pupil_table_id') }},
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
