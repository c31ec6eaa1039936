"""Planted errors: the units they are made in, the changes, what became of them."""
