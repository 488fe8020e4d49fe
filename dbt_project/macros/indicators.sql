{#- What models of indicators have in common: which rows are wanted, and the columns of a result. -#}

{#- The rows that the city wants of these indicators, each with the name and level of its area. -#}
{% macro indicator_scopes(codes) -%}
    select
        scopes.*,
        districts.district_name,
        districts.level
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join {{ source('city', 'districts') }} as districts
        on scopes.city = districts.city and scopes.district_code = districts.district_code
    where scopes.indicator_code in ('{{ codes | join("', '") }}')
{%- endmacro %}

{#- The same rows with the residents of their area, in the year that the city file says: NULL where nobody tells. -#}
{% macro scopes_with_residents(codes) -%}
    select
        wanted.*,
        populations.population as residents
    from (
        {{ indicator_scopes(codes) }}
    ) as wanted
    left join {{ ref('int_people__residents') }} as populations
        on
            wanted.city = populations.city
            and wanted.district_code = populations.district_code
            and wanted.population_year = populations.year
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

{#-
  The whole city's sums over a CTE with one row per city, period and district: NULL unless every district of the city
  has a value.
-#}
{% macro whole_city_sums(parts, columns) -%}
    select
        {{ parts }}.city,
        {{ parts }}.period,
        cities.district_code,
        {% for column in columns -%}
            case
                when count({{ parts }}.{{ column }}) = max(expected.districts) then sum({{ parts }}.{{ column }})
            end as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ parts }}
    inner join {{ source('city', 'cities') }} as cities on {{ parts }}.city = cities.city
    inner join (
        select
            districts.city,
            count(*) as districts
        from {{ source('city', 'districts') }} as districts
        where districts.level = 'district'
        group by districts.city
    ) as expected on {{ parts }}.city = expected.city
    group by {{ parts }}.city, {{ parts }}.period, cities.district_code
{%- endmacro %}

{#-
  The latest figure that may be used of each of these indicators, one row per district: `ok`, and of the latest period;
  an undated one where there is no other.
-#}
{% macro latest_figures(codes) -%}
    select
        ranked.city,
        ranked.indicator_code,
        ranked.district_code,
        ranked.period,
        ranked.value,
        ranked.numerator
    from (
        select
            indicators.*,
            row_number() over (
                partition by indicators.city, indicators.indicator_code, indicators.district_code
                order by
                    case when indicators.period_end is null then 1 else 0 end,
                    indicators.period_end desc,
                    indicators.period desc
            ) as precedence
        from {{ ref('int_qol__indicators') }} as indicators
        where
            indicators.indicator_code in ('{{ codes | join("', '") }}')
            and indicators.status = {{ status('ok') }}
    ) as ranked
    where ranked.precedence = 1
{%- endmacro %}

{#-
  What a CTE with one row per place (city, district_code or NULL outside of all districts, amount) adds up to, for each
  value of `keys`: a row per district with an outline, 0 where no place lies, and one for the whole city. There `amount`
  is of all places, `inside` of those in a district, `inside_share` what part that is. A city without a place has no row.
-#}
{% macro amounts_by_district(places, keys=[]) -%}
    {%- set inside = 'sum(case when ' ~ places ~ '.district_code is not null then ' ~ places ~ '.amount end)' -%}
    select
        shapes.city,
        {% for key in keys -%}
            told.{{ key }},
        {% endfor -%}
        shapes.district_code,
        coalesce(sum({{ places }}.amount), 0) as amount,
        coalesce(sum({{ places }}.amount), 0) as inside,
        1e0 as inside_share
    from {{ ref('int_geography__district_shapes') }} as shapes
    inner join (select distinct {{ (['city'] + keys) | join(', ') }} from {{ places }}) as told on shapes.city = told.city
    left join {{ places }}
        on
            shapes.city = {{ places }}.city
            and shapes.district_code = {{ places }}.district_code
            {% for key in keys -%}
                and told.{{ key }} = {{ places }}.{{ key }}
            {% endfor %}
    group by {% for key in keys %}told.{{ key }}, {% endfor %}shapes.city, shapes.district_code
    union all
    select
        {{ places }}.city,
        {% for key in keys -%}
            {{ places }}.{{ key }},
        {% endfor -%}
        cities.district_code,
        coalesce(sum({{ places }}.amount), 0) as amount,
        coalesce({{ inside }}, 0) as inside,
        coalesce(cast({{ inside }} as double) / nullif(sum({{ places }}.amount), 0), 0e0) as inside_share
    from {{ places }}
    inner join {{ source('city', 'cities') }} as cities on {{ places }}.city = cities.city
    group by {% for key in keys %}{{ places }}.{{ key }}, {% endfor %}{{ places }}.city, cities.district_code
{%- endmacro %}
