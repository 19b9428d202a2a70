"""Photos in and out: decode safely, orient, find the product, crop to the manifold's frame and back, encode."""
