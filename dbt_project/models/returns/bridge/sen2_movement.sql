-- Plans of the two returns are one plan when a person holds them and they began on the same day;
-- what is left is paired by what it can be, in four steps. Whatever is paired wrongly still adds
-- up: every plan of either count is here once.
{%- set steps = [
    ('now.start_date = earlier.start_date', 'start_date'),
    ('now.is_open and now.start_date <= now.last_census_date', 'null'),
    ('not now.is_open and now.cease_date >= now.last_census_date', 'null'),
    ('now.is_open', 'null'),
] %}
{%- set last_collection = sen2_collection() | trim | int - 1 %}
with last_census as (
    select {{ sen2_third_thursday(last_collection) }} as last_census_date
),

earlier_returned as (
    select
        *,
        concat('earlier ', plan_key) as earlier_plan
    from {{ ref('fct_returned_plan') }}
    where collection = {{ last_collection }}
),

earlier as (
    select *
    from earlier_returned
    where is_open
),

returned as (
    select
        named_plan.namedplantableid,
        requests.persontableid,
        named_plan.startdate as start_date,
        named_plan.ceasedate as cease_date,
        named_plan.ceasereason as cease_reason,
        active_plans.transferla as transferred_from,
        coalesce(
            {{ sen2_active_on_census_day('named_plan.startdate', 'named_plan.ceasedate') }}, false
        ) as is_open
    from {{ ref('sen2_named_plan') }} as named_plan
    left join {{ ref('sen2_requests') }} as requests
        on named_plan.assessmenttableid = requests.requeststableid
    left join {{ ref('sen2_active_plans') }} as active_plans
        on named_plan.namedplantableid = active_plans.activeplanstableid
),

-- A plan that ceased after the year this return reports on and before census day is in neither
-- count and returned only next January; the casework says where it went.
ceased_since as (
    select
        plans.plan_ref as namedplantableid,
        plans.person_ref as persontableid,
        plans.start_date,
        plans.cease_date,
        plans.cease_reason,
        null as transferred_from,
        false as is_open
    from {{ ref('fct_plan') }} as plans
    anti join returned on plans.plan_ref = returned.namedplantableid
    where
        plans.cease_date > {{ sen2_period_end() }}
        and plans.cease_date < {{ sen2_census_day() }}
),

now as (
    select
        plans.*,
        coalesce(people.person_id, concat('ehc:', plans.persontableid)) as person_id,
        last_census.last_census_date
    from (
        select * from returned
        union all by name
        select * from ceased_since
    ) as plans
    left join {{ ref('dim_ehc_person') }} as people on plans.persontableid = people.person_ref
    cross join last_census
),

pairs_0 as (
    select
        null::varchar as earlier_plan,
        null::varchar as namedplantableid
    where false
),
{% for condition, also_by in steps %}
earlier_left_{{ loop.index }} as (
    select
        earlier.*,
        row_number() over (
            partition by earlier.person_id, {{ also_by }}
            order by earlier.start_date nulls last, earlier.earlier_plan
        ) as place
    from earlier
    anti join pairs_{{ loop.index0 }} as paired on earlier.earlier_plan = paired.earlier_plan
),

now_left_{{ loop.index }} as (
    select
        now.*,
        row_number() over (
            partition by now.person_id, {{ 'now.' ~ also_by if also_by != 'null' else also_by }}
            order by now.is_open desc, now.start_date asc nulls last, now.namedplantableid asc
        ) as place
    from now
    anti join pairs_{{ loop.index0 }} as paired on now.namedplantableid = paired.namedplantableid
    where {{ condition if 'earlier.' not in condition else 'true' }}
),

pairs_{{ loop.index }} as (
    select *
    from pairs_{{ loop.index0 }}
    union all
    select
        earlier.earlier_plan,
        now.namedplantableid
    from earlier_left_{{ loop.index }} as earlier
    inner join now_left_{{ loop.index }} as now
        on
            earlier.person_id = now.person_id
            and earlier.place = now.place
            {%- if 'earlier.' in condition %}
            and {{ condition }}
            {%- endif %}
),
{% endfor %}
-- Every plan of either count, and those that came and went in between.
plans as (
    select
        coalesce(now.person_id, earlier.person_id) as person_id,
        earlier.earlier_plan is not null as was_open,
        coalesce(now.is_open, false) as is_open,
        coalesce(now.start_date, earlier.start_date) as start_date,
        earlier.start_date as last_start_date,
        now.cease_date,
        now.cease_reason,
        now.transferred_from,
        earlier.source_key as last_source_key,
        earlier.plan_key as last_plan_key,
        now.persontableid,
        now.namedplantableid
    from earlier
    left join pairs_{{ steps | length }} as paired on earlier.earlier_plan = paired.earlier_plan
    full outer join now on paired.namedplantableid = now.namedplantableid
    where
        earlier.earlier_plan is not null
        or now.is_open
        or (now.start_date > now.last_census_date and now.cease_date >= now.last_census_date)
),

given_as_ceased as (
    select distinct
        person_id,
        start_date
    from earlier_returned
    where not is_open and cease_date is not null
),

exported as (
    select distinct people.person_id
    from {{ ref('sen2_requests') }} as requests
    inner join {{ ref('dim_ehc_person') }} as people on requests.persontableid = people.person_ref
    where trim(requests.exported) <> ''
),

-- Of several plans of one person the one in both counts is the first.
counted as (
    select
        plans.*,
        last_census.last_census_date,
        given_as_ceased.person_id is not null as was_given_as_ceased,
        exported.person_id is not null as is_exported,
        plans.is_open and row_number() over (
            partition by plans.person_id, plans.is_open
            order by
                plans.was_open desc,
                plans.start_date asc nulls last,
                plans.namedplantableid asc
        ) > 1 as is_second_now,
        plans.was_open and row_number() over (
            partition by plans.person_id, plans.was_open
            order by
                plans.is_open desc,
                plans.namedplantableid is not null desc,
                plans.start_date asc nulls last,
                plans.last_plan_key asc
        ) > 1 as is_second_before
    from plans
    cross join last_census
    left join given_as_ceased
        on
            plans.person_id = given_as_ceased.person_id
            and plans.start_date = given_as_ceased.start_date
    left join exported on plans.person_id = exported.person_id
)

select
    person_id,
    case
        when was_open and is_open then 'still_open'
        when is_open and is_second_now then 'counted_twice'
        when is_open and trim(transferred_from) <> '' then 'transferred_in'
        when is_open and start_date > last_census_date then 'new'
        when is_open and was_given_as_ceased then 'reopened'
        when is_open then 'not_in_last_return'
        when not was_open then 'came_and_went'
        when cease_date is not null then {{ sen2_ceased_movement('cease_reason') }}
        when is_exported then 'transferred_out'
        when is_second_before then 'counted_twice_before'
        else 'missing_now'
    end as movement,
    was_open,
    is_open,
    start_date,
    last_start_date,
    cease_date,
    cease_reason,
    transferred_from,
    last_source_key,
    last_plan_key,
    persontableid,
    namedplantableid
from counted
-- without last year's return there is nothing to have moved from
where exists (select 1 from earlier_returned)
