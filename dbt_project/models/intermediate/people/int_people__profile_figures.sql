with profiles as (
    select * from {{ ref('stg_borough_profiles') }}
),

figures as (
    {% for figure in profile_figures() %}
        select
            area_code,
            '{{ figure.code }}' as indicator_code,
            date '{{ figure.start }}' as period_start,
            date '{{ figure.end }}' as period_end,
            cast({{ figure.value }} as double) as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator
        from profiles
        union all
    {% endfor %}
    -- A quotient of two medians: kept with its parts, never rolled up.
    select
        area_code,
        'REA_AFFORD' as indicator_code,
        date '2014-01-01' as period_start,
        date '2015-01-01' as period_end,
        cast(nullif(median_house_price_gbp_2014, 0) as double) / nullif(gross_annual_pay_gbp_2014, 0) as value,
        cast(median_house_price_gbp_2014 as double) as numerator,
        cast(gross_annual_pay_gbp_2014 as double) as denominator
    from profiles
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
            scopes.district_code = figures.area_code
            and scopes.indicator_code = figures.indicator_code
            and scopes.period_start = figures.period_start
            and scopes.period_end = figures.period_end
)

select * from final
