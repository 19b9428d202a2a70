"""How pictures were made, kept so that the same can be asked for again: elsewhere, or in another format."""
