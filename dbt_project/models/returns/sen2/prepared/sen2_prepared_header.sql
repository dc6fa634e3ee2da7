{%- set header = var('sen2_header') -%}

select
    'SEN2' as collection,
    {{ sen2_collection() }} as year,
    {{ sen2_census_day() }} as referencedate,
    'L' as sourcelevel,
    '{{ var("area") }}' as lea,
    '{{ header["software_code"] | replace("'", "''") }}' as softwarecode,
    '{{ header["release"] | replace("'", "''") }}' as release,
    '{{ header["serial_no"] | replace("'", "''") }}' as serialno,
    -- the night the return is prepared for, not the moment it runs, so that the same night
    -- gives the same bytes
    cast('{{ var("as_of") }} 00:00:00' as timestamp) as datetime,
    '{{ header["dmo"] }}' as dmo,
    '{{ header["dco"] }}' as dco,
    '{{ header["dsco"] }}' as dsco,
    'settings' as _source_table,
    cast(null as varchar) as _file_hash,
    cast(null as bigint) as _row
