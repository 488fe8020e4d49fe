{#- Rows of the indicator marts from a CTE of computed indicators: with the district's name and the registry's unit. -#}
{% macro qol_indicator_rows(indicators, numbers_shown) -%}
    select
        {{ indicators }}.city,
        {{ indicators }}.district_code,
        districts.district_name,
        {{ indicators }}.indicator_code,
        {{ indicators }}.period,
        {{ indicators }}.period_start,
        {{ indicators }}.period_end,
        case when {{ numbers_shown }} then {{ indicators }}.value end as value,
        registry.unit,
        case when {{ numbers_shown }} then {{ indicators }}.numerator end as numerator,
        case when {{ numbers_shown }} then {{ indicators }}.denominator end as denominator,
        {{ indicators }}.coverage,
        {{ indicators }}.status,
        case when {{ numbers_shown }} then {{ indicators }}.value_low end as value_low,
        case when {{ numbers_shown }} then {{ indicators }}.value_high end as value_high
    from {{ indicators }}
    left join {{ source('city', 'districts') }} as districts
        on
            {{ indicators }}.city = districts.city
            and {{ indicators }}.district_code = districts.district_code
    left join {{ ref('indicator_registry') }} as registry
        on {{ indicators }}.indicator_code = registry.code
{%- endmacro %}
