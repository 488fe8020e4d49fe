"""One module per command or pair of commands; orchestration/cli.py lists them. Heavy packages load inside functions."""
