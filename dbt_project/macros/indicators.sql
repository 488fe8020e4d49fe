{#- What models of indicators have in common: which rows are wanted, and the columns of a result. -#}

{#- The rows that the city wants of these indicators, each with its district's name and whether that is the whole city. -#}
{% macro indicator_scopes(codes) -%}
    select
        scopes.*,
        districts.district_name,
        districts.is_whole_city
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join {{ source('city', 'districts') }} as districts
        on scopes.city = districts.city and scopes.district_code = districts.district_code
    where scopes.indicator_code in ('{{ codes | join("', '") }}')
{%- endmacro %}

{#-
  Rows of indicators that are factor x numerator / denominator, from a CTE with the keys of scopes and the columns
  factor, numerator, denominator and coverage. Without one of the two parts, or over 0, a row is `missing`; where the
  condition `enough` on the CTE's columns does not hold, it is `insufficient_data`.
-#}
{% macro ratio_indicator(measured, enough='true') -%}
    select
        judged.city,
        judged.indicator_code,
        judged.period,
        judged.district_code,
        judged.period_start,
        judged.period_end,
        case when judged.status = {{ status('ok') }} then judged.factor * judged.numerator / judged.denominator end as value,
        judged.numerator,
        judged.denominator,
        case when judged.status = {{ status('missing') }} then 0e0 else judged.coverage end as coverage,
        judged.status
    from (
        select
            {{ measured }}.city,
            {{ measured }}.indicator_code,
            {{ measured }}.period,
            {{ measured }}.district_code,
            {{ measured }}.period_start,
            {{ measured }}.period_end,
            {{ measured }}.factor,
            cast({{ measured }}.numerator as double) as numerator,
            cast({{ measured }}.denominator as double) as denominator,
            {{ measured }}.coverage,
            case
                when {{ measured }}.numerator is null or coalesce({{ measured }}.denominator, 0) = 0
                    then {{ status('missing') }}
                when {{ enough }} then {{ status('ok') }}
                else {{ status('insufficient_data') }}
            end as status
        from {{ measured }}
    ) as judged
{%- endmacro %}
