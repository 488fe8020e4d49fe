{#- Cells where exactly one district is hidden: the city's row minus the others would give it away. -#}
{% test not_derivable_by_subtraction(model, cell) %}
    with whole_cities as (
        select districts.district_code
        from {{ source('city', 'districts') }} as districts
        where districts.level = 'city'
    )

    select
        {{ cell | join(', ') }},
        count(*) as hidden_districts
    from {{ model }}
    where
        status = {{ status('restricted') }}
        and district_code not in (select whole_cities.district_code from whole_cities)
    group by {{ cell | join(', ') }}
    having count(*) = 1
{% endtest %}
