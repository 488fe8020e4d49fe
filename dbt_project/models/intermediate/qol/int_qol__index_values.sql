with definitions as (
    select
        indexes.city,
        indexes.until,
        definitions.*,
        registry.polarity
    from {{ source('city', 'indexes') }} as indexes
    inner join {{ ref('index_definition') }} as definitions on indexes.index_code = definitions.index_code
    inner join {{ ref('indicator_registry') }} as registry on definitions.indicator_code = registry.code
),

-- Whole cities and regions are no units of an index.
units as (
    select *
    from {{ source('city', 'districts') }}
    where level = 'district'
),

-- Only what is `ok` counts; all else is absent.
candidates as (
    select
        definitions.city,
        definitions.index_code,
        definitions.indicator_code,
        definitions.max_age_years,
        units.district_code,
        indicators.period,
        indicators.period_start,
        indicators.period_end,
        indicators.value,
        max(indicators.period_end) over (partition by definitions.city, definitions.index_code) as index_end
    from definitions
    inner join units on definitions.city = units.city
    inner join {{ ref('int_qol__indicators') }} as indicators
        on
            units.city = indicators.city
            and units.district_code = indicators.district_code
            and definitions.indicator_code = indicators.indicator_code
    where
        indicators.status = {{ status('ok') }}
        and (definitions.until is null or indicators.period_end is null or indicators.period_end <= definitions.until)
),

-- The latest period that is not too old; an undated figure counts only where the definition sets no age.
ranked as (
    select
        candidates.*,
        row_number() over (
            partition by
                candidates.city, candidates.index_code, candidates.indicator_code, candidates.district_code
            order by
                case when candidates.period_end is null then 1 else 0 end,
                candidates.period_end desc,
                candidates.period desc
        ) as precedence
    from candidates
    where
        candidates.max_age_years is null
        or candidates.period_end >= candidates.index_end - candidates.max_age_years * interval '1' year
),

used as (
    select *
    from ranked
    where precedence = 1
),

measured as (
    select
        definitions.city,
        definitions.index_code,
        definitions.domain,
        definitions.indicator_code,
        definitions.weight,
        definitions.polarity,
        units.district_code,
        used.period,
        used.period_start,
        used.period_end,
        used.value,
        (used.value - definitions.goalpost_low) / (definitions.goalpost_high - definitions.goalpost_low) as position
    from definitions
    inner join units on definitions.city = units.city
    left join used
        on
            definitions.city = used.city
            and definitions.index_code = used.index_code
            and definitions.indicator_code = used.indicator_code
            and units.district_code = used.district_code
),

-- 0 at the bad goalpost, 1 at the good one, cut off beyond them.
final as (
    select
        measured.city,
        measured.index_code,
        measured.domain,
        measured.indicator_code,
        measured.weight,
        measured.polarity,
        measured.district_code,
        measured.period,
        measured.period_start,
        measured.period_end,
        measured.value,
        case
            when measured.position is not null
                then
                    least(
                        1e0,
                        greatest(
                            0e0,
                            case when measured.polarity = -1 then 1e0 - measured.position else measured.position end
                        )
                    )
        end as normalised
    from measured
)

select * from final
