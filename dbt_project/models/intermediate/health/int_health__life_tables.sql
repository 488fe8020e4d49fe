-- Where an area's own deaths were delivered for a period and sex, a published life table of it does not count.
with ages as (
    select
        abridged.*,
        true as is_abridged
    from {{ ref('int_health__abridged_ages') }} as abridged
    union all
    select
        single.*,
        false as is_abridged
    from {{ ref('int_health__single_ages') }} as single
    where
        not exists (
            select 1
            from {{ ref('int_health__abridged_ages') }} as abridged
            where
                abridged.city = single.city
                and abridged.area = single.area
                and abridged.period = single.period
                and abridged.sex = single.sex
        )
),

-- A product as a sum of logarithms; only the last age of a table may have the probability 1.
logarithms as (
    select
        ages.*,
        ln(case when ages.death_probability < 1 then 1e0 - ages.death_probability end) as log_survival
    from ages
),

-- Of 100,000 who begin the table. In the order of age, so that a number is the same on every run.
survivors as (
    select
        logarithms.*,
        100000e0 * exp(coalesce(sum(logarithms.log_survival) over (
            partition by logarithms.city, logarithms.area, logarithms.period, logarithms.sex
            order by logarithms.age
            rows between unbounded preceding and 1 preceding
        ), 0e0)) as survivors
    from logarithms
),

final as (
    select
        survivors.city,
        survivors.area,
        survivors.period,
        survivors.sex,
        survivors.age,
        survivors.is_abridged,
        survivors.death_probability,
        survivors.survivors,
        case
            when survivors.width is null then survivors.survivors / nullif(survivors.death_rate, 0e0)
            else
                survivors.width
                * survivors.survivors
                * (1e0 - survivors.death_probability * (1e0 - survivors.share_lived))
        end as years_lived,
        survivors.prevalence,
        survivors.survey_size
    from survivors
)

select * from final
