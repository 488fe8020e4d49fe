{#-
  What DuckDB, Spark and Trino do not spell alike. Each macro says what it returns on every engine; models use these and
  otherwise only SQL that the three share.
-#}

{#- Calendar date in UTC of a moment. Spark and Trino sessions run in UTC. -#}
{% macro utc_date(moment) -%}{{ adapter.dispatch('utc_date', 'citylake')(moment) }}{%- endmacro %}
{% macro default__utc_date(moment) -%}cast({{ moment }} as date){%- endmacro %}
{% macro duckdb__utc_date(moment) -%}cast({{ moment }} at time zone 'UTC' as date){%- endmacro %}

{#- Part (hour, minute) of a moment on the UTC clock, an integer. -#}
{% macro utc_part(part, moment) -%}{{ adapter.dispatch('utc_part', 'citylake')(part, moment) }}{%- endmacro %}
{% macro default__utc_part(part, moment) -%}extract({{ part }} from {{ moment }}){%- endmacro %}
{% macro duckdb__utc_part(part, moment) -%}extract({{ part }} from {{ moment }} at time zone 'UTC'){%- endmacro %}

{#- The moment at which a UTC date begins. -#}
{% macro utc_midnight(day) -%}{{ adapter.dispatch('utc_midnight', 'citylake')(day) }}{%- endmacro %}
{% macro default__utc_midnight(day) -%}cast({{ day }} as timestamp){%- endmacro %}
{% macro duckdb__utc_midnight(day) -%}(cast({{ day }} as timestamp) at time zone 'UTC'){%- endmacro %}
{% macro trino__utc_midnight(day) -%}with_timezone(cast({{ day }} as timestamp), 'UTC'){%- endmacro %}

{#-
  The sum of doubles, made over decimals of twenty places: engines add in parallel, and doubles added in another order
  differ in the last digit. For sums below 10^18.
-#}
{% macro exact_sum(number) -%}cast(sum(cast({{ number }} as decimal(38, 20))) as double){%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(first_day, last_day) -%}{{ adapter.dispatch('days_between', 'citylake')(first_day, last_day) }}{%- endmacro %}
{% macro default__days_between(first_day, last_day) -%}date_diff('day', {{ first_day }}, {{ last_day }}){%- endmacro %}
{% macro spark__days_between(first_day, last_day) -%}datediff({{ last_day }}, {{ first_day }}){%- endmacro %}

{#- Place of a date in its week: 0 on Monday, 6 on Sunday. (1900-01-01 was a Monday.) -#}
{% macro weekday(day) -%}(({{ days_between("date '1900-01-01'", day) }}) % 7){%- endmacro %}

{#- Whole months from the first of one month to the first of a later one. -#}
{% macro months_between(first_day, last_day) -%}
    (
        (extract(year from {{ last_day }}) - extract(year from {{ first_day }})) * 12
        + extract(month from {{ last_day }}) - extract(month from {{ first_day }})
    )
{%- endmacro %}

{#- Anything as text. -#}
{% macro as_text(expression) -%}{{ adapter.dispatch('as_text', 'citylake')(expression) }}{%- endmacro %}
{% macro default__as_text(expression) -%}cast({{ expression }} as varchar){%- endmacro %}
{% macro spark__as_text(expression) -%}cast({{ expression }} as string){%- endmacro %}

{#- A table expression with one column `n`: the integers 0 .. count - 1. -#}
{% macro integers(count) -%}{{ adapter.dispatch('integers', 'citylake')(count) }}{%- endmacro %}
{% macro default__integers(count) -%}select numbers.n from unnest(sequence(0, {{ count }} - 1)) as numbers (n){%- endmacro %}
{% macro duckdb__integers(count) -%}select unnest(range(0, {{ count }})) as n{%- endmacro %}
{% macro spark__integers(count) -%}select explode(sequence(0, {{ count }} - 1)) as n{%- endmacro %}

{#-
  A number in (0, 1) that depends on a text alone: the first 52 bits of its MD5 plus one half, over 2^52. The same text
  gives the same number on every engine, so a seeded draw is repeatable without a generator's state.
-#}
{% macro hash_uniform(text) -%}{{ adapter.dispatch('hash_uniform', 'citylake')(text) }}{%- endmacro %}
{% macro default__hash_uniform(text) -%}
    (from_base(substr(to_hex(md5(to_utf8({{ text }}))), 1, 13), 16) + 0.5e0) / 4503599627370496e0
{%- endmacro %}
{% macro duckdb__hash_uniform(text) -%}
    (cast('0x' || substr(md5({{ text }}), 1, 13) as bigint) + 0.5e0) / 4503599627370496e0
{%- endmacro %}
{% macro spark__hash_uniform(text) -%}
    (cast(conv(substr(md5({{ text }}), 1, 13), 16, 10) as bigint) + 0.5e0) / 4503599627370496e0
{%- endmacro %}

{#- The distinct-free list of a text column's values in a group, sorted and joined; NULL where all are NULL. -#}
{% macro sorted_list(expression, separator=',') -%}
    {{ adapter.dispatch('sorted_list', 'citylake')(expression, separator) }}
{%- endmacro %}
{% macro default__sorted_list(expression, separator) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ expression }})
{%- endmacro %}
{% macro duckdb__sorted_list(expression, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{#- The part of a text before, between or after slashes, counted from 1; '' where there is none. -#}
{% macro slash_part(text, number) -%}{{ adapter.dispatch('slash_part', 'citylake')(text, number) }}{%- endmacro %}
{% macro default__slash_part(text, number) -%}coalesce(split_part({{ text }}, '/', {{ number }}), ''){%- endmacro %}

{#- Calendar date of a moment on the clock of a time zone, which may be a column. -#}
{% macro local_date(moment, zone) -%}{{ adapter.dispatch('local_date', 'citylake')(moment, zone) }}{%- endmacro %}
{% macro default__local_date(moment, zone) -%}cast(at_timezone({{ moment }}, {{ zone }}) as date){%- endmacro %}
{% macro duckdb__local_date(moment, zone) -%}cast(({{ moment }} at time zone {{ zone }}) as date){%- endmacro %}
{% macro spark__local_date(moment, zone) -%}cast(from_utc_timestamp({{ moment }}, {{ zone }}) as date){%- endmacro %}

{#- Whole seconds from one moment to a later one; parts of a second are cut off. -#}
{% macro seconds_between(first_moment, last_moment) -%}
    {{ adapter.dispatch('seconds_between', 'citylake')(first_moment, last_moment) }}
{%- endmacro %}
{% macro default__seconds_between(first_moment, last_moment) -%}
    date_diff('second', {{ first_moment }}, {{ last_moment }})
{%- endmacro %}
{% macro duckdb__seconds_between(first_moment, last_moment) -%}
    datesub('second', {{ first_moment }}, {{ last_moment }})
{%- endmacro %}
{% macro spark__seconds_between(first_moment, last_moment) -%}
    timestampdiff(second, {{ first_moment }}, {{ last_moment }})
{%- endmacro %}
