{%- set indicators = [
    {
        'indicator_id': 'plan_20_weeks', 'title': 'EHC plans issued within 20 weeks',
        'definition': 'Of the EHC plans issued, the share issued within 20 weeks (140 days) of the request.',
        'numerator': 'Plans issued within 140 days of the request', 'denominator': 'All plans issued, except after mediation or appeal about the request or assessment',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'By the date the assessment ended with a plan',
        'statutory_basis': 'SEND Regulations 2014, regulation 13(2)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'plan_20_weeks_no_exceptions', 'title': 'EHC plans issued within 20 weeks, leaving out exceptions',
        'definition': 'The same, without the plans for which the law allows more time (for instance the child was away for four weeks).',
        'numerator': 'Plans without an exception issued within 140 days', 'denominator': 'Plans issued without an exception',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'By the date the assessment ended with a plan',
        'statutory_basis': 'SEND Regulations 2014, regulation 13(2) and (3)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'decision_6_weeks', 'title': 'Decisions whether to assess within 6 weeks',
        'definition': 'Of the decisions whether to assess, the share made within 6 weeks (42 days) of the request.',
        'numerator': 'Decisions made within 42 days of the request', 'denominator': 'Decisions to assess or not to assess',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'By the date of the decision',
        'statutory_basis': 'SEND Regulations 2014, regulation 5(1)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'review_decision_4_weeks', 'title': 'Annual review decisions within 4 weeks',
        'definition': 'Of the annual review meetings whose four weeks ended, the share after which the family had the decision in time.',
        'numerator': 'Reviews decided within 28 days of the meeting', 'denominator': 'Reviews whose 28 days ended',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'By the date the decision was due (meeting and 28 days)',
        'statutory_basis': 'SEND Regulations 2014, regulation 20(10)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'advice_6_weeks', 'title': 'Advice for assessments within 6 weeks',
        'definition': 'Of the advice asked for in assessments, the share received within 6 weeks (42 days), by kind of advice.',
        'numerator': 'Advice received within 42 days', 'denominator': 'Advice due, except where an exception of regulation 8(2) applies',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'By the date the advice was due (asked for and 42 days)',
        'statutory_basis': 'SEND Regulations 2014, regulation 8(1)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'caseload', 'title': 'Children and young people with an EHC plan',
        'definition': 'Plans in force on the last day of the month, in all and by primary need.',
        'numerator': 'Plans in force', 'denominator': '',
        'unit': 'plans', 'direction': 'context', 'period_rule': 'On the last day of the month',
        'statutory_basis': 'Children and Families Act 2014, section 42', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'placement_mix', 'title': 'Where children with a plan are educated',
        'definition': 'Of the plans in force, the share placed in each kind of setting.',
        'numerator': 'Plans placed in the kind of setting', 'denominator': 'Plans in force',
        'unit': '%', 'direction': 'context', 'period_rule': 'On the last day of the month',
        'statutory_basis': 'Children and Families Act 2014, sections 33 and 43', 'source': 'EHC casework, GIAS'
    },
    {
        'indicator_id': 'plan_health_outcome', 'title': 'Plans with a health outcome or provision',
        'definition': 'Of the plans in force, the share in which section C or G holds something.',
        'numerator': 'Plans with something in section C or G', 'denominator': 'Plans in force',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'On the last day of the month, as the plans read now',
        'statutory_basis': 'SEND Regulations 2014, regulation 12(1)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'plan_care_outcome', 'title': 'Plans with a social care outcome or provision',
        'definition': 'Of the plans in force, the share in which section D, H1 or H2 holds something.',
        'numerator': 'Plans with something in section D, H1 or H2', 'denominator': 'Plans in force',
        'unit': '%', 'direction': 'higher is better', 'period_rule': 'On the last day of the month, as the plans read now',
        'statutory_basis': 'SEND Regulations 2014, regulation 12(1)', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'looked_after_with_plan', 'title': 'Looked-after children with an EHC plan',
        'definition': 'Of the children looked after on the last day of the month, the share with a plan in force. Short-break series are left out.',
        'numerator': 'Children looked after who have a plan in force', 'denominator': 'Children looked after',
        'unit': '%', 'direction': 'context', 'period_rule': 'On the last day of the month',
        'statutory_basis': 'Children Act 1989, section 22(3A)', 'source': 'SSDA903, EHC casework'
    },
    {
        'indicator_id': 'suspension_rate', 'title': 'Suspensions',
        'definition': 'Suspensions that began in the month for every 100 pupils on roll, by SEN provision and primary need. A pupil can be suspended more than once.',
        'numerator': 'Suspensions that began in the month', 'denominator': 'Pupils on roll in the newest school census (single and main registrations)',
        'unit': 'per 100 pupils', 'direction': 'lower is better', 'period_rule': 'By the first day of the suspension',
        'statutory_basis': 'Education Act 2002, section 51A', 'source': 'School census, school systems'
    },
    {
        'indicator_id': 'absence_rate', 'title': 'Absence',
        'definition': 'Sessions missed as a share of sessions that were possible, pupils aged 5 to 15, by SEN provision and primary need.',
        'numerator': 'Sessions missed, authorised or not', 'denominator': 'Possible sessions',
        'unit': '%', 'direction': 'lower is better', 'period_rule': 'Sessions of the month',
        'statutory_basis': 'Education Act 1996, section 444', 'source': 'School systems'
    },
    {
        'indicator_id': 'persistent_absence', 'title': 'Persistent absence',
        'definition': 'Pupils who missed 10 % or more of their own possible sessions in the school year so far, as a share of pupils.',
        'numerator': 'Pupils who missed 10 % or more', 'denominator': 'Pupils with possible sessions in the month',
        'unit': '%', 'direction': 'lower is better', 'period_rule': 'The school year up to the end of the month',
        'statutory_basis': 'Education Act 1996, section 444', 'source': 'School systems'
    },
    {
        'indicator_id': 'severe_absence', 'title': 'Severe absence',
        'definition': 'Pupils who missed half or more of their own possible sessions in the school year so far, as a share of pupils.',
        'numerator': 'Pupils who missed 50 % or more', 'denominator': 'Pupils with possible sessions in the month',
        'unit': '%', 'direction': 'lower is better', 'period_rule': 'The school year up to the end of the month',
        'statutory_basis': 'Education Act 1996, section 444', 'source': 'School systems'
    },
    {
        'indicator_id': 'autism_over_13_weeks', 'title': 'Autism referrals beyond ' ~ var('autism_weeks') ~ ' weeks',
        'definition': 'Of the open referrals for an autism assessment, the share that wait, or waited, more than ' ~ var('autism_weeks') ~ ' weeks (' ~ var('autism_weeks') * 7 ~ ' days) for a first contact.',
        'numerator': 'Open referrals with a wait of more than ' ~ var('autism_weeks') * 7 ~ ' days', 'denominator': 'Open referrals for an autism assessment',
        'unit': '%', 'direction': 'lower is better', 'period_rule': 'On the last day of the month',
        'statutory_basis': 'NICE quality standard QS51 (guidance, not law)', 'source': 'Health waiting list'
    },
    {
        'indicator_id': 'tribunal_appeals', 'title': 'Appeals to the SEND Tribunal',
        'definition': 'Appeals registered.',
        'numerator': 'Appeals registered', 'denominator': '',
        'unit': 'appeals', 'direction': 'lower is better', 'period_rule': 'By the date the appeal was registered',
        'statutory_basis': 'Children and Families Act 2014, section 51', 'source': 'EHC casework'
    },
    {
        'indicator_id': 'tribunal_appeal_rate', 'title': 'Rate of appeal to the SEND Tribunal',
        'definition': 'Appeals registered in twelve months as a share of the decisions that could be appealed.',
        'numerator': 'Appeals registered', 'denominator': 'Requests refused, assessments without a plan, plans in force, plans ceased because needs were met',
        'unit': '%', 'direction': 'lower is better', 'period_rule': 'Twelve months up to the end of the month',
        'statutory_basis': 'Children and Families Act 2014, section 51', 'source': 'EHC casework'
    },
] -%}
{%- for indicator in indicators %}
{{ board_catalogue_row(loop.index, indicator) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
