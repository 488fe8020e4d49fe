"""What came and from where: files at the sources, their slots and owners, landing, and the ledger that remembers them.

Answers whether something is new and whose rows stand. What lies in a file is the matter of `lake.readers` and
`lake.ingest`; whether it is taken in is decided by `lake.night`.
"""
