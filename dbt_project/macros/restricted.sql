{#-
  Which rows are about too few contributors to be published. Used by every model computed from households.

  A district below `minimum_contributors` is restricted (primary). The city's row is published beside the districts, so
  what is hidden could be found by subtraction: districts are hidden from the smallest on until no district is hidden
  alone and all that is hidden, contributors without a district included, is none or at least `minimum_contributors`
  (complementary). Districts without a contributor have no figure and take no part.

  Arguments are names of columns of one CTE, one row per district and cell, the whole city's row among them:
  contributors (integer), is_whole_city (boolean), district_code (breaks ties), cell (list of columns that name a cell).
-#}
{% macro is_restricted(contributors, is_whole_city, district_code, cell) -%}
    {%- set least = var('minimum_contributors') -%}
    {%- set same_cell = cell | join(', ') -%}
    {%- set districts = 'case when not ' ~ is_whole_city ~ ' then ' ~ contributors ~ ' end' -%}
    {%- set whole = 'case when ' ~ is_whole_city ~ ' then ' ~ contributors ~ ' end' -%}
    {%- set elsewhere -%}
        coalesce(
            max({{ whole }}) over (partition by {{ same_cell }})
            - coalesce(sum({{ districts }}) over (partition by {{ same_cell }}), 0),
            0
        )
    {%- endset -%}
    {%- set by_size -%}
        partition by {{ same_cell }}, {{ is_whole_city }}, {{ contributors }} > 0
        order by {{ contributors }}, {{ district_code }}
    {%- endset -%}
    {%- set hidden_before -%}
        {{ elsewhere }} + coalesce(
            sum({{ districts }}) over ({{ by_size }} rows between unbounded preceding and 1 preceding), 0
        )
    {%- endset -%}
    {%- set smallest -%}
        first_value({{ contributors }}) over ({{ by_size }})
    {%- endset -%}
    case
        when {{ contributors }} = 0 then false
        when {{ contributors }} < {{ least }} then true
        when {{ is_whole_city }} then false
        when {{ hidden_before }} between 1 and {{ least - 1 }} then true
        else
            row_number() over ({{ by_size }}) = 2
            and ({{ smallest }} < {{ least }} or {{ elsewhere }} between 1 and {{ least - 1 }})
    end
{%- endmacro %}
