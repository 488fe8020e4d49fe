{% set without_interval = [
    'int_environment__annual_means', 'int_environment__ozone_peak', 'int_energy__indicators',
    'int_safety__offences', 'int_safety__recorded_offences', 'int_safety__street_crime', 'int_safety__felonies',
    'int_safety__precinct_felonies',
    'int_civil_defence__floodplain', 'int_civil_defence__evacuation',
    'int_health__ambulance', 'int_care__spending', 'int_care__nursing_home_beds', 'int_people__published_figures',
    'int_real_estate__average_prices', 'int_real_estate__median_prices',
    'int_mobility__densities', 'int_mobility__subway', 'int_mobility__bikes', 'int_mobility__lifts',
    'int_subjective_wellbeing__ward_scores', 'int_infrastructure__request_rates',
] %}
{#- These also have value_low and value_high, the ends of the 95 % interval. -#}
{% set with_interval = ['int_real_estate__price_indices', 'int_infrastructure__prompt_closings'] %}

with scopes as (
    select * from {{ source('city', 'indicator_scopes') }}
),

computed as (
    {% for model in without_interval + with_interval %}
        select
            city,
            indicator_code,
            period,
            district_code,
            period_start,
            period_end,
            value,
            numerator,
            denominator,
            coverage,
            status,
            {% if model in with_interval %}
                value_low,
                value_high
            {% else %}
                cast(null as double) as value_low,
                cast(null as double) as value_high
            {% endif %}
        from {{ ref(model) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- What a city is meant to have and no source gave is a row too: `missing`. The period of a result may differ from that
-- of the scope (the ozone season), its label never.
final as (
    select
        scopes.city,
        scopes.district_code,
        scopes.indicator_code,
        scopes.period,
        case when computed.status is null then scopes.period_start else computed.period_start end as period_start,
        case when computed.status is null then scopes.period_end else computed.period_end end as period_end,
        computed.value,
        computed.numerator,
        computed.denominator,
        case when computed.status is null then 0e0 else computed.coverage end as coverage,
        coalesce(computed.status, {{ status('missing') }}) as status,
        computed.value_low,
        computed.value_high
    from scopes
    left join computed
        on
            scopes.city = computed.city
            and scopes.indicator_code = computed.indicator_code
            and scopes.period = computed.period
            and scopes.district_code = computed.district_code
)

select * from final
