"""Bringing in many products at once: a ZIP, or a table and photos. Planned first, shown, then done product by product."""
