"""One city's night, from new deliveries to a release: what is decided, committed, restored, and handed to dbt.

`lake.night.night` has the steps in their order. Whoever starts nights and runs dbt and the checks is outside of
`lake`: orchestration/ and expectations/.
"""
