"""Indicator schemes → scores, grades, roll-up: facts in, computed scores out; no file is opened here."""
