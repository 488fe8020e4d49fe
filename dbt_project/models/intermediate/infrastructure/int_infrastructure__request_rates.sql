with scopes as (
    {{ scopes_with_residents(['SRV_311_RATE']) }}
),

counted as (
    select
        requests.city,
        requests.period,
        requests.district_code,
        count(*) as requests,
        sum(case when requests.in_district then 1 else 0 end) as in_districts
    from {{ ref('int_infrastructure__area_requests') }} as requests
    group by requests.city, requests.period, requests.district_code
),

-- Where the city has no request at all nothing was delivered: its districts are then unknown, not quiet.
known as (
    select distinct
        counted.city,
        counted.period
    from counted
),

measured as (
    select
        scopes.*,
        1e4 as factor,
        coalesce(counted.requests, 0) as numerator,
        scopes.residents as denominator,
        case
            when scopes.level = 'city' then cast(counted.in_districts as double) / counted.requests
            else 1e0
        end as coverage
    from scopes
    inner join known on scopes.city = known.city and scopes.period = known.period
    left join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
