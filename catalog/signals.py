"""What the catalogue tells apps above it; sent after the transaction has committed where nothing else is said."""

from django.dispatch import Signal

photo_added = Signal()  # photo: Photo; a new original is stored and has its row
photo_search_asked = Signal()  # search: PhotoSearch; a shopper waits for the place of this photo
shape_missing = (
    Signal()
)  # entry: SearchEntry, within the transaction; its photo changed, and only another app may know the new one's shape
merchant_erasing = (
    Signal()
)  # merchant_id: int, within the transaction; rows that lead to no merchant and hang on the merchant's must go
