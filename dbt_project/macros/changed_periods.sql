{#-
  Which periods of a mart this night computes. The list itself is night.changed_periods; `in_changed_range` adds its
  first and last period as literals, because an engine skips files by a literal and not by a join.
-#}

{#- The changed periods of one mart, as a query with one column `period_start`. -#}
{% macro changed_periods(mart) -%}
    select changed.period_start
    from {{ source('night', 'changed_periods') }} as changed
    where changed.mart = '{{ mart }}'
{%- endmacro %}

{#-
  Condition on a date column: not outside the changed periods of a mart, whose periods are days or, with
  `of_indicators`, those of indicators. A join with `changed_periods` makes it exact.
-#}
{% macro in_changed_range(mart, date_column, of_indicators=false) -%}
    {%- set night = source('night', 'changed_periods') -%}
    {%- set scopes = source('city', 'indicator_scopes') if of_indicators -%}
    {#- Nothing can be asked while the project is only parsed, before the lake made its tables, or in a unit test. -#}
    {%- if not execute or not night.database or not adapter.get_relation(night.database, night.schema, night.identifier) -%}
        true
    {%- else -%}
        {%- set last_day = "(select max(period_end) - 1 from " ~ scopes ~ " where period_start = changed.period_start)" -%}
        {%- set bounds = run_query(
            "select cast(min(period_start) as varchar), cast(max("
            ~ (last_day if of_indicators else "period_start") ~ ") as varchar) from "
            ~ night ~ " as changed where mart = '" ~ mart ~ "'"
        ).rows[0] -%}
        {%- if bounds[0] is none -%}
            false
        {%- else -%}
            {{ date_column }} between date '{{ bounds[0] }}' and date '{{ bounds[1] }}'
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
