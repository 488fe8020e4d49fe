{#- Label of a period of whole years or of several: `2014`, `2011-14` (first and last calendar year touched). -#}
{% macro period_label(period_start, period_end) -%}
    {%- set last_day = period_end ~ " - interval '1' day" -%}
    case
        when extract(year from {{ period_start }}) = extract(year from {{ last_day }})
            then {{ as_text('extract(year from ' ~ period_start ~ ')') }}
        else
            {{ as_text('extract(year from ' ~ period_start ~ ')') }}
            || '-' || substr({{ as_text('extract(year from ' ~ last_day ~ ')') }}, 3, 2)
    end
{%- endmacro %}
