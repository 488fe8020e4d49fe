with scopes as (
    {{ indicator_scopes(['ENE_HH_KWH', 'ENE_PEAK_RATIO', 'ENE_NIGHT_BASE']) }}
),

qualifying as (
    select *
    from {{ ref('int_energy__household_periods') }}
    where is_qualifying
),

-- A household counts for its district, if it has one, and for the whole city.
households as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.level,
        scopes.period_start,
        scopes.period_end,
        count(qualifying.household_pseudonym) as households,
        sum(qualifying.readings) as readings,
        max(qualifying.half_hours) as half_hours,
        sum(qualifying.energy_kwh) as energy_kwh
    from scopes
    left join qualifying
        on
            scopes.city = qualifying.city
            and scopes.period_start = qualifying.period_start
            and scopes.period_end = qualifying.period_end
            and (scopes.level = 'city' or scopes.district_code = qualifying.district_code)
    group by
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.level,
        scopes.period_start,
        scopes.period_end
),

flagged as (
    select
        households.*,
        {{ is_restricted(
            'households.households', "households.level = 'city'", 'households.district_code',
            ['households.city', 'households.indicator_code', 'households.period'],
        ) }} as is_restricted
    from households
),

measured as (
    select
        flagged.*,
        cast(loads.half_hours as double) / flagged.half_hours as load_coverage,
        case flagged.indicator_code
            when 'ENE_HH_KWH' then cast(flagged.energy_kwh as double)
            when 'ENE_PEAK_RATIO' then loads.mean_load_kw
            when 'ENE_NIGHT_BASE' then loads.night_mean_load_kw
        end as numerator,
        case flagged.indicator_code
            when 'ENE_HH_KWH' then cast(flagged.households as double)
            when 'ENE_PEAK_RATIO' then loads.max_load_kw
            when 'ENE_NIGHT_BASE' then loads.mean_load_kw
        end as denominator
    from flagged
    left join {{ ref('energy_load_periods') }} as loads
        on
            flagged.city = loads.city
            and flagged.district_code = loads.district_code
            and flagged.period_start = loads.period_start
            and flagged.period_end = loads.period_end
),

judged as (
    select
        measured.*,
        case
            when measured.households = 0 then {{ status('missing') }}
            when measured.is_restricted then {{ status('restricted') }}
            when measured.numerator is null or measured.denominator = 0 then {{ status('insufficient_data') }}
            else {{ status('ok') }}
        end as status,
        measured.numerator is not null and measured.denominator > 0 as has_figure
    from measured
),

final as (
    select
        judged.city,
        judged.indicator_code,
        judged.period,
        judged.district_code,
        judged.period_start,
        judged.period_end,
        case
            when judged.has_figure
                then
                    case when judged.indicator_code = 'ENE_NIGHT_BASE' then 100e0 else 1e0 end
                    * judged.numerator / judged.denominator
        end as value,
        case when judged.has_figure then judged.numerator end as numerator,
        case when judged.has_figure then judged.denominator end as denominator,
        case
            when judged.households = 0 or not judged.has_figure then 0e0
            when judged.indicator_code = 'ENE_HH_KWH'
                then cast(judged.readings as double) / (cast(judged.half_hours as double) * judged.households)
            else judged.load_coverage
        end as coverage,
        judged.status
    from judged
)

select * from final
