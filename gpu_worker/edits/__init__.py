"""Edits: constraints f_g with their targets v_g, the solver, the sequence from z0 to z1, directions."""
