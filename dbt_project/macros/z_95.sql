{#- The quantile of the normal distribution that 95 % limits are made with. -#}
{% macro z_95() -%}1.959963984540054e0{%- endmacro %}
