with hours as (
    select *
    from {{ ref('int_environment__hours') }}
    where
        indicator_code = 'ENV_O3_PEAK'
        and {{ utc_part('minute', 'read_at') }} = 0
        and {{ utc_part('second', 'read_at') }} = 0
),

hour_offsets as (
    {{ integers(8) }}
),

-- A reading of hour h belongs to the running means of the hours h .. h+7.
contributions as (
    select
        hours.city,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end,
        hours.read_at + offsets.n * interval '1' hour as hour_at,
        hours.value_ugm3
    from hours
    cross join hour_offsets as offsets
),

-- At least 6 of the 8 hours; the mean to twelve decimals, so that sums of them are exact and equal windows are equal.
running_means as (
    select
        contributions.city,
        contributions.period,
        contributions.district_code,
        contributions.period_start,
        contributions.period_end,
        {{ utc_date('contributions.hour_at') }} as date,
        cast(cast(sum(contributions.value_ugm3) as double) / count(*) as decimal(38, 12)) as mean_8h_ugm3
    from contributions
    where contributions.hour_at < {{ utc_midnight('contributions.period_end') }}
    group by
        contributions.city,
        contributions.period,
        contributions.district_code,
        contributions.period_start,
        contributions.period_end,
        contributions.hour_at
    having count(*) >= 6
),

-- At least 18 of the day's 24 hours have a running mean.
final as (
    select
        running_means.city,
        running_means.period,
        running_means.district_code,
        running_means.period_start,
        running_means.period_end,
        running_means.date,
        max(running_means.mean_8h_ugm3) as max_8h_ugm3
    from running_means
    group by
        running_means.city,
        running_means.period,
        running_means.district_code,
        running_means.period_start,
        running_means.period_end,
        running_means.date
    having count(*) >= 18
)

select * from final
