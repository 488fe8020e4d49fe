with source as (
    {{ rows_of_the_last_slot(source('raw', 'adult_social_care'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.asc_total_gbp,
        source.age_18_64_total_gbp,
        source.age_18_64_physical_gbp,
        source.age_18_64_sensory_gbp,
        source.age_18_64_memory_gbp,
        source.age_18_64_learning_gbp,
        source.age_18_64_mental_gbp,
        source.age_65_over_total_gbp,
        source.age_65_over_physical_gbp,
        source.age_65_over_sensory_gbp,
        source.age_65_over_memory_gbp,
        source.age_65_over_learning_gbp,
        source.age_65_over_mental_gbp,
        source.long_term_gbp,
        source.short_term_gbp
    from source
)

select * from final
