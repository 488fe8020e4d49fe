{% set sliver = 0.01 %}

-- In decimals, so that engines that add in another order come to the same sum, and one part of a whole is exactly 1.
with parts as (
    select
        pairs.city,
        pairs.layer,
        pairs.area_code,
        pairs.district_code,
        cast(pairs.overlap_km2 as decimal(38, 20)) as overlap_km2
    from {{ ref('int_geography__area_districts') }} as pairs
    where pairs.overlap_km2 >= {{ sliver }} * pairs.area_km2
),

wholes as (
    select
        parts.city,
        parts.layer,
        parts.area_code,
        sum(parts.overlap_km2) as overlap_km2
    from parts
    group by parts.city, parts.layer, parts.area_code
),

final as (
    select
        parts.city,
        parts.layer,
        parts.area_code,
        parts.district_code,
        cast(parts.overlap_km2 as double) / cast(wholes.overlap_km2 as double) as weight
    from parts
    inner join wholes
        on parts.city = wholes.city and parts.layer = wholes.layer and parts.area_code = wholes.area_code
)

select * from final
