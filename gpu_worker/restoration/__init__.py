"""Restoration: what a photo lacks. Enlarging small photos, completing what is hidden."""
