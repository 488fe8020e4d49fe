{#-
  Lets a test of a mart replaced by period say `where: "date in changed_periods"`: it then looks at the periods of this
  night only, since the others were tested when they were made and a key includes its period.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where -%}
        {%- set changed = '(' ~ changed_periods(relation.identifier) ~ ')' -%}
        (select * from {{ relation }} where {{ where | replace('changed_periods', changed) }}) as dbt_subquery
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
