"""The pages of docs/reference, written from what contracts, suites, city files, dbt and the commands say themselves.

`make docs` writes them (`python -m orchestration.reference`); a test compares them with what it would write. Nobody
edits them by hand: what is wrong on a page is wrong in the description that it was written from.
"""
