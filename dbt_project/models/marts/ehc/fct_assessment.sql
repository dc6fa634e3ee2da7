with assessments as (

    select * from {{ ref('stg_ehc__assessment') }}

),

requests as (

    select
        request_ref,
        person_id,
        person_ref,
        received_date
    from {{ ref('fct_request') }}

),

plan_starts as (

    select
        request_ref,
        min(start_date) as start_date
    from {{ ref('stg_ehc__plan') }}
    group by request_ref

),

disputes as (

    select
        request_ref,
        cast(bool_or(kind = 'MEDIATION' and about = 'ASSESSMENT') as integer)
            as assessment_mediation,
        cast(bool_or(kind = 'TRIBUNAL' and about = 'ASSESSMENT') as integer)
            as assessment_tribunal,
        cast(bool_or(kind = 'MEDIATION' and about = 'OTHER') as integer)
            as other_mediation,
        cast(bool_or(kind = 'TRIBUNAL' and about = 'OTHER') as integer)
            as other_tribunal
    from {{ ref('fct_dispute') }}
    where about in ('ASSESSMENT', 'OTHER')
    group by request_ref

),

clocked as (

    select
        assessments.*,
        requests.person_id,
        requests.person_ref,
        coalesce(disputes.assessment_mediation, 0) as assessment_mediation,
        coalesce(disputes.assessment_tribunal, 0) as assessment_tribunal,
        coalesce(disputes.other_mediation, 0) as other_mediation,
        coalesce(disputes.other_tribunal, 0) as other_tribunal,
        requests.received_date + 140 as issue_due_date,
        case
            when assessments.outcome = 'Y'
                then cast(
                    {{ sen2_twenty_week_end('assessments.outcome_date', 'plan_starts.start_date') }}
                    - requests.received_date as integer
                )
        end as days_to_issue,
        case
            when assessments.outcome = 'N'
                then cast(assessments.outcome_date - requests.received_date as integer)
        end as days_to_refusal
    from assessments
    left join requests on assessments.request_ref = requests.request_ref
    -- needed where the setting twenty_week_end is start_date
    left join plan_starts on assessments.request_ref = plan_starts.request_ref -- noqa: ST11
    left join disputes on assessments.request_ref = disputes.request_ref

)

select
    request_ref,
    person_id,
    person_ref,
    outcome,
    outcome_date,
    exception_20_week,
    assessment_mediation,
    assessment_tribunal,
    other_mediation,
    other_tribunal,
    issue_due_date,
    days_to_issue,
    days_to_issue <= 140 as issued_in_20_weeks,
    days_to_refusal,
    days_to_refusal <= 112 as refused_in_16_weeks,
    _file_hash,
    _row
from clocked
