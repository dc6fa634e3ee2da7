with named_plans as (

    select * from {{ ref('sen2_named_plan') }}

),

active_plans as (

    select * from {{ ref('sen2_active_plans') }}

),

requests as (

    select
        requeststableid,
        persontableid
    from {{ ref('sen2_requests') }}

),

people as (

    select * from {{ ref('sen2_person') }}

),

ethnicity_labels as (

    select * from {{ ref('ethnicity_labels') }}

),

placements as (

    select * from {{ ref('int_sen2__placements') }}

),

primary_needs as (

    select
        activeplanstableid,
        min(sentype) as sentype
    from {{ ref('sen2_sen_need') }}
    where sentyperank = 1
    group by activeplanstableid

),

plans as (

    select
        named_plans.namedplantableid,

        -- which tables count the plan
        {{ sen2_active_on_census_day('named_plans.startdate', 'named_plans.ceasedate') }}
            as is_on_census_day,
        {{ sen2_in_year('named_plans.startdate') }} and active_plans.transferla is null as is_new,
        {{ sen2_in_year('named_plans.ceasedate') }} as is_ceased,

        -- the child
        {{ preview_sex_label('people.sex', 'people.gendercurrent') }} as sex_label,
        coalesce(ethnicity_labels.ethnicity_label, 'Unclassified') as ethnicity_label,
        {{ sen2_age_on('people.personbirthdate', sen2_age_day()) }} as age,
        {{ sen2_age_on('people.personbirthdate', 'named_plans.startdate') }} as age_at_start,
        {{ sen2_age_on('people.personbirthdate', 'named_plans.ceasedate') }} as age_at_cease,

        -- the plan
        named_plans.startdate,
        named_plans.ceasedate,
        named_plans.ceasereason,
        cast({{ sen2_collection() }} - date_part('year', named_plans.startdate) as integer)
            as years_in_place,
        {{ sen2_age_on('named_plans.startdate', 'named_plans.ceasedate') }} as years_held,
        named_plans.pb,
        named_plans.oa,
        named_plans.dp,
        active_plans.reviewmeeting,
        active_plans.lastreview,
        active_plans.reviewoutcome,

        -- where the child is, and with what need
        coalesce(placements.first_category, 'placement_unknown') as first_category,
        coalesce(placements.last_category, 'placement_unknown') as last_category,
        coalesce(placements.census_category, 'placement_unknown') as census_category,
        -- until 2023 the plan says so, then the stay
        coalesce(placements.res, active_plans.res) as res,
        coalesce(placements.wbp, active_plans.wbp) as wbp,
        -- Down syndrome is published under other
        coalesce(
            case when primary_needs.sentype = 'DS' then 'oth' else lower(primary_needs.sentype) end,
            'need_unknown'
        ) as primary_need
    from named_plans
    left join active_plans on named_plans.namedplantableid = active_plans.activeplanstableid
    left join requests on named_plans.assessmenttableid = requests.requeststableid
    left join people on requests.persontableid = people.persontableid
    left join ethnicity_labels on people.ethnicity = ethnicity_labels.ethnicity
    left join placements on named_plans.namedplantableid = placements.activeplanstableid
    left join primary_needs on named_plans.namedplantableid = primary_needs.activeplanstableid

)

select * from plans
