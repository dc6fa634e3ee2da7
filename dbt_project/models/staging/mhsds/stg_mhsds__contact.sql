-- One row a care contact that counts (macros/lake_counting.sql).
{{ lake_contacts('mhsds', 'mhsds_contact') }}
