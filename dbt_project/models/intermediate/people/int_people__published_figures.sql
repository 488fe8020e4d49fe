with figures as (
    {% for source in published_figures() %}
        {% set last_source = loop.last %}
        {% for figure in source.figures %}
            select
                city,
                {{ source.area or 'cast(null as varchar)' }} as district_code,
                {{ 'false' if source.area else 'true' }} as is_whole_city,
                '{{ figure.code }}' as indicator_code,
                {{ figure.start }} as period_start,
                {{ figure.end }} as period_end,
                cast({{ figure.value }} as double) as value,
                cast({{ figure.numerator or 'null' }} as double) as numerator,
                cast({{ figure.denominator or 'null' }} as double) as denominator
            from {{ ref(source.table) }}
            where {{ source.where or 'true' }} and {{ figure.where or 'true' }}
            {{ 'union all' if not (last_source and loop.last) }}
        {% endfor %}
    {% endfor %}
),

placed as (
    select
        figures.*,
        case when figures.is_whole_city then cities.district_code else figures.district_code end as area_code
    from figures
    inner join {{ source('city', 'cities') }} as cities on figures.city = cities.city
),

final as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        placed.value,
        placed.numerator,
        placed.denominator,
        case when placed.value is null then 0e0 else 1e0 end as coverage,
        case when placed.value is null then {{ status('missing') }} else {{ status('ok') }} end as status
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join placed
        on
            scopes.city = placed.city
            and scopes.district_code = placed.area_code
            and scopes.indicator_code = placed.indicator_code
            and scopes.period_start = placed.period_start
            and scopes.period_end = placed.period_end
)

select * from final
