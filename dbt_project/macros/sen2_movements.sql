{#- What can have become of a plan between two census days, in the order of the bridge: movement, what it adds to the
    count (1, -1, 0), and the words of the bridge. Reasons for ceasing go by the column of the published table. -#}
{% macro sen2_movements() -%}
{{ return([
    ('new', 1, 'New plans issued since last census day'),
    ('transferred_in', 1, 'Transferred in from another LA'),
    ('reopened', 1, 'In force again: last return gave it as ceased'),
    ('not_in_last_return', 1, 'Began before last census day, but was not in last return'),
    ('counted_twice', 1, 'Second plan of a person who is counted already'),
    ('ceased_max_age', -1, 'Ceased: reached the highest age'),
    ('ceased_needs_met', -1, 'Ceased: needs met without a plan'),
    ('ceased_he', -1, 'Ceased: went to higher education'),
    ('ceased_employ', -1, 'Ceased: went into employment'),
    ('ceased_no_engage', -1, 'Ceased: no longer wishes to take part'),
    ('ceased_moved_outside_eng', -1, 'Ceased: moved out of England'),
    ('ceased_deceased', -1, 'Ceased: died'),
    ('ceased_other', -1, 'Ceased: other reason'),
    ('ceased_not_rec', -1, 'Ceased: reason not recorded'),
    ('transferred_out', -1, 'Transferred out to another LA'),
    ('counted_twice_before', -1, 'Second plan of a person in last return, not held now'),
    ('missing_now', -1, 'Missing: in last return, and nothing says where it went'),
    ('still_open', 0, 'In force on both census days'),
    ('came_and_went', 0, 'Issued and ceased between the two census days'),
]) }}
{%- endmacro %}

{#- The movement of a plan that ceased, by its reason. -#}
{% macro sen2_ceased_movement(cease_reason) -%}
case {{ cease_reason }}
    when '1' then 'ceased_max_age'
    when '2' then 'ceased_needs_met'
    when '3' then 'ceased_he'
    when '4' then 'ceased_employ'
    when '5' then 'transferred_out'
    when '6' then 'ceased_no_engage'
    when '7' then 'ceased_moved_outside_eng'
    when '8' then 'ceased_deceased'
    when '9' then 'ceased_other'
    else 'ceased_not_rec'
end
{%- endmacro %}
