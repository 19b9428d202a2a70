"""Training of the product finder."""
