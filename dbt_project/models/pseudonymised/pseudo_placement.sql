-- The free text of an unlisted setting can name a person or an address, so it stays behind.
select
    {{ pseudonym_ref('placement', 'placement_ref') }} as placement_pseudonym,
    {{ pseudonym_ref('plan', 'plan_ref') }} as plan_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    placement_rank,
    urn,
    ukprn,
    sen_setting,
    entry_date,
    leaving_date,
    sen_unit,
    resourced_provision,
    residential,
    work_based,
    setting_category
from {{ ref('fct_placement') }}
