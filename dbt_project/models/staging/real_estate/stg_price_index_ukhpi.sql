with source as (
    {{ rows_of_the_last_slot(source('raw', 'price_index_ukhpi'), ['district_code', 'month_date']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.district_name,
        source.month_date,
        source.sales_count,
        source.price_all_gbp,
        source.price_detached_gbp,
        source.price_semi_detached_gbp,
        source.price_terraced_gbp,
        source.price_flat_gbp,
        source.index_all,
        source.index_detached,
        source.index_semi_detached,
        source.index_terraced,
        source.index_flat,
        source.change_month_pct_all,
        source.change_month_pct_detached,
        source.change_month_pct_semi_detached,
        source.change_month_pct_terraced,
        source.change_month_pct_flat,
        source.change_year_pct_all,
        source.change_year_pct_detached,
        source.change_year_pct_semi_detached,
        source.change_year_pct_terraced,
        source.change_year_pct_flat
    from source
)

select * from final
