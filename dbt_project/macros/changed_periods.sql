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
  Condition on a date column, and on the moment that it was made from, if any: not outside the changed periods of these
  marts. With `periods_of` their periods are those of these indicators, else days. A join with `changed_periods` makes
  it exact.
-#}
{% macro in_changed_range(marts, date_column, moment_column=none, periods_of=[]) -%}
    {%- set night = source('night', 'changed_periods') -%}
    {%- set scopes = source('city', 'indicator_scopes') if periods_of -%}
    {#- Nothing can be asked while the project is only parsed, before the lake made its tables, or in a unit test. -#}
    {%- if not execute or not night.database or not adapter.get_relation(night.database, night.schema, night.identifier) -%}
        true
    {%- else -%}
        {%- set bounds = changed_bounds(night, marts, scopes, periods_of) -%}
        {%- if bounds[0] is none -%}
            false
        {%- else -%}
            {{ date_column }} between date '{{ bounds[0] }}' and date '{{ bounds[1] }}'
            {%- if moment_column %}
            and {{ moment_column }} >= {{ utc_midnight("date '" ~ bounds[0] ~ "'") }}
            and {{ moment_column }} < {{ utc_midnight("date '" ~ bounds[1] ~ "'") }} + interval '1' day
            {%- endif %}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- First and last date of the changed periods of some marts, as ISO text; NULLs where nothing changed. -#}
{% macro changed_bounds(night, marts, scopes, periods_of) -%}
    {%- set last_day -%}
        {%- if periods_of -%}
            (
                select max(scopes.period_end) - interval '1' day
                from {{ scopes }} as scopes
                where
                    scopes.period_start = changed.period_start
                    and scopes.indicator_code in ('{{ periods_of | join("', '") }}')
            )
        {%- else -%}
            null
        {%- endif -%}
    {%- endset -%}
    {%- set query -%}
        select
            {{ as_text('min(changed.period_start)') }},
            {{ as_text('max(cast(coalesce(' ~ last_day ~ ', changed.period_start) as date))') }}
        from {{ night }} as changed
        where changed.mart in ('{{ marts | join("', '") }}')
    {%- endset -%}
    {{ return(run_query(query).rows[0]) }}
{%- endmacro %}

{#- Readings in reach of the night: what any mart of energy may have to read. -#}
{% macro in_reach_of_the_night(date_column, moment_column) -%}
    {{ in_changed_range(
        ['energy_household_daily', 'energy_household_file_daily', 'energy_district_daily', 'energy_load_periods'],
        date_column, moment_column, periods_of=load_indicators(),
    ) }}
{%- endmacro %}

{#- Indicators that need half hours common to households. -#}
{% macro load_indicators() -%}
    {{ return(['ENE_PEAK_RATIO', 'ENE_NIGHT_BASE']) }}
{%- endmacro %}
