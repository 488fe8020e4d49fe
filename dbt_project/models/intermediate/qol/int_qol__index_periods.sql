with used as (
    select
        index_values.city,
        index_values.index_code,
        min(index_values.period_start) as period_start,
        max(index_values.period_end) as period_end
    from {{ ref('int_qol__index_values') }} as index_values
    group by index_values.city, index_values.index_code
),

-- A city of which nothing is there yet still has the period that its city file announces.
announced as (
    select
        indexes.city,
        indexes.index_code,
        min(scopes.period_start) as period_start,
        max(scopes.period_end) as period_end
    from {{ source('city', 'indexes') }} as indexes
    inner join {{ ref('index_definition') }} as definitions on indexes.index_code = definitions.index_code
    left join {{ source('city', 'indicator_scopes') }} as scopes
        on indexes.city = scopes.city and definitions.indicator_code = scopes.indicator_code
    group by indexes.city, indexes.index_code
),

final as (
    select
        announced.city,
        announced.index_code,
        coalesce(used.period_start, announced.period_start) as period_start,
        coalesce(used.period_end, announced.period_end) as period_end
    from announced
    left join used on announced.city = used.city and announced.index_code = used.index_code
)

select * from final
