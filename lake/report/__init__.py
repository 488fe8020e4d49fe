"""Facts for people, gathered for the command line, Dagster and the page: scorecard, status, rejects.

Nothing is drawn here and nothing changed. Why a number is so is answered by `lake.explain`.
"""
