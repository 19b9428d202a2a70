"""Finding products: by a colour in words, by shape, by both."""
