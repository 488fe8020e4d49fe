-- The same precinct, offence and year in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'crime_nypd_precinct'), ['city', 'precinct', 'offence', 'year']) }}
),

final as (
    select
        source.city,
        source.precinct,
        source.offence,
        source.year,
        source.offence_count
    from source
)

select * from final
