"""What makes a state of all tables visible at once: records, the snapshots that they pin, and what they rest on.

Marts are made and staged by `lake.night`; reading a release is the matter of `lake.query`.
"""
