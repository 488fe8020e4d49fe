{#- Rows whose share lies outside 0..1. A NULL passes: not_null says where there must be one. -#}
{% test share(model, column_name) %}
    select *
    from {{ model }}
    where {{ column_name }} < 0 or {{ column_name }} > 1
{% endtest %}
