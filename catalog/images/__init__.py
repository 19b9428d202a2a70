"""Uploaded files to clean photos. Uploads are hostile: their structure is read before any decoder sees them."""

from catalog.images.clean import CleanPhoto, clean_photo
from catalog.images.colour import dominant_colour
from catalog.images.thumbnails import Thumbnail, thumbnails

__all__ = ["CleanPhoto", "Thumbnail", "clean_photo", "dominant_colour", "thumbnails"]
