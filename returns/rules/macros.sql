-- What the rules of every return may use; made once a run, for the connection alone.
-- The dates are put in by run.py: census_day(), period_start(), period_end(), collection_year().

create or replace temp macro blank(x) as x is null or trim(x) = '';
create or replace temp macro age_on(birth, day) as date_sub('year', birth, day);

-- Check letter of a UPN: positions 2 to 13 times their value, summed, modulo 23; I, O and S are not used. A letter in
-- the last place (temporary UPN) counts as its place in the same alphabet.
create or replace temp macro upn_letters() as 'ABCDEFGHJKLMNPQRTUVWXYZ';
create or replace temp macro upn_value(c) as
    case when c between '0' and '9' then ascii(c) - 48 else strpos(upn_letters(), c) - 1 end;
-- Written out, because making a list for every UPN takes twice as long. Digits count from 48 in ASCII.
create or replace temp macro upn_check_letter(u) as
    upn_letters()[1 + (
        2 * ascii(u[2]) + 3 * ascii(u[3]) + 4 * ascii(u[4]) + 5 * ascii(u[5]) + 6 * ascii(u[6]) + 7 * ascii(u[7])
        + 8 * ascii(u[8]) + 9 * ascii(u[9]) + 10 * ascii(u[10]) + 11 * ascii(u[11]) + 12 * ascii(u[12])
        - 77 * 48 + 13 * upn_value(u[13])
    ) % 23];
create or replace temp macro upn_is_written(u) as
    coalesce(regexp_full_match(u, '[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]'), false);
create or replace temp macro upn_is_sound(u) as
    case when upn_is_written(u) then u[1] = upn_check_letter(u) else false end;
-- one digit over and over, with or without a letter before it
create or replace temp macro upn_is_placeholder(u) as
    coalesce(regexp_full_match(u, '[A-Z]?(0{12,13}|1{12,13}|9{12,13})'), false);

-- ULN: ten digits, the first not 0, weights 10 to 1, and the sum modulo 11 is 10.
create or replace temp macro uln_is_sound(u) as
    case
        when regexp_full_match(u, '[1-9][0-9]{9}')
            then list_sum([(11 - place) * (ascii(u[place]) - 48) for place in range(1, 11)]) % 11 = 10
        else false
    end;
create or replace temp macro uln_is_placeholder(u) as coalesce(u in ('0000000000', '1111111111', '9999999999'), false);
