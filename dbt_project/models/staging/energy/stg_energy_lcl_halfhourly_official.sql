with source as (
    select *
    from {{ source('raw', 'energy_lcl_halfhourly_official') }}
    where {{ in_reach_of_the_night('_period', 'read_at') }}
),

-- Days that more than one file delivered: only these need a decision, so only these are ranked.
contested as (
    select source._period
    from source
    group by source._period
    having min(source._slot) <> max(source._slot)
),

-- As within one file: of two readings of one half hour the larger one is kept.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.household_pseudonym, source.read_at
            order by source.energy_kwh desc, source._slot desc
        ) as precedence
    from source
    inner join contested on source._period = contested._period
),

final as (
    select
        source.city,
        source.household_pseudonym,
        source.key_version,
        source.tariff_type,
        source.read_at,
        source.energy_kwh,
        source.acorn,
        source.acorn_group,
        source._period as date
    from source
    where source._period not in (select contested._period from contested)
    union all
    select
        ranked.city,
        ranked.household_pseudonym,
        ranked.key_version,
        ranked.tariff_type,
        ranked.read_at,
        ranked.energy_kwh,
        ranked.acorn,
        ranked.acorn_group,
        ranked._period as date
    from ranked
    where ranked.precedence = 1
)

select * from final
