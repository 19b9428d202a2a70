"""What the catalogue tells apps above it; sent after the transaction has committed."""

from django.dispatch import Signal

photo_added = Signal()  # photo: Photo; a new original is stored and has its row
