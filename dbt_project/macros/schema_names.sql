{#- Schemas are the lake's namespaces and never carry the target's name in front: `marts` is `marts` everywhere. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
