with details as (

    select * from {{ ref('stg_ehc__placement') }}

),

plans as (

    select
        plan_ref,
        person_id,
        person_ref
    from {{ ref('fct_plan') }}

),

people as (

    select
        person_ref,
        {{ sen2_age_on('birth_date', sen2_age_day()) }} as age
    from {{ ref('dim_ehc_person') }}

),

settings as (

    select
        urn,
        setting_group
    from {{ ref('dim_setting') }}

)

select
    details.placement_ref,
    details.plan_ref,
    plans.person_id,
    details.placement_rank,
    details.urn,
    details.ukprn,
    details.sen_setting,
    details.sen_setting_other,
    details.entry_date,
    details.leaving_date,
    details.sen_unit,
    details.resourced_provision,
    details.residential,
    details.work_based,
    details.attendance_pattern,
    {{ setting_category('details', 'settings', 'people.age') }} as setting_category,
    details._file_hash,
    details._row
from details
left join plans on details.plan_ref = plans.plan_ref
left join people on plans.person_ref = people.person_ref
left join settings on details.urn = settings.urn
