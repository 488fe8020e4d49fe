with source as (
    select * from {{ source('raw', 'bus_sequences_tfl') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.route, source.run, source.sequence
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.route,
        ranked.run,
        ranked.sequence,
        ranked.stop_code,
        ranked.sms_code,
        ranked.naptan_code,
        ranked.stop_name,
        ranked.easting_m,
        ranked.northing_m,
        ranked.heading_deg,
        ranked.is_virtual
    from ranked
    where ranked.precedence = 1
)

select * from final
