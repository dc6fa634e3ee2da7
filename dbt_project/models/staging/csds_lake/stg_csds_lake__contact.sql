-- One row a care contact that counts (macros/lake_counting.sql).
{{ lake_contacts('csds_lake', 'csds_lake_contact') }}
