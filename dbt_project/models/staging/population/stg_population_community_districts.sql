with source as (
    {{ rows_of_the_last_slot(
        source('raw', 'population_community_districts'), ['borough_name', 'cd_number', 'year']
    ) }}
),

-- The file names boroughs; a district's code is that of its borough and two digits.
boroughs as (
    select
        districts.city,
        districts.district_code,
        upper(districts.district_name) as upper_name
    from {{ source('city', 'districts') }} as districts
    where districts.level = 'part'
),

final as (
    select
        source.city,
        boroughs.district_code || lpad(cast(source.cd_number as varchar), 2, '0') as district_code,
        trim(source.cd_name) as district_name,
        source.borough_name,
        source.year,
        source.population
    from source
    left join boroughs on source.city = boroughs.city and upper(source.borough_name) = boroughs.upper_name
)

select * from final
