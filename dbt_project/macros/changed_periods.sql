{#-
  Which periods of a mart this night computes. The list itself is night.changed_periods; `changed_range` adds its first
  and last period as literals, because an engine skips files by a literal and not by a join.
-#}

{#- The changed periods of one mart, as a query with one column `period_start`. -#}
{% macro changed_periods(mart) -%}
    select changed.period_start
    from {{ source('night', 'changed_periods') }} as changed
    where changed.mart = '{{ mart }}'
{%- endmacro %}

{#- First and last changed period of a mart as ISO dates; none while the project is only parsed or nothing changed. -#}
{% macro changed_bounds(mart) -%}
    {%- set night = source('night', 'changed_periods') -%}
    {%- if execute and adapter.get_relation(night.database, night.schema, night.identifier) -%}
        {%- set found = run_query(
            "select cast(min(period_start) as varchar), cast(max(period_start) as varchar) from "
            ~ night ~ " where mart = '" ~ mart ~ "'"
        ) -%}
        {{ return(found.rows[0] if found.rows[0][0] else none) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{#- Condition on a date column: not outside the mart's changed periods. Always to be joined with `changed_periods`. -#}
{% macro in_changed_range(mart, date_column) -%}
    {%- set bounds = changed_bounds(mart) -%}
    {%- if bounds -%}
        {{ date_column }} between date '{{ bounds[0] }}' and date '{{ bounds[1] }}'
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- The same for a mart of indicator periods: no reading before the first changed period or after the last one's end. -#}
{% macro in_changed_periods_of_indicators(mart, date_column) -%}
    {%- set bounds = changed_bounds(mart) -%}
    {%- if bounds -%}
        {%- set found = run_query(
            "select cast(max(period_end) as varchar) from " ~ source('city', 'indicator_scopes')
            ~ " where period_start between date '" ~ bounds[0] ~ "' and date '" ~ bounds[1] ~ "'"
        ) -%}
        {{ date_column }} >= date '{{ bounds[0] }}' and {{ date_column }} < date '{{ found.rows[0][0] }}'
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
