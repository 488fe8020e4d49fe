with requests as (
    select
        requests.*,
        {{ local_date('requests.created_at', 'cities.time_zone') }} as created_date
    from {{ ref('stg_service_requests_311') }} as requests
    inner join {{ source('city', 'cities') }} as cities on requests.city = cities.city
    inner join {{ source('city', 'works_agencies') }} as works
        on requests.city = works.city and requests.agency = works.agency
),

-- `09 HARBOUR` is district 09 of the part of that name of the city; a number that the city does not have lies outside.
parts as (
    select
        districts.city,
        districts.district_code,
        upper(districts.district_name) as part_name
    from {{ source('city', 'districts') }} as districts
    where districts.level = 'part'
),

final as (
    select
        requests.city,
        requests.unique_key,
        requests.agency,
        requests.created_date,
        districts.district_code,
        boroughs.district_code as part_code,
        cast(
            {{ seconds_between('requests.created_at', 'coalesce(requests.closed_at, requests.snapshot_at)') }} as bigint
        ) as wait_s,
        requests.closed_at is not null as is_closed
    from requests
    left join parts as boards
        on requests.city = boards.city and trim(substr(requests.community_board, 3)) = boards.part_name
    left join {{ source('city', 'districts') }} as districts
        on
            requests.city = districts.city
            and districts.level = 'district'
            and boards.district_code || substr(requests.community_board, 1, 2) = districts.district_code
    left join parts as boroughs on requests.city = boroughs.city and requests.borough = boroughs.part_name
)

select * from final
