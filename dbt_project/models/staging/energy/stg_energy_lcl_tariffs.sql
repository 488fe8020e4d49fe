-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'energy_lcl_tariffs'), ['valid_from_at']) }}
),

final as (
    select
        source.city,
        source.valid_from_at,
        source.tariff_band
    from source
)

select * from final
