with source as (
    select * from {{ source('raw', 'police_stop_and_search') }}
),

final as (
    select
        source.city,
        source.search_type,
        source.searched_at,
        source.lat,
        source.lon,
        source.gender,
        source.age_range,
        source.ethnicity_self,
        source.ethnicity_officer,
        source.legislation,
        source.object,
        source.outcome
    from source
)

select * from final
