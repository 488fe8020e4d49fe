{#-
  Which periods of a mart this night computes. The list itself is night.changed_periods; `in_changed_range` adds its
  runs of adjacent days as literals, because an engine skips files by a literal and not by a join.
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
        {%- set runs = changed_runs(night, marts, scopes, periods_of) -%}
        {#- One condition per column: only such an `or` lets an engine skip files. -#}
        {%- set days, moments = [], [] -%}
        {%- for first, last in runs -%}
            {%- do days.append(date_column ~ " between date '" ~ first ~ "' and date '" ~ last ~ "'") -%}
            {%- do moments.append(
                moment_column ~ ' >= ' ~ utc_midnight("date '" ~ first ~ "'") ~ ' and '
                ~ moment_column ~ ' < ' ~ utc_midnight("date '" ~ last ~ "'") ~ " + interval '1' day"
            ) -%}
        {%- endfor -%}
        {%- if not runs -%}
            false
        {%- else -%}
            ({{ days | join(' or ') }})
            {%- if moment_column %}
            and ({{ moments | join(' or ') }})
            {%- endif %}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#-
  Runs of adjacent days in the changed periods of some marts, as pairs of ISO dates; none where nothing changed. More
  than `most` runs are told as one, from the first day to the last: a condition must stay short.
-#}
{% macro changed_runs(night, marts, scopes, periods_of, most=20) -%}
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
            {{ as_text('days.first_day') }} as first_day,
            {{ as_text('days.last_day') }} as last_day,
            {{ as_text("cast(days.last_day + interval '1' day as date)") }} as next_day
        from (
            select distinct
                changed.period_start as first_day,
                cast(coalesce({{ last_day }}, changed.period_start) as date) as last_day
            from {{ night }} as changed
            where changed.mart in ('{{ marts | join("', '") }}')
        ) as days
        order by days.first_day, days.last_day
    {%- endset -%}
    {%- set found = namespace(runs=[], next_day='') -%}
    {%- for row in run_query(query).rows -%}
        {%- if found.runs and row[0] <= found.next_day -%}
            {%- set longer = [found.runs[-1][1], row[1]] | max -%}
            {%- set found.runs = found.runs[:-1] + [(found.runs[-1][0], longer)] -%}
            {%- set found.next_day = [found.next_day, row[2]] | max -%}
        {%- else -%}
            {%- set found.runs = found.runs + [(row[0], row[1])] -%}
            {%- set found.next_day = row[2] -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if found.runs | length > most -%}
        {%- set found.runs = [(found.runs[0][0], found.runs[-1][1])] -%}
    {%- endif -%}
    {{ return(found.runs) }}
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
