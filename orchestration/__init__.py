"""The thin layer on top: the command line and Dagster. Anything worth testing lives below, in lake and expectations."""
