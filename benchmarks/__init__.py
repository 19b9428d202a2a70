"""Measurements: what is claimed in the docs, one command each."""
