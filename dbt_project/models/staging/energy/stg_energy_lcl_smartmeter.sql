with source as (
    select
        readings.*,
        {{ utc_date('readings.read_at') }} as date
    from {{ source('raw', 'energy_lcl_smartmeter') }} as readings
    where {{ in_reach_of_the_night(utc_date('readings.read_at'), 'readings.read_at') }}
),

-- Households that more than one file delivered: only these need a decision, so only these are ranked.
contested as (
    select source.household_pseudonym
    from source
    group by source.household_pseudonym
    having min(source._slot) <> max(source._slot)
),

ranked as (
    select
        source.*,
        row_number() over (
            partition by source.household_pseudonym, source.read_at
            order by source._slot desc
        ) as precedence
    from source
    inner join contested on source.household_pseudonym = contested.household_pseudonym
),

final as (
    select
        source.city,
        source.household_pseudonym,
        source.key_version,
        source.read_at,
        source.energy_kwh,
        source.date
    from source
    where source.household_pseudonym not in (select contested.household_pseudonym from contested)
    union all
    select
        ranked.city,
        ranked.household_pseudonym,
        ranked.key_version,
        ranked.read_at,
        ranked.energy_kwh,
        ranked.date
    from ranked
    where ranked.precedence = 1
)

select * from final
