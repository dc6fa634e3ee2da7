-- Each feed's newest delivery. These are counts of rows in files, not of children, and are not
-- suppressed.
with newest as (
    select
        feed,
        max(received_at) as last_received_at,
        max(extract_date) as last_extract_date
    from {{ ref('stg_deliveries__delivery') }}
    group by feed
)

select
    newest.feed,
    newest.last_received_at,
    newest.last_extract_date,
    count(distinct deliveries.file_hash)::bigint as files,
    sum(deliveries.read_rows)::bigint as read_rows,
    sum(deliveries.loaded_rows)::bigint as loaded_rows,
    sum(deliveries.quarantined_rows)::bigint as quarantined_rows,
    sum(deliveries.duplicate_rows)::bigint as duplicate_rows,
    ({{ board_as_of() }} - newest.last_extract_date)::integer as age_days,
    max(status.allowed_age_days)::integer as allowed_age_days,
    max(status.next_expected_on) as next_expected_on,
    max(status.usual_rows)::bigint as usual_rows,
    coalesce(bool_or(status.is_late), false) as is_late
from newest
inner join {{ ref('stg_deliveries__delivery') }} as deliveries
    on newest.feed = deliveries.feed and deliveries.is_latest
left join {{ ref('stg_deliveries__feed_status') }} as status
    on newest.feed = status.feed
group by newest.feed, newest.last_received_at, newest.last_extract_date
