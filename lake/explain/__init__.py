"""Why a number is what it is: its row, its arithmetic, lineage over the models, and the deliveries it rests on.

`lake.explain.explain` puts the parts together. Drawing it is left to orchestration/explain_text.py.
"""
