{#-
  Materialization of a mart that is replaced by period. It writes `<mart>__staged`, a table with the changed periods only
  (what the lake exports and commits), and `<mart>`, a view of the table as it will be: the pinned rows of all other
  periods and the staged ones. Tests and later models read the view.
-#}
{% materialization period_mart, adapter='duckdb' %}
    {%- set replace_by = config.require('replace_by') -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set staged_relation = api.Relation.create(
        database=this.database, schema=this.schema, identifier=this.identifier ~ '__staged', type='table'
    ) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do adapter.drop_relation(target_relation) %}
    {% do adapter.drop_relation(staged_relation) %}

    {% call statement('main') -%}
        {{ create_table_as(False, staged_relation, compiled_code) }}
    {%- endcall %}
    {% call statement('view') -%}
        create view {{ target_relation }} as {{ period_mart_as_it_will_be(staged_relation, replace_by) }}
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {#- Without this the model is reported as built, and its relations are rolled back. -#}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation, staged_relation]}) }}
{% endmaterialization %}

{% macro period_mart_as_it_will_be(staged_relation, replace_by) -%}
    {%- set columns = model.columns.values() | map(attribute='name') | join(', ') -%}
    {%- if this.identifier in var('pinned_marts') -%}
    select {{ columns }}
    from {{ api.Relation.create(database=this.database, schema='pinned', identifier=this.identifier) }} as earlier
    where not exists (
        select 1
        from {{ source('night', 'changed_periods') }} as changed
        where changed.mart = '{{ this.identifier }}' and changed.period_start = earlier.{{ replace_by }}
    )
    union all
    {% endif -%}
    select {{ columns }} from {{ staged_relation }}
{%- endmacro %}
