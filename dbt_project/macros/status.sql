{#- The status words of indicators, scores and marts, written once; a word that is not among them stops the compilation. -#}
{% macro status_words() -%}
    {{ return(['ok', 'insufficient_data', 'missing', 'restricted']) }}
{%- endmacro %}

{% macro status(word) -%}
    {%- if word not in status_words() -%}
        {{ exceptions.raise_compiler_error("status '" ~ word ~ "' is none of " ~ status_words() | join(', ')) }}
    {%- endif -%}
    '{{ word }}'
{%- endmacro %}
