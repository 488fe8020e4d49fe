with figures as (
    {% for table in published_figures() %}
        {% set last_table = loop.last %}
        {% for figure in table.figures %}
            select
                published.city,
                {{ table.area or 'cities.district_code' }} as area_code,
                '{{ figure.code }}' as indicator_code,
                {{ figure.start }} as period_start,
                {{ figure.end }} as period_end,
                cast({{ figure.value }} as double) as value,
                cast({{ figure.numerator or 'null' }} as double) as numerator,
                cast({{ figure.denominator or 'null' }} as double) as denominator
            from {{ ref(table.table) }} as published
            {% if not table.area %}
                inner join {{ source('city', 'cities') }} as cities on published.city = cities.city
            {% endif %}
            where {{ table.where or 'true' }} and {{ figure.where or 'true' }}
            {{ 'union all' if not (last_table and loop.last) }}
        {% endfor %}
    {% endfor %}
),

final as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        figures.value,
        figures.numerator,
        figures.denominator,
        case when figures.value is null then 0e0 else 1e0 end as coverage,
        case when figures.value is null then {{ status('missing') }} else {{ status('ok') }} end as status
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join figures
        on
            scopes.city = figures.city
            and scopes.district_code = figures.area_code
            and scopes.indicator_code = figures.indicator_code
            and scopes.period_start = figures.period_start
            and scopes.period_end = figures.period_end
)

select * from final
