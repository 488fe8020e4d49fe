-- REA_RSI compares a year with the first year of the index; REA_RSI_GEN the two years at the ends of its period.
with scopes as (
    {{ indicator_scopes(['REA_RSI', 'REA_RSI_GEN']) }}
),

bases as (
    select
        changes.city,
        changes.district_code,
        min(changes.first_year) as base_year
    from {{ ref('int_real_estate__price_changes') }} as changes
    group by changes.city, changes.district_code
),

ends as (
    select
        pairs.city,
        pairs.district_code,
        pairs.first_year as year_of_sale,
        pairs.first_year_ends as pair_ends
    from {{ ref('int_real_estate__repeat_sales') }} as pairs
    union distinct
    select
        pairs.city,
        pairs.district_code,
        pairs.last_year as year_of_sale,
        pairs.last_year_ends as pair_ends
    from {{ ref('int_real_estate__repeat_sales') }} as pairs
),

compared as (
    select
        scopes.*,
        cast(extract(year from scopes.period_end - interval '1' day) as integer) as last_year,
        case
            when scopes.indicator_code = 'REA_RSI' then bases.base_year
            else cast(extract(year from scopes.period_start) as integer)
        end as first_year
    from scopes
    left join bases
        on
            scopes.city = bases.city
            and scopes.district_code = bases.district_code
),

measured as (
    select
        compared.*,
        coalesce(last_ends.pair_ends, 0) as last_year_ends,
        case
            when compared.indicator_code = 'REA_RSI' then coalesce(last_ends.pair_ends, 0)
            else least(coalesce(first_ends.pair_ends, 0), coalesce(last_ends.pair_ends, 0))
        end as fewest_ends,
        changes.log_change,
        changes.log_change - {{ z_95() }} * changes.standard_error as log_low,
        changes.log_change + {{ z_95() }} * changes.standard_error as log_high
    from compared
    left join ends as first_ends
        on
            compared.city = first_ends.city
            and compared.district_code = first_ends.district_code
            and compared.first_year = first_ends.year_of_sale
    left join ends as last_ends
        on
            compared.city = last_ends.city
            and compared.district_code = last_ends.district_code
            and compared.last_year = last_ends.year_of_sale
    left join {{ ref('int_real_estate__price_changes') }} as changes
        on
            compared.city = changes.city
            and compared.district_code = changes.district_code
            and compared.first_year = changes.first_year
            and compared.last_year = changes.last_year
),

judged as (
    select
        measured.*,
        case
            when measured.fewest_ends = 0 then {{ status('missing') }}
            when measured.fewest_ends >= 30 and measured.log_change is not null then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from measured
),

final as (
    select
        judged.city,
        judged.indicator_code,
        judged.period,
        judged.district_code,
        judged.period_start,
        judged.period_end,
        {% for name, logarithm in [('value', 'log_change'), ('value_low', 'log_low'), ('value_high', 'log_high')] -%}
            case
                when judged.status <> {{ status('ok') }} then null
                when judged.indicator_code = 'REA_RSI' then 100e0 * exp(judged.{{ logarithm }})
                else 100e0 * (exp(judged.{{ logarithm }} / (judged.last_year - judged.first_year)) - 1e0)
            end as {{ name }},
        {% endfor -%}
        cast(null as double) as numerator,
        case
            when judged.indicator_code = 'REA_RSI' and judged.fewest_ends > 0 then cast(judged.last_year_ends as double)
        end as denominator,
        case when judged.fewest_ends = 0 then 0e0 else 1e0 end as coverage,
        judged.status
    from judged
)

select * from final
