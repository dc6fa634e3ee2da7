with requests as (

    select * from {{ ref('sen2_requests') }}

),

assessments as (

    select * from {{ ref('sen2_assessment') }}

),

people as (

    select * from {{ ref('sen2_person') }}

),

ethnicity_labels as (

    select * from {{ ref('ethnicity_labels') }}

),

plan_starts as (

    select
        assessmenttableid,
        min(startdate) as startdate
    from {{ ref('sen2_named_plan') }}
    group by assessmenttableid

),

cases as (

    select
        requests.requeststableid,
        {{ preview_sex_label('people.sex', 'people.gendercurrent') }} as sex_label,
        coalesce(ethnicity_labels.ethnicity_label, 'Unclassified') as ethnicity_label,
        {{ sen2_age_on('people.personbirthdate', 'requests.receiveddate') }} as age_at_request,

        -- request
        requests.requestoutcome,
        requests.rya,
        requests.requestmediation,
        requests.requesttribunal,
        {{ sen2_in_year('requests.receiveddate') }}
        and coalesce(requests.requestoutcome in ('Y', 'N', 'A', 'W'), false) as is_received,
        coalesce(requests.requestoutcome in ('Y', 'N'), false)
        and {{ sen2_in_year('requests.requestoutcomedate') }} as is_decided,
        cast(requests.requestoutcomedate - requests.receiveddate as integer) as days_to_decision,

        -- assessment: withdrawn and unfinished ones are counted whatever their date
        case
            when
                assessments.assessmentoutcome in ('Y', 'N')
                and {{ sen2_in_year('assessments.assessmentoutcomedate') }}
                then assessments.assessmentoutcome
            when assessments.assessmentoutcome in ('A', 'W') then assessments.assessmentoutcome
        end as assessment_counted_as,
        assessments.assessmentmediation,
        assessments.assessmenttribunal,
        assessments.othermediation,
        assessments.othertribunal,
        assessments.week20,
        cast(assessments.assessmentoutcomedate - requests.receiveddate as integer)
            as days_to_outcome,
        cast(
            {{ sen2_twenty_week_end('assessments.assessmentoutcomedate', 'plan_starts.startdate') }}
            - requests.receiveddate as integer
        ) as days_to_issue
    from requests
    left join people on requests.persontableid = people.persontableid
    left join ethnicity_labels on people.ethnicity = ethnicity_labels.ethnicity
    left join assessments on requests.requeststableid = assessments.requeststableid
    -- needed where the setting twenty_week_end is start_date
    left join plan_starts -- noqa: ST11
        on assessments.assessmenttableid = plan_starts.assessmenttableid

)

select * from cases
