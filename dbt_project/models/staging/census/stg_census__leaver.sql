-- One row a pupil who had left and term (macros/census_of_terms.sql).
{{ census_of_terms(
    'census_pupilnolongeronroll', 'pupilnolongeronrolltableid', 'census_addressesoffroll', 'addressesoffrolltableid'
) }}

select
    {{ census_pupil_columns('pupilnolongeronrolltableid', 'leaver_key', 'leaver_table_id') }},
    {{ match_collect_date('pupils.leavingdate') }} as leaving_date,
    {{ match_postcode('addresses.postcode') }} as postcode,
    pupils._file_hash,
    pupils._row
from pupils
left join addresses
    on
        pupils.pupilnolongeronrolltableid = addresses.pupilnolongeronrolltableid
        and pupils.period = addresses.period
