"""The sample city: Brightwater, twelve invented districts around a bay.

It writes deliveries in the file formats of the London sources, with the defects that real files have, and a
`truth.json` that says what a correct night must find. Everything is a pure function of the arguments (no wall clock)
and of the pinned DuckDB. It knows nothing of contracts, tables or marts: `lake.ingest.ingest` reads these files like
any publisher's. The command line around it is `citylake sample`.
"""

from lake.sample.build import SampleError, SampleReport, write_next_day, write_sample

__all__ = ["SampleError", "SampleReport", "write_next_day", "write_sample"]
