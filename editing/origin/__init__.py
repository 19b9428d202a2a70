"""Was this picture made here? A page for everybody, and the same as JSON."""
