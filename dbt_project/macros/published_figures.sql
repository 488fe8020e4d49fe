{#-
  Indicators that a publisher gives as finished figures, by the table that they stand in. `area` is the SQL of the district
  in a row of it; without one a row is of the whole city. A figure has its `value` (and the parts of a quotient that is
  kept with them), the `start` and `end` of its period as the publisher tells it, and `where`, for tables with a figure
  to a row or rows of other periods. A scope of another period finds nothing here and is `missing`.
-#}
{% macro published_figures() -%}
    {%- set air_year = "case when period_label like 'Annual Average ____' then cast(substr(period_label, 16) || '-01-01' as date) end" -%}
    {%- set air = [
        {
            'code': 'ENV_PM25',
            'value': 'value',
            'start': air_year,
            'end': air_year ~ " + interval '1' year",
            'where': "indicator_id = 365 and measure = 'Mean'",
        },
        {
            'code': 'ENV_NO2_PPB',
            'value': 'value',
            'start': air_year,
            'end': air_year ~ " + interval '1' year",
            'where': "indicator_id = 375 and measure = 'Mean'",
        },
    ] -%}
    {%- set survey = {'start': "date '2014-01-01'", 'end': "date '2019-01-01'"} -%}
    {%- set household_survey = [
        dict(code='ECO_POVERTY', value='poverty_rate_pct', **survey),
        dict(code='ECO_UNEMP_ACS', value='unemployment_pct', **survey),
        dict(code='MOB_COMMUTE', value='mean_commute_min', **survey),
        dict(code='REA_RENT_BURDEN', value='hh_rent_burd_pct', **survey),
    ] -%}
    {%- set clean_streets = [
        {
            'code': 'SRV_CLEAN',
            'value': 'streets_clean_pct',
            'start': "date '2020-08-01'",
            'end': "date '2020-09-01'",
        },
    ] -%}
    {{ return([
        {
            'table': 'stg_borough_profiles',
            'area': 'area_code',
            'figures': [
                {
                    'code': 'SAF_CRIME_PUB',
                    'value': 'crime_per_1000_2014_15',
                    'start': "date '2014-04-01'",
                    'end': "date '2015-04-01'",
                },
                {
                    'code': 'ECO_UNEMP',
                    'value': 'unemployment_pct_2014',
                    'start': "date '2014-01-01'",
                    'end': "date '2015-01-01'",
                },
                {
                    'code': 'EDU_ATTAIN',
                    'value': 'gcse_5_ac_pct_2013_14',
                    'start': "date '2013-09-01'",
                    'end': "date '2014-09-01'",
                },
                {
                    'code': 'EDU_TERTIARY',
                    'value': 'working_age_with_degree_or_equivalent_and_above_pct_2014',
                    'start': "date '2014-01-01'",
                    'end': "date '2015-01-01'",
                },
                {
                    'code': 'ENV_GREEN',
                    'value': 'greenspace_pct_2005',
                    'start': "date '2005-01-01'",
                    'end': "date '2006-01-01'",
                },
                {
                    'code': 'MOB_PTAL',
                    'value': 'ptal_score_2014',
                    'start': "date '2014-01-01'",
                    'end': "date '2015-01-01'",
                },
                {
                    'code': 'SUB_LIFE_SAT',
                    'value': 'life_satisfaction_2011_14',
                    'start': "date '2011-04-01'",
                    'end': "date '2014-04-01'",
                },
                {
                    'code': 'GOV_TURNOUT',
                    'value': 'turnout_pct_2014',
                    'start': "date '2014-05-22'",
                    'end': "date '2014-05-23'",
                },
                {
                    'code': 'ELD_SHARE65',
                    'value': 'age_65_over_pct_2015',
                    'start': "date '2015-01-01'",
                    'end': "date '2016-01-01'",
                },
                {
                    'code': 'HEA_LIFE_EXP',
                    'value': '(life_expectancy_male_years_2011_13 + life_expectancy_female_years_2011_13) / 2e0',
                    'start': "date '2011-01-01'",
                    'end': "date '2014-01-01'",
                },
                {
                    'code': 'REA_AFFORD',
                    'value': 'cast(nullif(median_house_price_gbp_2014, 0) as double) / nullif(gross_annual_pay_gbp_2014, 0)',
                    'numerator': 'median_house_price_gbp_2014',
                    'denominator': 'gross_annual_pay_gbp_2014',
                    'start': "date '2014-01-01'",
                    'end': "date '2015-01-01'",
                },
            ],
        },
        {
            'table': 'stg_community_health_profiles',
            'area': 'district_code',
            'figures': [
                {
                    'code': 'HEA_LIFE_BIRTH',
                    'value': 'life_expectancy_y',
                    'start': "date '2006-01-01'",
                    'end': "date '2016-01-01'",
                    'where': "borough_name <> 'City'",
                },
                {
                    'code': 'HEA_LIFE_BIRTH',
                    'value': 'life_expectancy_y',
                    'start': "date '2015-01-01'",
                    'end': "date '2016-01-01'",
                    'where': "borough_name = 'City'",
                },
                {
                    'code': 'HEA_AVOID_HOSP',
                    'value': 'avoidable_adult_hosp_per_100000',
                    'start': "date '2014-01-01'",
                    'end': "date '2015-01-01'",
                },
                {
                    'code': 'EDU_ABSENT',
                    'value': 'school_absent_pct',
                    'start': "date '2016-09-01'",
                    'end': "date '2017-09-01'",
                },
                {
                    'code': 'EDU_HSGRAD',
                    'value': 'on_time_hs_grad_pct',
                    'start': "date '2013-09-01'",
                    'end': "date '2017-09-01'",
                },
            ],
        },
        {
            'table': 'stg_air_quality_nyccas',
            'area': "case geo_type when 'CD' then " ~ as_text('geo_id') ~ " end",
            'figures': air,
        },
        {'table': 'stg_air_quality_nyccas', 'where': "geo_type = 'Citywide'", 'figures': air},
        {'table': 'stg_dcp_race_economics', 'area': 'district_code', 'figures': household_survey},
        {'table': 'stg_dcp_city_attributes', 'figures': household_survey + clean_streets},
        {
            'table': 'stg_dcp_built_environment',
            'area': 'district_code',
            'figures': clean_streets + [
                {
                    'code': 'ENV_PARK',
                    'value': '100 * park_access_share',
                    'start': "date '2019-01-01'",
                    'end': "date '2020-01-01'",
                },
            ],
        },
    ]) }}
{%- endmacro %}
