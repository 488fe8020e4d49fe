with index_values as (
    select * from {{ ref('int_qol__index_values') }}
),

final as (
    select
        index_values.city,
        index_values.index_code,
        index_values.district_code,
        index_values.indicator_code,
        index_values.period,
        100e0 * index_values.normalised as score,
        index_values.normalised < rules.floor_share as floored,
        -- No index imputes so far; the column is part of the interface.
        false as imputed
    from index_values
    inner join {{ ref('index_rule') }} as rules on index_values.index_code = rules.index_code
    where index_values.normalised is not null
)

select * from final
