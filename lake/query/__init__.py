"""Reading a release: a confined connection per role, what it may see, and how rows and their meaning are shown.

Questions that citylake itself asks of a release and answers for people stand in `lake.report` and `lake.explain`.
"""
