"""Telling merchants' programs what happened: signed, tried again with growing pauses, and logged."""
