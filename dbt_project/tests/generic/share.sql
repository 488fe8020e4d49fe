{#- Rows whose share lies outside 0..1. A NULL passes: not_null says where there must be one. -#}
{% test share(model, column_name) %}
    {#- Odd rows that the definitions keep (a stamp off the grid, a negative reading) may lead out of 0..1: worth a word. -#}
    {{ config(severity='warn') }}
    select *
    from {{ model }}
    where {{ column_name }} < 0 or {{ column_name }} > 1
{% endtest %}
