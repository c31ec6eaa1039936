"""The version of the program, written into every report."""

__version__ = "0.1.0"
