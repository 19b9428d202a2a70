"""Attributes that are cut and sewn from the photo's own pixels: long sleeves, collars, heels, high tops."""
