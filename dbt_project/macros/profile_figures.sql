{#-
  Indicators that the borough profiles publish as finished figures: the column (or columns) and the period that the
  column's own name states. A scope of another period finds nothing here and is `missing`.
-#}
{% macro profile_figures() -%}
    {{ return([
        {'code': 'SAF_CRIME_PUB', 'value': 'crime_per_1000_2014_15', 'start': '2014-04-01', 'end': '2015-04-01'},
        {'code': 'ECO_UNEMP', 'value': 'unemployment_pct_2014', 'start': '2014-01-01', 'end': '2015-01-01'},
        {'code': 'EDU_ATTAIN', 'value': 'gcse_5_ac_pct_2013_14', 'start': '2013-09-01', 'end': '2014-09-01'},
        {
            'code': 'EDU_TERTIARY',
            'value': 'working_age_with_degree_or_equivalent_and_above_pct_2014',
            'start': '2014-01-01',
            'end': '2015-01-01',
        },
        {'code': 'ENV_GREEN', 'value': 'greenspace_pct_2005', 'start': '2005-01-01', 'end': '2006-01-01'},
        {'code': 'MOB_PTAL', 'value': 'ptal_score_2014', 'start': '2014-01-01', 'end': '2015-01-01'},
        {'code': 'SUB_LIFE_SAT', 'value': 'life_satisfaction_2011_14', 'start': '2011-04-01', 'end': '2014-04-01'},
        {'code': 'GOV_TURNOUT', 'value': 'turnout_pct_2014', 'start': '2014-05-22', 'end': '2014-05-23'},
        {'code': 'ELD_SHARE65', 'value': 'age_65_over_pct_2015', 'start': '2015-01-01', 'end': '2016-01-01'},
        {
            'code': 'HEA_LIFE_EXP',
            'value': '(life_expectancy_male_years_2011_13 + life_expectancy_female_years_2011_13) / 2e0',
            'start': '2011-01-01',
            'end': '2014-01-01',
        },
    ]) }}
{%- endmacro %}
