"""Painting of units: parts put into a picture, or taken out of it, inside the generator (Bau et al. 2019)."""
