-- What the rules of the lists may use besides their tables and the macros of every return (returns/rules/macros.sql).

-- Both lists one below the other, in the columns they share.
create or replace temp view inspection_listed as
select
    'list_1' as module, persontableid as record_key, unique_id, upn, uln, birth_date, gender, ethnicity, primary_need,
    main_urn, main_phase, subsidiary_phase, home_education, suspensions, permanent_exclusions, absence, pupil_premium,
    known_to_social_care, social_care_team, disability
from returns.inspection_list_1
union all
select
    'list_2', persontableid, unique_id, upn, uln, birth_date, gender, ethnicity, primary_need,
    main_urn, main_phase, subsidiary_phase, null, suspensions, permanent_exclusions, absence, pupil_premium,
    known_to_social_care, social_care_team, disability
from returns.inspection_list_2;

-- Whether a value is none of the codes the lists have a text for; a blank value is not.
create or replace temp macro is_foreign(list_name, value) as
    not blank(value)
    and value not in (select code from inspection_code where list = list_name);
