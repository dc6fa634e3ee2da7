-- Decisions of people. The seed holds none: an area keeps its own file beside its data, owner-
-- only, and names it in SEND_CLERICAL_LINKS, because a decision points at real children's records.
select
    left_system,
    left_key,
    right_system,
    right_key,
    lower(trim(decision)) as decision,
    decided_on
from {{ ref('clerical_links') }}
{% if env_var('SEND_CLERICAL_LINKS', '') %}
union all
select left_system, left_key, right_system, right_key, lower(trim(decision)) as decision, decided_on
from read_csv('{{ env_var("SEND_CLERICAL_LINKS") | replace("'", "''") }}', header = true, columns = {
    'left_system': 'varchar', 'left_key': 'varchar', 'right_system': 'varchar', 'right_key': 'varchar',
    'decision': 'varchar', 'decided_by': 'varchar', 'decided_on': 'date', 'note': 'varchar'
})
{% endif %}
