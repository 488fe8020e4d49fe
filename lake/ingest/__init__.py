"""One delivery becomes typed rows and rejects: SQL made from its contract, run over what a reader found in the file.

Formats of files are the matter of `lake.readers`. Nothing is judged or made visible here (`lake.night`).
"""
