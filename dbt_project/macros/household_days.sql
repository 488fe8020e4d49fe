{#- Night is the four half hours that start from 02:00 to 03:30 UTC. -#}
{% macro is_night(moment) -%}
    {{ utc_part('hour', moment) }} in (2, 3) and {{ utc_part('minute', moment) }} in (0, 30)
{%- endmacro %}

{#-
  One row per household and date from a CTE of readings, for the dates of the CTE `changed`. Sums are decimal and become
  double last, so that they never depend on the order of rows.
-#}
{% macro household_days(readings) -%}
    select
        {{ readings }}.city,
        {{ readings }}.household_pseudonym,
        max({{ readings }}.key_version) as key_version,
        {{ readings }}.date,
        cast(sum({{ readings }}.energy_kwh) as double) as energy_kwh,
        cast(
            sum(case when {{ is_night(readings ~ '.read_at') }} then {{ readings }}.energy_kwh else 0 end) as double
        ) as night_energy_kwh,
        cast(count(*) as integer) as readings,
        -- A stamp off the half-hour grid is a reading too, so that a full day may have more than 48.
        least(1e0, count(*) / 48e0) as coverage
    from {{ readings }}
    inner join changed on {{ readings }}.date = changed.period_start
    group by
        {{ readings }}.city,
        {{ readings }}.household_pseudonym,
        {{ readings }}.date
{%- endmacro %}
