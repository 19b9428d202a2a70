"""Edit transfer: the change seen on the manifold, applied to the original photo at its own resolution."""
