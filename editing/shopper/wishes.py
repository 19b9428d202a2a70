"""What shoppers would like to have in another colour. Merchants see the count; nothing is made without them."""

from django.db import connection

from catalog.models import Product
from catalog.search.words import AskedColour
from catalog.services.rates import Rate, spend, take
from editing.models import ColourWish

_DAY = 86_400
PER_SHOPPER = Rate(name="wishes", count=20, seconds=_DAY)
_COUNT = """
    INSERT INTO editing_colourwish AS wish (product_id, words, hex, count, last_at) VALUES (%s, %s, %s, 1, now())
    ON CONFLICT (product_id, words) DO UPDATE SET count = wish.count + 1, last_at = now()
"""


def wish_add(*, product: Product, colour: AskedColour, shopper: str) -> bool:
    """Count the wish, once per shopper and day; False where it was counted today already. Raises TooOften."""
    words = colour.name[: ColourWish._meta.get_field("words").max_length]
    if not take(Rate(name=f"wish {product.pk} {words}", count=1, seconds=_DAY), shopper):
        return False
    spend(PER_SHOPPER, shopper)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [product.pk, words, colour.hex])
    return True
