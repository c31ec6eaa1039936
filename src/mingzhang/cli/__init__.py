"""The command line: thin, calls only :mod:`mingzhang.api`."""
