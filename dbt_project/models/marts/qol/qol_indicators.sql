with indicators as (
    select * from {{ ref('int_qol__indicators') }}
    union all
    select * from {{ ref('int_qol__index_indicators') }}
),

-- What rests on too few contributors keeps its row and its coverage, and loses its numbers.
final as (
    {{ qol_indicator_rows('indicators', "indicators.status <> 'restricted'") }}
)

select * from final
