"""What the engine is compared with: other ways to get the change from G(z0), G(z1) or a swatch onto the photo.

Every method takes and gives a photo (H, W, 3) uint8 and changes nothing outside the product's mask (H, W) uint8.
"""
