select
    feed,
    table_name,
    file_hash,
    received_at,
    extract_date,
    read_rows,
    loaded_rows,
    quarantined_rows,
    duplicate_rows,
    is_latest
from {{ source('deliveries', 'delivery') }}
