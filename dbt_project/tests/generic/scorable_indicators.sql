{#- Rows of an index definition that cannot be scored: context indicators, and those of another domain in the registry. -#}
{% test scorable_indicators(model) %}
    select definitions.*
    from {{ model }} as definitions
    inner join {{ ref('indicator_registry') }} as registry on definitions.indicator_code = registry.code
    where registry.polarity is null or registry.domain <> definitions.domain
{% endtest %}
