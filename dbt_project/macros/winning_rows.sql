{#-
  Where several deliveries of a dataset carry one key, all rows of the delivery that counts. Within a delivery nothing is
  dropped: what must be there once is its contract's matter.
-#}

{#- The delivery whose slot sorts last. -#}
{% macro rows_of_the_last_slot(relation, key) -%}
    {{ rows_with_the_greatest('_slot', relation, key) }}
{%- endmacro %}

{#- The delivery that came last: for datasets of which every delivery stays (`append_changes`). -#}
{% macro rows_of_the_latest_delivery(relation, key) -%}
    {{ rows_with_the_greatest('_ingested_at', relation, key) }}
{%- endmacro %}

{% macro rows_with_the_greatest(column, relation, key) -%}
    select ranked.*
    from (
        select
            delivered.*,
            max(delivered.{{ column }}) over (
                partition by
                    {% for name in key -%}
                    delivered.{{ name }}{{ ',' if not loop.last }}
                    {% endfor -%}
            ) as winning_mark
        from {{ relation }} as delivered
    ) as ranked
    where ranked.{{ column }} = ranked.winning_mark
{%- endmacro %}

{#- The entry of the city file that a slot belongs to: `dataset/entry` for a file of a bundle; for one with an identity
    `dataset/entry/name=...`, or `dataset/name=...` where the entry has no name of its own. -#}
{% macro source_entry(slot) -%}
    case
        when {{ slash_part(slot, 2) }} like '%=%' then {{ slash_part(slot, 1) }} else {{ slash_part(slot, 2) }}
    end
{%- endmacro %}
