with scopes as (
    {{ indicator_scopes(['ELD_CARE_SPEND65']) }}
),

-- The file states no year: it is of the period that the city file gives. Residents are persons, not rounded.
districts as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        cast(care.age_65_over_total_gbp as double) as spending_gbp,
        cast(profiles.population_2015 as double) * cast(profiles.age_65_over_pct_2015 as double) / 100 as residents
    from scopes
    inner join {{ ref('stg_adult_social_care') }} as care
        on scopes.city = care.city and scopes.district_code = care.district_code
    left join {{ ref('stg_borough_profiles') }} as profiles
        on scopes.city = profiles.city and scopes.district_code = profiles.area_code
    where scopes.level = 'district'
),

counted as (
    select * from districts
    union all
    {{ whole_city_sums('districts', ['spending_gbp', 'residents']) }}
),

measured as (
    select
        scopes.*,
        1e0 as factor,
        counted.spending_gbp as numerator,
        counted.residents as denominator,
        1e0 as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
