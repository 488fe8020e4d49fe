-- The areas and periods of either indicator, each once.
with areas as (
    select distinct
        scopes.city,
        scopes.period,
        scopes.period_start,
        scopes.period_end,
        scopes.district_code,
        scopes.level
    from ({{ indicator_scopes(['SRV_311_RATE', 'SRV_311_CLOSED24']) }}) as scopes
),

final as (
    select
        areas.city,
        areas.period,
        areas.period_start,
        areas.period_end,
        areas.district_code,
        areas.level,
        requests.district_code is not null as in_district,
        requests.wait_s,
        requests.is_closed
    from areas
    inner join {{ ref('int_infrastructure__requests') }} as requests
        on
            areas.city = requests.city
            and areas.period_start <= requests.created_date
            and areas.period_end > requests.created_date
            and areas.district_code = case areas.level
                when 'district' then requests.district_code
                when 'part' then requests.part_code
                else areas.district_code
            end
)

select * from final
